"""Worlds: a few lines of YAML that stand for everything the sources would have seen."""
