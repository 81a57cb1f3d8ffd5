"""Text to values with line marks: properties, hosts, JSON, YAML and zone files; text that is safe to show."""
