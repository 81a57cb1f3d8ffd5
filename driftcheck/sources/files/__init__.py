"""Trees of files, and what single files in them say: what the file sources are made of."""
