"""Reading znodes and what Kafka keeps in them: what the source `zookeeper` is made of."""
