"""Rule files: YAML to rules and cases, every error with its place."""
