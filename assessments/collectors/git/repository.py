"""A repository that was found and opened: what it is, and the facts about the commit that is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assessments.collectors.git.command import Deadline
from assessments.collectors.git.objects import Objects
from assessments.collectors.git.refusals import CannotLook

#: Readers never get more of one file, in bytes. Notebooks carry their pictures and may be larger.
LARGEST_FILE, LARGEST_NOTEBOOK = 2 * 1024**2, 8 * 1024**2

#: The line of a commit object that says who committed it when (seconds since 1970, zone).
_COMMITTER = re.compile(rb"^committer .*> (\d+) [+-]\d{4}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Repository:
    """An opened repository. ``objects`` is None for a folder that is not in git; then ``folder`` holds the files.

    ``commit`` is empty in a repository without commits. ``subpath`` is the sub-path asked for, or the one implied by a
    path below the work tree. ``dirty`` is None when it could not be told, or does not arise (bare, or fetched).
    """

    identity: str
    objects: Objects | None = None
    folder: Path | None = None
    commit: str = ""
    branch: str = ""
    committed_at: datetime | None = None
    bare: bool = False
    dirty: bool | None = None
    fetched: bool = False
    subpath: str = ""

    @property
    def in_git(self) -> bool:
        """Whether it is a git repository at all."""
        return self.objects is not None

    @property
    def shallow(self) -> bool:
        """Whether its history was cut."""
        return self.objects is not None and self.objects.shallow


def committed_at(objects: Objects, commit: str, deadline: Deadline) -> datetime | None:
    """When ``commit`` was committed (UTC); None for no commit or no sensible date.

    Raises CannotLook when it is missing, damaged or no commit.
    """
    if not commit:
        return None
    done = objects.git("cat-file", "commit", commit, deadline=deadline)
    if done.code:
        raise CannotLook(_damaged(objects, commit))
    moment = _COMMITTER.search(done.output.partition(b"\n\n")[0])
    try:
        return datetime.fromtimestamp(int(moment[1]), UTC) if moment else None
    except (OverflowError, OSError, ValueError):
        return None


def _damaged(objects: Objects, commit: str) -> str:
    if objects.borrows:
        return (
            "The repository borrows objects from another one (objects/info/alternates), which is not followed. "
            "Run “git repack -a -d” in it, or give the other repository."
        )
    return f"The commit {commit[:12]} cannot be read; the repository may be damaged. Run “git fsck” in it."
