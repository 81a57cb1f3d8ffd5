"""Folders that come with driftcheck: beside the package in a checkout, within it in a wheel."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def packaged_folder(in_wheel: str, in_checkout: str) -> str | None:
    """The folder under the wheel's name for it, else under that of the checkout; None for neither."""
    for folder in (os.path.join(_PACKAGE, in_wheel), os.path.join(os.path.dirname(_PACKAGE), in_checkout)):
        if os.path.isdir(folder):
            return folder
    return None
