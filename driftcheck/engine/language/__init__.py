"""Expressions and templates: parsed by Jinja2, checked against a whitelist, compiled to closures, total."""
