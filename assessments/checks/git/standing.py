"""Whether a repository speaks for one project: the one rule by which examples are kept from counting as evidence.

In teaching material, a template, a library or a collection of projects, code that looks like training, serving, tests
or CI is an example or serves others. Every check on what a repository holds is registered through ``project_check``:
there it answers UNKNOWN (strength 0) and says why, so that such a repository is never rated as one mature project. A
sub-path is judged by itself, so naming one project's folder is the cure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assessments.checks.base import Answer, Facts, check
from assessments.checks.verdict import Outcome, Seen, Verdict, unknown

#: Kinds that do not speak for one project, and what people call them.
NOT_ONE_PROJECT = {
    "teaching": "teaching material",
    "template": "a template",
    "library": "a library for others to use",
    "collection": "a collection of separate projects",
}
KIND = "git.kind"


def project_check(id: str, *, needs: tuple[str, ...], may_read: tuple[str, ...] = ()) -> Callable[[Answer], Answer]:
    """Register a check whose answer counts only when the repository is one project."""

    def register(answer: Answer) -> Answer:
        def judged(facts: Facts) -> Verdict:
            return as_example(answer(facts), facts.get(KIND))

        check(id, needs=needs, may_read=(*may_read, KIND))(judged)
        return judged

    return register


def kind_note(kind: Mapping[str, Any] | None) -> str:
    """One sentence on a repository that is not one machine-learning project, with what gave it away; else nothing."""
    found = str((kind or {}).get("kind", ""))
    if found == "not-ml":
        return "This repository trains and serves no model of its own; most criteria ask for one."
    if found not in NOT_ONE_PROJECT:
        return ""
    signals = "; ".join(signal["text"] for signal in (kind or {}).get("signals", ())[:3])
    return (
        f"This repository is {NOT_ONE_PROJECT[found]} ({signals}), so nothing in it counts as evidence for one "
        "project. Give a sub-path to assess one project's folder."
    )


def as_example(verdict: Verdict, kind: Mapping[str, Any] | None) -> Verdict:
    """Return the verdict as it is for one project; UNKNOWN, with what it would have been, for anything else."""
    name = NOT_ONE_PROJECT.get(str((kind or {}).get("kind", "")))
    if name is None or verdict.outcome is Outcome.ERROR:
        return verdict
    signals = tuple(Seen(signal["text"], signal["where"]) for signal in (kind or {}).get("signals", ())[:3])
    why = f" ({signals[0].text[0].lower()}{signals[0].text[1:]})" if signals else ""
    reason = (
        f"This repository is {name}{why}: what it holds is no evidence for one project. "
        "Assess one project's folder with a sub-path."
    )
    return unknown(reason, (*signals, Seen(f"Taken as one project: {verdict.reason}"), *verdict.seen))
