"""The commands: one module each, named like its command, with one constant `COMMAND`; groups are packages."""
