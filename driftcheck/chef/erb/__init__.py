"""Templates as Erubis and Chef render them: text and tags to one Ruby program, its output to lines."""
