"""Builds small real git repositories for tests: deterministic, with the dates and authors a test asks for."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

#: When commits are made unless a test says otherwise; tests judge a few days later.
COMMITTED_AT = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
ALICE = ("Alice", "alice@example.org")
BOB = ("Bob", "bob@example.org")

Files = Mapping[str, str | bytes | None]


@dataclass(frozen=True)
class Commit:
    """One commit to make: files to write (None deletes), by whom, when."""

    files: Files = field(default_factory=dict)
    author: tuple[str, str] = ALICE
    when: datetime = COMMITTED_AT
    message: str = "Change"


def git(repository: Path, *arguments: str, author: tuple[str, str] = ALICE, when: datetime = COMMITTED_AT) -> str:
    """Run git in ``repository`` untouched by the machine's configuration and return what it printed."""
    name, email = author
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(repository),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{role}_NAME": name for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": email for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_DATE": when.isoformat() for role in ("AUTHOR", "COMMITTER")},
    }
    done = subprocess.run(["git", *arguments], cwd=repository, env=environment, capture_output=True, check=True)
    return done.stdout.decode().strip()


def write(folder: Path, files: Files) -> None:
    """Write (or, for None, delete) files below ``folder``."""
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def add_commit(repository: Path, commit: Commit) -> str:
    """Write the commit's files, commit everything, and return the commit's hash."""
    write(repository, commit.files)
    git(repository, "add", "-A", "-f")
    git(repository, "commit", "-q", "--allow-empty", "-m", commit.message, author=commit.author, when=commit.when)
    return git(repository, "rev-parse", "HEAD")


def make_repository(
    folder: Path,
    files: Files | None = None,
    *,
    name: str = "repository",
    author: tuple[str, str] = ALICE,
    when: datetime = COMMITTED_AT,
    then: tuple[Commit, ...] = (),
) -> Path:
    """Make a work tree at ``folder/name`` with one commit of ``files`` on branch main, then the commits ``then``.

    ``files=None`` makes an empty repository without commits. The same arguments give the same commit hashes.
    """
    repository = folder / name
    repository.mkdir(parents=True)
    git(repository, "init", "-q", "-b", "main", "--template=")
    if files is not None:
        add_commit(repository, Commit(files, author, when, "Begin"))
    for commit in then:
        add_commit(repository, commit)
    return repository
