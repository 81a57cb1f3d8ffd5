"""The only room that touches the world: one module per source, each with one constant `SOURCE`."""
