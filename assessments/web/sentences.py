"""The sentences above a level: what it says, what could still change it, where it stands against the target. Pure."""

from __future__ import annotations

from assessments.frameworks.framework import Framework
from assessments.scoring.scorecard import Interval, Scorecard


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 check", "3 checks"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def level_sentence(interval: Interval, unseen: int, what: str = "open check") -> str:
    """What the interval means; ``unseen`` counts what keeps it from being certain, ``what`` names one of those."""
    confirmed = f"Level {interval.confirmed} is confirmed by evidence."
    if interval.certain:
        return f"{confirmed} Nothing that is unknown could change it."
    blind = f"{counted(unseen, what)} could not be judged" if what.endswith("check") else counted(unseen, what)
    return (
        f"{confirmed} It may be as high as {interval.possible}: {blind if unseen else 'not everything could be seen'}."
    )


def points_sentence(card: Scorecard, framework: Framework) -> str:
    """What the points say, in place of the sentence on a level; empty where none are counted."""
    if card.points is None:
        return ""
    confirmed, meaning = card.overall.confirmed, framework.level_meaning(card.overall.confirmed)
    said = f"Band {confirmed} of {framework.top_level} · {card.points} of {card.points.out_of} in the smallest section."
    return f"{said} {meaning}"


def target_sentence(interval: Interval, target: int | None) -> str:
    """Where the level stands against the target; empty without one."""
    if target is None:
        return ""
    if interval.confirmed > target:
        return f"Beyond the target of {target}: effort was spent past what the project needs."
    if interval.confirmed == target:
        return f"At the target of {target}."
    missing = counted(target - interval.confirmed, "level")
    if interval.possible >= target:
        return f"The target is {target}: {missing} to prove, and possibly reached already."
    return f"The target is {target}: {missing} to go."
