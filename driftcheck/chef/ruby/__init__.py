"""Chef's Ruby without Ruby: a small interpreter that evaluates what it knows and says what it does not."""
