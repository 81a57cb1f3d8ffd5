"""Connections to what brokers advertise: what the source `tcp` is made of."""
