"""Reads the topic ``git.history``: how recent and regular commits are, and who (pseudonymously) changes which files.

Payload: ``newest`` (ISO time of the newest commit that touches the sub-path), ``window_days`` and
``commits_in_window``, ``shallow`` (the history was cut: counts are lower bounds), ``complete`` (False: only the newest
commits were counted), ``bot_share`` and ``squash_share`` (0–1, of the commits in the window that are no merges),
``authors`` (pseudonym → commits), ``authors_window_days`` and ``authors_by_path`` (code file → pseudonyms of the people
who changed it), ``roles`` (pseudonym → role, for the people whose role is known).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from assessments.collectors.git.authors import FIELDS, Commit, parse_commit
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.refusals import CannotLook, OutOfTime, is_plain

#: The longest validity of the checks that read this topic (GIT-01), and that of GIT-17, in days.
WINDOW_DAYS = 180
AUTHORS_WINDOW_DAYS = 90

_MOST_COMMITS = 20_000
_MOST_COMMITS_WITH_PATHS = 3_000
_MOST_AUTHORS = 200
_MOST_PATHS = 3_000
_SECONDS, _SECONDS_FOR_PATHS = 25.0, 10.0
_RECORD, _FIELD = "\x1e", "\x1f"
_CODE = (".py", ".ipynb", ".r", ".rmd", ".jl", ".scala", ".java", ".sql", ".sh", ".yaml", ".yml", ".toml")
_QUIET = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-notes", "--no-decorate", "--diff-merges=off")


def read(reading: Reading) -> Mapping[str, Any]:
    """Read the history; empty when there is none. Raises CannotLook when it is damaged, OutOfTime."""
    if not reading.repository.commit:
        return {}
    deadline = Deadline(_SECONDS)
    since = reading.now - timedelta(days=WINDOW_DAYS)
    commits = [commit for commit in _log(reading, since, _MOST_COMMITS, (), deadline) if commit.when >= since]
    return {
        "newest": _newest(reading, commits, deadline),
        "window_days": WINDOW_DAYS,
        "commits_in_window": len(commits),
        "shallow": reading.repository.shallow,
        "complete": len(commits) < _MOST_COMMITS,
        **_people(reading, commits, deadline),
    }


def _people(reading: Reading, commits: list[Commit], deadline: Deadline) -> dict[str, Any]:
    people = Counter(commit.who for commit in commits if not commit.bot and not commit.merge)
    return {
        **_shares(commits),
        "authors": dict(people.most_common(_MOST_AUTHORS)),
        "authors_window_days": AUTHORS_WINDOW_DAYS,
        "authors_by_path": _authors_by_path(reading, deadline.within(_SECONDS_FOR_PATHS)),
        "roles": {who: role for who, role in reading.roles.items() if who in people},
    }


def _shares(commits: list[Commit]) -> dict[str, float]:
    single = [commit for commit in commits if not commit.merge]
    count = len(single) or 1
    return {
        "bot_share": round(sum(commit.bot for commit in single) / count, 3),
        "squash_share": round(sum(commit.squashed for commit in single) / count, 3),
    }


def _newest(reading: Reading, commits: list[Commit], deadline: Deadline) -> str | None:
    newest = commits or list(_log(reading, None, 1, (), deadline))
    return max(commit.when for commit in newest).isoformat() if newest else None


def _authors_by_path(reading: Reading, deadline: Deadline) -> dict[str, list[str]]:
    """Pseudonyms by code file; empty when comparing the trees is too much work or impossible: then nobody is known."""
    since = reading.now - timedelta(days=AUTHORS_WINDOW_DAYS)
    found: dict[str, set[str]] = defaultdict(set)
    with suppress(OutOfTime, CannotLook):
        for commit in _log(reading, since, _MOST_COMMITS_WITH_PATHS, ("--name-only",), deadline):
            for path in () if commit.bot or commit.when < since else commit.paths:
                if len(found) < _MOST_PATHS or path in found:
                    found[path].add(commit.who)
    return {path: sorted(people) for path, people in sorted(found.items())}


def _log(
    reading: Reading, since: datetime | None, most: int, more: tuple[str, ...], deadline: Deadline
) -> Iterator[Commit]:
    repository = reading.repository
    objects = repository.objects
    assert objects is not None  # noqa: S101 – there is a commit
    window = (f"--since={int(since.timestamp())} +0000",) if since else ()
    form = f"--format={_RECORD}{_FIELD.join(FIELDS)}{_FIELD}"
    below = ("--", f"{reading.subpath}/") if reading.subpath else ("--",)
    done = objects.git(
        *("--literal-pathspecs", "log", "-z", form, f"--max-count={most}", *window, *_QUIET, *more),
        *(repository.commit, *below),
        deadline=deadline,
        settings=(f"mailmap.blob={repository.commit}:.mailmap",),
    )
    if done.code and not done.output:
        raise CannotLook("The history cannot be read; the repository may be damaged. Run “git fsck” in it.")
    for record in done.output.decode("utf-8", "replace").split(_RECORD)[1:]:
        *fields, names = record.split(_FIELD)
        commit = parse_commit(fields, _code_paths(names, reading.subpath), reading.salt)
        if commit is not None:
            yield commit


def _code_paths(names: str, subpath: str) -> tuple[str, ...]:
    """Changed code files, relative to the sub-path as everywhere in a reading."""
    prefix = f"{subpath}/" if subpath else ""
    paths = (name.lstrip("\n") for name in names.split("\0"))
    return tuple(path.removeprefix(prefix) for path in paths if path.lower().endswith(_CODE) and is_plain(path))
