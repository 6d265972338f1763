"""Opens the repository a request names: a path or an https/ssh address, read-only, with nothing from it executed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from assessments.collectors.git.address import Address, parse_address
from assessments.collectors.git.cache import cache_key, clone_folder, evict, evict_one, fetching, in_use
from assessments.collectors.git.clone import MOST_CLONE_BYTES, RemoteHead, is_scattered, refresh
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.dirt import is_dirty
from assessments.collectors.git.gitdir import GitDirectory, find_git_directory, read_head
from assessments.collectors.git.objects import Objects, open_objects
from assessments.collectors.git.reach import Reach, allowed_addresses
from assessments.collectors.git.refusals import CannotLook, OutOfTime, shown
from assessments.collectors.git.remote import Redirected, Remote
from assessments.collectors.git.repository import Repository, committed_at
from assessments.collectors.git.subpaths import clean_subpath, joined
from assessments.collectors.request import Request


@dataclass(frozen=True, slots=True)
class Access:
    """What an installation allows: which hosts, and bytes on disk for one clone and for the whole cache."""

    reach: Reach = field(default_factory=Reach)
    clone_bytes: int = MOST_CLONE_BYTES
    cache_bytes: int = 10 * 1024**3


@contextmanager
def open_repository(
    request: Request, access: Access | None = None, deadline: Deadline | None = None
) -> Iterator[Repository]:
    """Open ``request.repository`` for the time of the ``with`` block. Raises CannotLook, saying why and what to do."""
    deadline = deadline or Deadline(request.seconds)
    address = parse_address(request.repository.strip())
    try:
        if address.path is not None:
            with _open_local(address, address.path, request, deadline) as repository:
                yield repository
        else:
            with _open_remote(address, request, access or Access(), deadline) as repository:
                yield repository
    except OutOfTime:
        raise CannotLook(f"{address.identity} could not be looked at in the time allowed.") from None


@contextmanager
def _open_local(address: Address, path: Path, request: Request, deadline: Deadline) -> Iterator[Repository]:
    if not request.allow_local:
        raise CannotLook("Refused: a path on this machine is not allowed here. Give an https:// or ssh:// URL.")
    if not path.is_dir():
        raise CannotLook(f"There is no folder {shown(str(path))}. Check the path.")
    subpath = clean_subpath(request.subpath)
    directory = _git_directory(path)
    if directory is None:
        yield Repository(address.identity, folder=path, subpath=subpath)
        return
    top = directory.work_tree or directory.common
    implied = "" if path == directory.own else path.relative_to(top).as_posix().removeprefix(".")
    head = read_head(directory)
    with open_objects(directory.common, head.commit) as objects:
        if implied and not _tracks(objects, head.commit, implied, deadline):
            yield Repository(address.identity, folder=path, subpath=subpath)
            return
        yield Repository(
            identity=str(top),
            objects=objects,
            commit=head.commit,
            branch=head.branch,
            committed_at=committed_at(objects, head.commit, deadline),
            bare=directory.work_tree is None,
            dirty=is_dirty(directory, objects, head.commit, deadline.within(5)),
            subpath=joined(implied, subpath),
        )


def _git_directory(path: Path) -> GitDirectory | None:
    try:
        return find_git_directory(path)
    except OSError:
        raise CannotLook(f"{shown(str(path))} cannot be read. Check its permissions.") from None


def _tracks(objects: Objects, commit: str, subpath: str, deadline: Deadline) -> bool:
    """Whether the commit has files below ``subpath``: else the folder only happens to lie inside a work tree."""
    if not commit:
        return False
    done = objects.git("--literal-pathspecs", "ls-tree", "-z", commit, "--", f"{subpath}/", deadline=deadline)
    return bool(done.output)


@contextmanager
def _open_remote(address: Address, request: Request, access: Access, deadline: Deadline) -> Iterator[Repository]:
    subpath = clean_subpath(request.subpath)
    reach = replace(access.reach, any_host=True, plain_http=True) if request.allow_local else access.reach
    remote = Remote(address, allowed_addresses(address, reach))
    with _cache_folder(request) as cache:
        key = cache_key(address)
        if is_scattered(clone_folder(cache, key)):
            evict_one(cache, key)
        with in_use(cache, key, deadline):
            with fetching(cache, key, deadline):
                head = _refresh(remote, cache, key, access, deadline)
            with _opened(address, clone_folder(cache, key), head, subpath, deadline) as repository:
                yield repository
        evict(cache, access.cache_bytes)


@contextmanager
def _cache_folder(request: Request) -> Iterator[Path]:
    """The cache asked for, or a folder that lives as long as this look."""
    if request.cache is None:
        with tempfile.TemporaryDirectory(prefix="clones-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    try:
        request.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise CannotLook("The cache for repositories cannot be written to.") from None
    yield request.cache.resolve()


def _refresh(remote: Remote, cache: Path, key: str, access: Access, deadline: Deadline) -> RemoteHead:
    """Bring the clone up to date; forges redirect ``…/name`` to ``…/name.git``, so that one step is tried by hand."""
    try:
        return refresh(remote, cache, key, access.clone_bytes, deadline)
    except Redirected:
        if remote.address.url.endswith(".git"):
            raise
        longer = replace(remote.address, url=f"{remote.address.url.rstrip('/')}.git")
        return refresh(replace(remote, address=longer), cache, key, access.clone_bytes, deadline)


@contextmanager
def _opened(address: Address, folder: Path, head: RemoteHead, subpath: str, deadline: Deadline) -> Iterator[Repository]:
    with open_objects(folder, head.commit) as objects:
        yield Repository(
            identity=address.identity,
            objects=objects,
            commit=head.commit,
            branch=head.branch,
            committed_at=committed_at(objects, head.commit, deadline),
            bare=True,
            fetched=True,
            subpath=subpath,
        )
