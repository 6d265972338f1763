"""Real small git repositories, made from the templates beside this file, with a history that ends a few days ago."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path

import yaml

TEMPLATES = Path(__file__).with_name("repositories")
SUFFIX = ".tmpl"
#: ``{{ pandas }}`` in a template becomes the version that is installed, ``{{ 9 days ago }}`` a date; ``${{ … }}``
#: belongs to CI and stays.
_PLACE = re.compile(r"(?<!\$)\{\{ (?:(?P<days>\d+) days ago|(?P<package>[a-z][a-z0-9-]*)) \}\}")
_AUTHORS = {"alice": ("Alice Ahmed", "alice@example.org"), "bob": ("Bob Brandt", "bob@example.org")}


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit to make. ``files`` are relative paths."""

    author: str
    days_ago: int
    message: str
    files: tuple[str, ...]


def make_repository(slug: str, folder: Path, *, today: date) -> Path:
    """The repository of one demo project at ``folder / slug``. One that is there already is left alone.

    It is built aside and moved into place when it is complete, so a half-made one is never taken for whole.
    """
    target = folder / slug
    if (target / ".git").is_dir():
        return target
    building = folder / f".{slug}.building"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    _git(building, "init", "--quiet", "--initial-branch", "main")
    for commit in _history(slug):
        _write(slug, building, commit.files, today)
        _commit(building, commit, today)
    building.rename(target)
    return target


def head(repository: Path) -> str:
    """The full hash of the newest commit."""
    return _git(repository, "rev-parse", "HEAD").strip()


def _history(slug: str) -> list[Commit]:
    """The commits as written down; the last one also takes every file that none names."""
    listed = yaml.safe_load((TEMPLATES / slug / "commits.yaml").read_text(encoding="utf-8"))
    commits = [Commit(**{**entry, "files": tuple(entry["files"])}) for entry in listed]
    left = sorted(_all_files(slug) - {name for commit in commits for name in commit.files})
    last = commits[-1]
    return [*commits[:-1], Commit(last.author, last.days_ago, last.message, (*last.files, *left))]


def _all_files(slug: str) -> set[str]:
    top = TEMPLATES / slug
    return {str(path.relative_to(top)).removesuffix(SUFFIX) for path in top.rglob(f"*{SUFFIX}")}


def _fill(text: str, today: date) -> str:
    def value(place: re.Match[str]) -> str:
        days, package = place["days"], place["package"]
        return (today - timedelta(days=int(days))).isoformat() if days else version(package)

    return _PLACE.sub(value, text)


def _write(slug: str, building: Path, files: Iterable[str], today: date) -> None:
    for name in files:
        text = (TEMPLATES / slug / f"{name}{SUFFIX}").read_text(encoding="utf-8")
        path = building / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_fill(text, today), encoding="utf-8")


def _commit(building: Path, commit: Commit, today: date) -> None:
    name, address = _AUTHORS[commit.author]
    moment = datetime.combine(today, time(10, 30), UTC) - timedelta(days=commit.days_ago)
    when = f"{int(moment.timestamp())} +0000"
    who = {
        **{f"GIT_{role}_NAME": name for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": address for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_DATE": when for role in ("AUTHOR", "COMMITTER")},
    }
    _git(building, "add", "--all")
    _git(building, "commit", "--quiet", "--message", commit.message, extra=who)


def _git(folder: Path, *arguments: str, extra: dict[str, str] | None = None) -> str:
    """Run git with nobody's personal configuration, so that every machine makes the same repository."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**kept, **alone, **(extra or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
