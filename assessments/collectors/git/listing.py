"""Lists the files of a commit with their object names and sizes, bounded, whatever the tree objects claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.collectors.git.bounds import Bounds, Names, Skips
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.objects import Objects
from assessments.collectors.git.refusals import CannotLook

#: A size that is not known because the object was not fetched, or is missing.
ABSENT = -1

#: Output of ``ls-tree`` taken in for each file that is allowed: a long path, and the head of its line.
_BYTES_A_FILE = 256

_ODD = {"120000": "a symbolic link", "160000": "a submodule"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit: the object that holds it, and its size in bytes (ABSENT: the object is not there)."""

    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a commit by path, sorted; ``complete`` is False when a bound cut the list."""

    entries: dict[str, Entry]
    complete: bool


def list_commit(
    objects: Objects, commit: str, subpath: str, bounds: Bounds, skips: Skips, deadline: Deadline
) -> Listing:
    """List ``commit``, the sub-path first so that the rest of a huge repository cannot crowd it out.

    Raises CannotLook when the tree cannot be read at all, OutOfTime.
    """
    found: dict[str, str] = {}
    names = Names(bounds.depth)
    complete = True
    for pathspec in [f"{subpath}/", ""] if subpath else [""]:
        output, whole = _ls_tree(objects, commit, pathspec, bounds.files * _BYTES_A_FILE, deadline)
        complete &= _collect(output, found, names, bounds, skips) and whole
    sizes = _sizes(objects, found, deadline)
    return Listing({path: Entry(found[path], sizes.get(found[path], ABSENT)) for path in sorted(found)}, complete)


def _ls_tree(objects: Objects, commit: str, pathspec: str, most: int, deadline: Deadline) -> tuple[bytes, bool]:
    chosen = ["--", pathspec] if pathspec else []
    command = ("--literal-pathspecs", "ls-tree", "-r", "-z", commit, *chosen)
    done = objects.git(*command, deadline=deadline, most_output=most)
    if done.code and not done.output:
        raise CannotLook("The files of the commit cannot be listed; the repository may be damaged. Run “git fsck”.")
    return done.output, not (done.cut or done.code)


def _collect(output: bytes, found: dict[str, str], names: Names, bounds: Bounds, skips: Skips) -> bool:
    """Add the files of one ``ls-tree`` to ``found``; False when there were more than allowed."""
    for mode, name, raw in _records(output):
        path = _accepted(mode, raw, names, skips)
        if path is None:
            continue
        if path not in found and len(found) >= bounds.files:
            skips.add("…", f"more than {bounds.files} files; the rest was not looked at")
            return False
        found[path] = name
    return True


def _records(output: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Mode, object name and raw path of each ``<mode> <type> <object>TAB<path>NUL``; an unfinished last one is lost."""
    start = 0
    while (end := output.find(b"\0", start)) >= 0:
        head, _, raw = output[start:end].partition(b"\t")
        mode, _, name = head.decode("ascii", "replace").split(" ", 2)
        yield mode, name, raw
        start = end + 1


def _accepted(mode: str, raw: bytes, names: Names, skips: Skips) -> str | None:
    try:
        path = raw.decode("utf-8")
    except UnicodeDecodeError:
        skips.add(raw, "the name is not UTF-8")
        return None
    why = _ODD.get(mode) or names.fault(path)
    if why:
        skips.add(raw, why)
    return None if why else path


def _sizes(objects: Objects, found: dict[str, str], deadline: Deadline) -> dict[str, int]:
    asked = "".join(f"{name}\n" for name in dict.fromkeys(found.values())).encode()
    done = objects.git("cat-file", "--batch-check=%(objectname) %(objectsize)", given=asked, deadline=deadline)
    pairs = (line.split(" ", 1) for line in done.output.decode("ascii", "replace").splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}
