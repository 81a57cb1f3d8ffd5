"""`.driftcheck.yaml`, `DRIFTCHECK_*` and the command line as one Configuration."""
