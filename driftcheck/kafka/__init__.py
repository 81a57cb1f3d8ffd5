"""Kafka's own rules: effective endpoints, settings by version, registration records, connect strings."""
