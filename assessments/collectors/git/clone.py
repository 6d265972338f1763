"""Brings a remote repository into the cache and up to date: with history, without submodules, hooks or large files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assessments.collectors.git.cache import bytes_below, clone_folder, remove
from assessments.collectors.git.command import Deadline, run
from assessments.collectors.git.gitdir import is_hash
from assessments.collectors.git.intact import is_intact
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.git.remote import Remote
from assessments.collectors.git.repository import LARGEST_NOTEBOOK

#: One clone may take this many bytes on disk.
MOST_CLONE_BYTES = 1024**3
#: Every fetch may leave a pack behind; a clone in that many pieces is made anew.
MOST_PACKS = 60

_BRANCHES = "+refs/heads/*:refs/heads/*"
_FETCH = ("fetch", "--quiet", "--no-tags", "--prune", "--no-write-fetch-head", "--no-recurse-submodules", "--force")


@dataclass(frozen=True, slots=True)
class RemoteHead:
    """What the remote's HEAD is now: a commit (empty: no commits yet) and its branch."""

    commit: str
    branch: str


def remote_head(remote: Remote, directory: Path, deadline: Deadline) -> RemoteHead:
    """Ask the remote for its HEAD. Raises CannotLook."""
    command = ("ls-remote", "--symref", "--", remote.address.url, "HEAD")
    done = remote.git(str(directory), command, deadline=deadline)
    commit = branch = ""
    for line in done.output.decode("utf-8", "replace").splitlines():
        value, _, name = line.partition("\t")
        if name == "HEAD" and value.startswith("ref: refs/heads/"):
            branch = value.removeprefix("ref: refs/heads/")
        elif name == "HEAD" and is_hash(value):
            commit = value
    return RemoteHead(commit, branch)


def is_scattered(folder: Path) -> bool:
    """Whether a clone lies in so many packs that it is better made anew."""
    return len(list((folder / "objects" / "pack").glob("*.pack"))) > MOST_PACKS


def refresh(remote: Remote, cache: Path, key: str, most: int, deadline: Deadline) -> RemoteHead:
    """Bring the clone up to date, making it (anew, when it is damaged) if need be. Raises CannotLook."""
    folder = clone_folder(cache, key)
    if not is_intact(folder):
        remove(folder)
    fresh = _make(folder, deadline)
    head = remote_head(remote, folder, deadline)
    try:
        _fetch(remote, folder, head, most, deadline)
    except CannotLook:
        if fresh or _is_sound(folder, deadline):
            raise
        remove(folder)
        _make(folder, deadline)
        _fetch(remote, folder, head, most, deadline)
    return head


def _make(folder: Path, deadline: Deadline) -> bool:
    """Make an empty clone where there is no usable one; True when it had to."""
    if (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir():
        return False
    remove(folder)
    done = run(("init", "--quiet", "--bare", "--template=", "--", str(folder)), deadline=deadline)
    if done.code:
        raise CannotLook("The cache for repositories cannot be written to.")
    return True


def _is_sound(folder: Path, deadline: Deadline) -> bool:
    """Whether every commit and folder that the branches lead to is still there (files may be left out)."""
    command = ("rev-list", "--quiet", "--objects", "--missing=allow-any", "--all")
    return run(command, deadline=deadline, extra={"GIT_DIR": str(folder)}).code == 0


def _fetch(remote: Remote, folder: Path, head: RemoteHead, most: int, deadline: Deadline) -> None:
    """Fetch all branches and HEAD, without objects larger than is ever read, within ``most`` bytes."""
    if not head.commit:
        return
    settings = (
        f"remote.origin.url={remote.address.url}",
        "remote.origin.promisor=true",
        "extensions.partialClone=origin",
    )
    command = (*_FETCH, f"--filter=blob:limit={LARGEST_NOTEBOOK + 1}", "origin", _BRANCHES, "+HEAD:refs/assessed/head")

    def watch() -> None:
        if bytes_below(folder) > most:
            raise CannotLook(f"{remote.address.identity} is larger than {most // 1024**2} MB, more than is fetched.")

    try:
        remote.git(str(folder), command, deadline=deadline, settings=settings, watch=watch)
    except CannotLook:
        _clean_up(folder)
        raise


def _clean_up(folder: Path) -> None:
    """Remove what an interrupted fetch left half written."""
    for half in (folder / "objects" / "pack").glob("tmp_*"):
        half.unlink(missing_ok=True)
    for lock in folder.glob("**/*.lock"):
        lock.unlink(missing_ok=True)
