"""Folders that come with driftcheck: beside the package in a checkout, within it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


def packaged_folder(in_wheel: str, in_checkout: str) -> Path | None:
    """The folder under the wheel's name for it, else under that of the checkout; None for neither."""
    for folder in (_PACKAGE / in_wheel, _PACKAGE.parent / in_checkout):
        if folder.is_dir():
            return folder
    return None
