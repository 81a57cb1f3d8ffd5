"""List, explain and test the rules."""
