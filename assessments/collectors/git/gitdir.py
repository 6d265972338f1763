"""Finds the git directory of a local path and reads what HEAD means, as plain files: git never sees its configuration.

A repository's ``config``, hooks, attributes and alternates can make git run commands or read elsewhere, so none of
them is used. Only ``HEAD``, the refs, ``shallow`` and the object files are read, and only below the git directory.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assessments.collectors.git.refusals import CannotLook, is_plain, shown

_HASH = re.compile(r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")
_REF = re.compile(r"^refs/[^\s~^:?*\[\\]+$")
_LARGEST_REF_FILE = 64 * 1024**2
_MOST_SYMBOLIC_STEPS = 5


@dataclass(frozen=True, slots=True)
class GitDirectory:
    """``own`` holds HEAD and the index; ``common`` the refs and objects (the same but for linked work trees).

    ``work_tree`` is None for a bare repository.
    """

    own: Path
    common: Path
    work_tree: Path | None


@dataclass(frozen=True, slots=True)
class Head:
    """What HEAD means: a commit (empty: none yet) and the branch (empty: detached)."""

    commit: str
    branch: str


def is_hash(text: str) -> bool:
    """Whether ``text`` is a full object name, SHA-1 or SHA-256."""
    return bool(_HASH.match(text))


def find_git_directory(path: Path) -> GitDirectory | None:
    """The repository that ``path`` is, or lies in; None when there is none. Raises CannotLook for one that strays."""
    if _looks_like_git_directory(path) and not (path / ".git").exists():
        return GitDirectory(path, path, path.parent if path.name == ".git" else None)
    for folder in (path, *path.parents):
        entry = folder / ".git"
        if entry.is_symlink():
            raise CannotLook(f"Refused: {shown(str(entry))} is a symbolic link. Give the repository's own path.")
        if _looks_like_git_directory(entry):
            return GitDirectory(entry, entry, folder)
        if entry.is_file():
            return _linked(entry, folder)
    return None


def _looks_like_git_directory(path: Path) -> bool:
    return (path / "objects").is_dir() and (path / "refs").is_dir() and os.path.lexists(path / "HEAD")


def _linked(entry: Path, folder: Path) -> GitDirectory:
    """Follow a ``.git`` file, but only to a git directory that itself says that ``folder`` belongs to it."""
    content = read_small(entry) or ""
    stray = CannotLook(
        f"Refused: {shown(str(entry))} points to another repository that does not know this folder. "
        "Give that repository's own path."
    )
    if not content.startswith("gitdir: ") or not is_plain(content.strip()):
        raise stray
    own = (folder / content.removeprefix("gitdir: ").strip()).resolve()
    common = (own / (read_small(own / "commondir") or ".").strip()).resolve()
    if not _looks_like_git_directory(common) or not (_points_back(own, entry, common) or _is_submodule(own, folder)):
        raise stray
    return GitDirectory(own, common, folder)


def _points_back(own: Path, entry: Path, common: Path) -> bool:
    """``git worktree add`` leaves the way back in ``<common>/worktrees/<name>/gitdir``."""
    back = (read_small(own / "gitdir") or "").strip()
    return own.parent == common / "worktrees" and bool(back) and (own / back).resolve() == entry.resolve()


def _is_submodule(own: Path, folder: Path) -> bool:
    """A submodule's git directory lies in ``.git/modules`` of a work tree that contains the folder."""
    return any(own.is_relative_to((parent / ".git" / "modules").resolve()) for parent in folder.parents)


def read_small(path: Path, most: int = 4096) -> str | None:
    """The text of a small regular file (no symbolic link, pipe or device), or None."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > most:
                return None
            return file.read(most).decode("utf-8", "surrogateescape")
    except (OSError, ValueError):
        return None


def read_head(directory: GitDirectory) -> Head:
    """Resolve HEAD to a commit. Raises CannotLook when it leads nowhere although the repository has branches."""
    content = read_small(directory.own / "HEAD")
    if content is None:
        raise CannotLook("The repository has no readable HEAD; it may be damaged. Run “git fsck” in it.")
    branch = ""
    for _ in range(_MOST_SYMBOLIC_STEPS):
        value = content.strip()
        if is_hash(value):
            return Head(value, branch)
        name = _ref_name(value)
        branch = branch or name.removeprefix("refs/heads/")
        found = _read_ref(directory.common, name)
        if found is None:
            return _unborn(directory.common, name, branch)
        content = found
    raise CannotLook("The repository's HEAD leads in a circle. Check out a branch in it.")


def _ref_name(value: str) -> str:
    name = value.removeprefix("ref: ").strip()
    if not value.startswith("ref: ") or not _REF.match(name) or ".." in name or not is_plain(name):
        raise CannotLook(f"The repository's HEAD cannot be read (“{shown(value[:80])}”); it may be damaged.")
    return name


def _read_ref(common: Path, name: str) -> str | None:
    loose = common / name
    if loose.resolve().is_relative_to(common.resolve()):
        content = read_small(loose)
        if content is not None:
            return content
    return packed_refs(common).get(name)


def packed_refs(common: Path) -> dict[str, str]:
    """Every ref in ``packed-refs`` with its hash."""
    content = read_small(common / "packed-refs", _LARGEST_REF_FILE) or ""
    pairs = (line.split(" ", 1) for line in content.splitlines() if line[:1] not in ("#", "^"))
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2 and is_hash(pair[0])}


def _unborn(common: Path, name: str, branch: str) -> Head:
    """HEAD names a branch without commits: fine in a new repository, a fault in one that has other branches."""
    if (common / "reftable").is_dir():
        raise CannotLook("The repository keeps its refs in a reftable, which cannot be read yet. Give its URL instead.")
    others = list(packed_refs(common)) or _loose_heads(common)
    if others:
        raise CannotLook(
            f"The repository's HEAD names {shown(name)}, which does not exist, while it has other branches. "
            "Point HEAD to an existing branch."
        )
    return Head("", branch)


def _loose_heads(common: Path) -> list[str]:
    heads = common / "refs" / "heads"
    found: list[str] = []
    with suppress(OSError):
        for folder, _, names in os.walk(heads):
            found.extend(str(Path(folder, name)) for name in names)
            if found:
                break
    return found
