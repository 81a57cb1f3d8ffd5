"""Kafka's tables of settings, as data that comes with the package."""
