"""What expressions can call: filters, functions and tests, in one closed table."""
