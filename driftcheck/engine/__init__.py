"""Loads rules, compiles their expressions and evaluates them over an Inventory, in three-valued logic."""
