"""Failures to findings: what is said, shown, pointed at, and what explains what."""
