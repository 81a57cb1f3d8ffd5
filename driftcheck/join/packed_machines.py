"""The machines of packed node objects, by the addresses and names that they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from driftcheck.formats.host_names import host_key, is_public_ipv4
from driftcheck.join.host_rows import HostRows
from driftcheck.join.node_objects import NodeObjects


class PackedMachines:
    """Those that are believed: `is_stale` says at which places they are not.

    `stale`: the first place of one that is not. `says_public`: whether one says a public IPv4 address.
    """

    def __init__(self, objects: NodeObjects, is_stale: Callable[[int], bool]) -> None:
        self._packed = objects.packed
        self._by_address, self._by_name = HostRows(), HostRows()
        self.stale: int | None = None
        self.says_public = self._any = False
        for at, _ in objects.counting():
            self._any = True
            if is_stale(at):
                self.stale = at if self.stale is None else self.stale
                continue
            addresses, names, _ = self._packed.hosts(at)
            for address in addresses:
                self._by_address.add(host_key(address), at)
                self.says_public = self.says_public or is_public_ipv4(address)
            for name in dict.fromkeys(names):
                self._by_name.add(host_key(name), at)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self._any

    def with_address(self, key: str) -> Iterator[str]:
        """The nodes whose machines have the address, by its key."""
        for at in self._by_address.rows(key):
            if key in map(host_key, self._packed.hosts(at)[0]):
                yield self._packed.name(at)

    def with_name(self, key: str) -> Iterator[str]:
        """The nodes whose machines have the name, by its key."""
        for at in self._by_name.rows(key):
            if key in map(host_key, self._packed.hosts(at)[1]):
                yield self._packed.name(at)
