"""Whether a work tree has changes that are not committed, told without the repository's own configuration."""

from __future__ import annotations

from assessments.collectors.git.command import Deadline, run
from assessments.collectors.git.gitdir import GitDirectory
from assessments.collectors.git.objects import NO_HEAD, Objects
from assessments.collectors.git.refusals import OutOfTime

_STATUS = ("status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=all", "--untracked-files=normal")


def is_dirty(directory: GitDirectory, objects: Objects, commit: str, deadline: Deadline) -> bool | None:
    """Whether files differ from the commit or are not in it; None when bare, without commits, or not to be told.

    Submodules are not entered: git would read their configuration.
    """
    index = directory.own / "index"
    if directory.work_tree is None or not commit or index.is_symlink() or not index.is_file():
        return None
    (objects.directory / "HEAD").write_text(f"{commit}\n")
    extra = {**objects.variables, "GIT_WORK_TREE": str(directory.work_tree), "GIT_INDEX_FILE": str(index)}
    excludes = f"core.excludesFile={directory.common / 'info' / 'exclude'}"
    try:
        done = run(_STATUS, deadline=deadline, extra=extra, settings=(excludes,), most_output=1 << 20)
    except OutOfTime:
        return None
    finally:
        # With a HEAD, git would read .gitmodules from it, and stop at one that it dislikes.
        (objects.directory / "HEAD").write_text(NO_HEAD)
    return None if done.code and not done.cut else bool(done.output)
