"""One node's chef-client run, without Chef: attributes, recipes as far as files are concerned, files."""
