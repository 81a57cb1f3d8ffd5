"""What earlier runs parsed, in the user's cache folder: nothing depends on it."""
