"""A network of the test's own: what it starts finds its own addresses there, and nobody else's."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import pytest

from tests.services.requirements import required

CLONE_NEWNET = 0x40000000
OWN_NETWORK = "/proc/thread-self/ns/net"


@cache
def can_have_network() -> bool:
    """Whether a network can be made: root and iproute2 are needed."""
    if os.geteuid() != 0 or shutil.which("ip") is None or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode == 0


needs_network = pytest.mark.skipif(
    not can_have_network() and not required("kafka"),
    reason="needs root and iproute2 for a network of its own",
)
"""For tests in a network of their own. Where real servers are required it is no skip: the test then fails."""


@contextmanager
def own_network(addresses: Sequence[str]) -> Iterator[None]:
    """This thread, and all that it starts before the end, is on a new network with these addresses.

    They are on its loopback device, beside 127.0.0.1. Servers there can use any port.
    """
    before = os.open(OWN_NETWORK, os.O_RDONLY | os.O_CLOEXEC)
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        _check(libc.unshare(CLONE_NEWNET))
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            for address in addresses:
                subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
            yield
        finally:
            _check(libc.setns(before, CLONE_NEWNET))
    finally:
        os.close(before)


def _check(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
