"""Which node, file, registration, name and machine are one broker, and which brokers are one cluster."""
