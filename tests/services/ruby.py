"""Real Ruby: 3.1, as Chef 18 brings it."""

from __future__ import annotations

import shutil
import subprocess

from tests.services.requirements import unavailable

VERSION = "3.1."


def require_ruby() -> None:
    """Ends the test where Ruby 3.1 is not at hand."""
    if shutil.which("ruby") is None:
        unavailable("ruby", "there is no ruby")
    version = subprocess.run(
        ["ruby", "-e", "print RUBY_VERSION"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    if not version.startswith(VERSION):
        unavailable("ruby", f"it is {version}, not {VERSION}x")
