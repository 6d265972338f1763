"""GIT-01 and GIT-17: whether the project lives in git, and whether several roles change its training and serving."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from assessments.checks.base import Facts, check
from assessments.checks.verdict import DECLARED, Seen, Verdict, met, not_met, unknown
from mlops_portal.kernel.clock import parse

#: Clocks differ: a commit dated up to this long after the moment of judgement is taken for one made now.
_CLOCK_SKEW = timedelta(days=1)
#: Above this share of squashed or automatic commits, authors say little about who did the work.
_TOO_MANY = 0.5
_ENOUGH_ROLES = 2


@check("GIT-01", needs=("git.repository",), may_read=("git.history",))
def is_in_git_and_alive(facts: Facts) -> Verdict:
    """Answer: the project is in git, with a commit inside the window, and its work tree resolves to a commit."""
    repository = facts["git.repository"]
    if not repository.get("in_git"):
        return not_met("The files are not in git: nobody can tell which version was trained or released.")
    if not repository.get("commit"):
        return not_met("The repository has no commits yet.")
    history = facts.get("git.history") or {}
    if repository.get("subpath") and (repository.get("shallow") or not history.get("newest")):
        return unknown("The history is cut or cannot be read, so the sub-path's newest commit is not known. Fetch it.")
    newest = history.get("newest") or repository.get("committed_at")
    return (
        _judge_age(facts, parse(newest), _what_was_seen(repository)) if newest else unknown("HEAD has no valid date.")
    )


def _judge_age(facts: Facts, newest: datetime, seen: list[Seen]) -> Verdict:
    day = newest.date().isoformat()
    if newest > facts.now + _CLOCK_SKEW:
        return unknown(f"The newest commit is dated {day}, after the moment of judgement.", seen)
    if facts.recent(min(newest, facts.now)):
        return met(f"The project is in git; its newest commit is of {day}.", seen)
    return not_met(f"The newest commit is of {day}, older than {facts.window.days} days.", seen)


def _what_was_seen(repository: Mapping[str, Any]) -> list[Seen]:
    branch = f" on {repository['branch']}" if repository.get("branch") else " (no branch checked out)"
    seen = [Seen(f"HEAD{branch}", str(repository["commit"])[:12])]
    if repository.get("dirty"):
        seen.append(Seen("The work tree has changes that are not committed; only what is committed was judged."))
    if repository.get("shallow"):
        seen.append(Seen("The clone is shallow: its history is cut."))
    return seen


@check("GIT-17", needs=("git.repository", "git.history"), may_read=("git.code", "git.serving"))
def several_roles_change_training_and_serving(facts: Facts) -> Verdict:
    """Answer: at least two roles author the training paths, and at least two the serving paths (a proxy: 0.5)."""
    history = facts["git.history"]
    blind = _why_authors_say_nothing(history)
    if blind:
        return unknown(blind)
    areas = {"training": _paths(facts.get("git.code")), "serving": _paths(facts.get("git.serving"))}
    missing = [name for name, paths in areas.items() if not paths]
    if missing:
        return unknown(f"No {' and no '.join(missing)} code was seen whose authors could be compared.")
    return _judge_roles(history, areas)


def _why_authors_say_nothing(history: Mapping[str, Any]) -> str:
    """Why the history does not tell who did the work; empty when it does."""
    if not history:
        return "There is no history to look at."
    if history["shallow"]:
        return "The clone is shallow: who changed what is not known. Fetch the whole history."
    if max(history["squash_share"], history["bot_share"]) > _TOO_MANY:
        return "Most commits are squashed or automatic, so their authors do not tell who did the work."
    if not history["roles"]:
        return "No author is known by role. Add the project's members with their roles and e-mail addresses."
    return ""


def _paths(payload: Mapping[str, Any] | None) -> set[str]:
    """Every file that the entries of ``git.code`` or ``git.serving`` name."""
    found: set[str] = set()
    for entry in (payload or {}).get("entries", ()):
        found |= {entry["path"], *entry.get("through", ()), entry.get("trains", "").rpartition(":")[0]}
    return found - {""}


def _judge_roles(history: Mapping[str, Any], areas: Mapping[str, Iterable[str]]) -> Verdict:
    people = {name: _people(history, paths) for name, paths in areas.items()}
    roles = {
        name: sorted({history["roles"][who] for who in those if who in history["roles"]})
        for name, those in people.items()
    }
    seen = [
        Seen(f"{name}: {', '.join(found) or 'no known role'} ({len(people[name])} people)")
        for name, found in roles.items()
    ]
    thin = [name for name, found in roles.items() if len(found) < _ENOUGH_ROLES]
    if not thin:
        return met("At least two roles changed both the training and the serving code.", seen, strength=DECLARED)
    untouched = [name for name in thin if not people[name]]
    if untouched:
        return unknown(f"Nobody changed the {' and '.join(untouched)} code in the window.", seen)
    if any(who not in history["roles"] for name in thin for who in people[name]):
        return unknown(f"Not every author of the {' and '.join(thin)} code is known by role.", seen)
    return not_met(f"Only one role changes the {' and '.join(thin)} code.", seen)


def _people(history: Mapping[str, Any], paths: Iterable[str]) -> set[str]:
    return {who for path in paths for who in history["authors_by_path"].get(path, ())}
