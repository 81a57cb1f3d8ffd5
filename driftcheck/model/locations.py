"""Where something stands: one class for a file, a znode, a DNS answer or an API object."""

from __future__ import annotations

from driftcheck.model.frozen import frozen


@frozen
class Location:
    """A place in a source.

    `source` is the source's name ("chef", "rendered", "dns", "zookeeper", "configuration", "rules");
    `name` the file's path relative to its root, the znode's path or the server; `pointer` a JSON pointer
    or a property key. Lines and columns count from 1; `line` may be missing until the location is shown.
    """

    source: str
    name: str
    pointer: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        text = self.name
        if self.line is not None:
            text += f":{self.line}"
            if self.column is not None:
                text += f":{self.column}"
        elif self.pointer:
            text += f"#{self.pointer}" if self.pointer.startswith("/") else f" ({self.pointer})"
        return text
