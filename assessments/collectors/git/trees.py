"""The trees readers see: a commit's files, a plain folder's files, and either of them below a sub-path."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

from assessments.collectors.git.bounds import Bounds, Skips
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.tree import Tree

#: Bytes of one file, or None with nothing to say about why.
Fetch = Callable[[str], "bytes | None"]

_MOST_KEPT = 48 * 1024**2


class BoundedTree:
    """Files by path with their sizes, fetched one at a time and kept for a while, within the bounds.

    Fulfils the ``Tree`` protocol. ``read`` raises OutOfTime once the deadline has passed, so that no reader takes
    what it could not read any more for absent.
    """

    def __init__(
        self, sizes: Mapping[str, int], fetch: Fetch, bounds: Bounds, skips: Skips, deadline: Deadline
    ) -> None:
        """Note every file above the bound of bytes (or of unknown size) as skipped."""
        self._sizes, self._fetch, self._bounds = sizes, fetch, bounds
        self._skips, self._deadline = skips, deadline
        self._paths = tuple(sizes)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes = self._read_bytes = 0
        for path, size in sizes.items():
            if size > bounds.most(path):
                skips.add(path, f"larger than {bounds.most(path) // 1024} KB; listed but not read")

    @property
    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""
        return self._paths

    def size(self, path: str) -> int:
        """Size in bytes. Raises KeyError for a path not in the tree."""
        return self._sizes[path]

    def read(self, path: str) -> bytes | None:
        """Give the file's bytes; None when too large or unreadable. Raises KeyError, OutOfTime."""
        if self._sizes[path] > self._bounds.most(path):
            return None
        if path in self._kept:
            self._kept.move_to_end(path)
            return self._kept[path]
        self._deadline.check()
        return self._fetched(path)

    def _fetched(self, path: str) -> bytes | None:
        if self._read_bytes + self._sizes[path] > self._bounds.total_bytes:
            self._skips.add(path, f"not read: more than {self._bounds.total_bytes // 1024**2} MB in all")
            return None
        content = self._fetch(path)
        if content is None:
            self._skips.add(path, "cannot be read; the file or its object is missing or damaged")
            return None
        self._read_bytes += len(content)
        self._keep(path, content)
        return content

    def _keep(self, path: str, content: bytes) -> None:
        self._kept[path] = content
        self._kept_bytes += len(content)
        while self._kept_bytes > _MOST_KEPT:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])

    def text(self, path: str) -> str | None:
        """Give the file as text, a byte order mark removed; None when unreadable or binary. Raises as ``read``."""
        content = self.read(path)
        if content is None or b"\0" in content:
            return None
        return content.decode("utf-8-sig", "replace")


class BelowTree:
    """The part of another tree below a sub-path. Fulfils the ``Tree`` protocol."""

    def __init__(self, whole: Tree, subpath: str) -> None:
        """Show only what lies below ``subpath`` (no outer slashes)."""
        self._whole, self._prefix = whole, f"{subpath}/"
        cut = len(self._prefix)
        self._paths = tuple(path[cut:] for path in whole.paths if path.startswith(self._prefix))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every regular file below the sub-path, sorted, relative to it."""
        return self._paths

    def size(self, path: str) -> int:
        """Size in bytes. Raises KeyError for a path not in the tree."""
        return self._whole.size(self._prefix + path)

    def read(self, path: str) -> bytes | None:
        """Give the file's bytes; None when too large or unreadable. Raises KeyError."""
        return self._whole.read(self._prefix + path)

    def text(self, path: str) -> str | None:
        """Give the file as text; None when unreadable or binary. Raises KeyError."""
        return self._whole.text(self._prefix + path)


def below(whole: Tree, subpath: str) -> Tree:
    """``whole`` below ``subpath``; the same tree when that is empty."""
    return BelowTree(whole, subpath) if subpath else whole
