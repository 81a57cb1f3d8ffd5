"""Expected output in files: compared, or with DRIFTCHECK_UPDATE_GOLDEN=1 (`make golden`) written anew."""

from __future__ import annotations

import os
from pathlib import Path

UPDATE = os.environ.get("DRIFTCHECK_UPDATE_GOLDEN") == "1"


def agreed(path: Path, found: str) -> str:
    """What the file holds; `found`, which it holds from now on, if files are to be written anew."""
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    return path.read_text(encoding="utf-8")
