"""`python -m driftcheck`."""

from driftcheck.cli.main import main

main()
