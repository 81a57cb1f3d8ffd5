"""Rule files on disk: those that come with driftcheck, the user's own, and the cache of what was parsed."""
