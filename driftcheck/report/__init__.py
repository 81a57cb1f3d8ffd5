"""A Report to text, JSON and more: one module per format, each with one constant `FORMAT`."""
