"""A bounded cache of bare clones: one folder per address, locked, refreshed at every use, oldest evicted first.

Layout below the cache folder: ``<key>.git`` the clone, ``<key>.use`` and ``<key>.fetch`` its locks; the time of
``<key>.use`` is when the clone was last used. ``key`` is a digest of the address without credentials, so that no
secret is on disk, plus the user name's digest: what one account may see is never served to another.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assessments.collectors.git.address import Address
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.refusals import CannotLook

_RETRY = 0.02


def cache_key(address: Address) -> str:
    """Name the cache entry of an address and the account it is read with."""
    text = f"{address.transport}\n{address.url}\n{address.username}\n{address.password}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def clone_folder(cache: Path, key: str) -> Path:
    """Where the clone with ``key`` lies."""
    return cache / f"{key}.git"


@contextmanager
def in_use(cache: Path, key: str, deadline: Deadline) -> Iterator[None]:
    """Hold a clone against eviction; any number may at once. Raises CannotLook when it stays locked."""
    with _locked(cache / f"{key}.use", fcntl.LOCK_SH, deadline) as file:
        os.utime(file)
        yield


@contextmanager
def fetching(cache: Path, key: str, deadline: Deadline) -> Iterator[None]:
    """Be the only one that writes to a clone. Raises CannotLook when another keeps writing too long."""
    with _locked(cache / f"{key}.fetch", fcntl.LOCK_EX, deadline):
        yield


@contextmanager
def _locked(path: Path, kind: int, deadline: Deadline) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        while not _try_lock(file, kind):
            if not deadline.left:
                raise CannotLook("Another look at the same repository took all the time allowed. Try again later.")
            time.sleep(min(_RETRY, deadline.left))
        yield file
    finally:
        os.close(file)


def _try_lock(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def bytes_below(folder: Path) -> int:
    """Bytes on disk of every file below ``folder``."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(Path(parent, name)).st_size
    return total


def evict(cache: Path, most: int) -> list[str]:
    """Remove the least recently used clones until at most ``most`` bytes are left; ones in use stay. Gives the keys."""
    sizes = {path.stem: bytes_below(path) for path in cache.glob("*.git")}
    total, gone = sum(sizes.values()), []
    for key in sorted(sizes, key=lambda key: _last_used(cache, key)):
        if total <= most:
            break
        if evict_one(cache, key):
            total -= sizes[key]
            gone.append(key)
    return gone


def _last_used(cache: Path, key: str) -> float:
    try:
        return (cache / f"{key}.use").stat().st_mtime
    except OSError:
        return 0.0


def evict_one(cache: Path, key: str) -> bool:
    """Remove one clone unless it is in use; whether it is gone."""
    file = os.open(cache / f"{key}.use", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        # The lock files stay: one that was deleted while another waits for it would lock nothing any more.
        return _try_lock(file, fcntl.LOCK_EX) and remove(clone_folder(cache, key))
    finally:
        os.close(file)


def remove(folder: Path) -> bool:
    """Take a clone away in one step (renamed first, so that nobody meets half of it). Always True."""
    doomed = folder.with_suffix(f".gone-{os.getpid()}-{time.monotonic_ns()}")
    with suppress(FileNotFoundError):
        folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
    return True
