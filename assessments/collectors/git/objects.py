"""A private window on a repository's objects: a git directory of our own with nothing in it but links to object files.

git runs in this directory only. It sees objects, and no configuration, hooks, refs, grafts, replacements or alternates
of the repository, and cannot fetch what is missing.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assessments.collectors.git.command import MOST_OUTPUT, Deadline, Finished, run
from assessments.collectors.git.gitdir import is_hash, read_small
from assessments.collectors.git.refusals import CannotLook

_FAN_OUT = re.compile(r"^[0-9a-f]{2}$")
NO_HEAD = "ref: refs/heads/none\n"
_BARE = "[core]\n\tbare = true\n"
_SHA256 = f"{_BARE}\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n"
_LARGEST_SHALLOW_FILE = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Objects:
    """The window: ``directory`` is the private git directory; ``borrows`` whether the repository has alternates."""

    directory: Path
    shallow: bool = False
    borrows: bool = False

    @property
    def variables(self) -> dict[str, str]:
        """The environment that points git here."""
        return {"GIT_DIR": str(self.directory)}

    def git(
        self,
        *command: str,
        deadline: Deadline,
        given: bytes = b"",
        settings: Sequence[str] = (),
        most_output: int = MOST_OUTPUT,
    ) -> Finished:
        """Run one git command on the objects. Raises OutOfTime."""
        return run(
            command,
            deadline=deadline,
            extra=self.variables,
            given=given,
            settings=settings,
            most_output=most_output,
        )


@contextmanager
def open_objects(common: Path, commit: str, cache: Path | None = None) -> Iterator[Objects]:
    """Open a window on the objects below ``common``, removed again at the end. Raises CannotLook for links outside."""
    with tempfile.TemporaryDirectory(prefix="objects-", dir=cache, ignore_cleanup_errors=True) as folder:
        directory = Path(folder)
        (directory / "refs").mkdir()
        (directory / "HEAD").write_text(NO_HEAD)
        (directory / "config").write_text(_SHA256 if len(commit) == 64 else _BARE)
        _link_objects(common / "objects", directory / "objects")
        shallow = _copy_shallow(common, directory)
        yield Objects(directory, shallow, (common / "objects" / "info" / "alternates").exists())


def _link_objects(source: Path, target: Path) -> None:
    target.mkdir()
    if source.is_symlink():
        raise CannotLook("Refused: the repository's objects are a symbolic link. Give the repository they belong to.")
    for entry in source.iterdir():
        if entry.name == "pack" or _FAN_OUT.match(entry.name):
            _refuse_link(entry)
            (target / entry.name).symlink_to(entry)


def _refuse_link(entry: Path) -> None:
    links = entry.is_symlink() or (entry.name == "pack" and any(pack.is_symlink() for pack in entry.iterdir()))
    if links:
        raise CannotLook("Refused: the repository's objects contain symbolic links. Give the repository they lead to.")


def _copy_shallow(common: Path, directory: Path) -> bool:
    """Tell our git where the history was cut, or it would take the missing parents for damage."""
    content = read_small(common / "shallow", _LARGEST_SHALLOW_FILE) or ""
    cuts = [line for line in content.split() if is_hash(line)]
    if cuts:
        (directory / "shallow").write_text("".join(f"{line}\n" for line in cuts))
    return bool(cuts)
