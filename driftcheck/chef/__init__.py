"""Chef's own rules, without I/O: node objects, their merge, its search queries."""
