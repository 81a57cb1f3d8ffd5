"""What the text report is made of: each module turns one part of a Report into lines."""
