"""What each node's next Chef run would write, by its cookbooks, and what earlier runs of this tool found."""
