"""Questions to resolvers, zone files and this machine's hosts file: what the source `dns` is made of."""
