"""Figures over every project that matches: counts, how they moved in thirty days, what happened last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models.functions import Cast, Substr

from assessments.models import LevelChange
from assessments.selectors.portfolio import STANDINGS, Wanted, matching, standing_filter
from mlops_portal.kernel import clock

#: How far back the trend goes, and how many changes the list of what happened has.
TREND, MOST_CHANGES = timedelta(days=30), 4


@dataclass(frozen=True, slots=True)
class Figures:
    """How many projects match, have each confirmed level, stand so, and have a target or blind spots."""

    total: int
    by_level: Mapping[int, int]
    standings: Mapping[str, int]
    with_target: int
    with_blind_spots: int

    @property
    def at_target(self) -> int:
        """At the target or beyond it."""
        return self.standings["at"] + self.standings["beyond"]

    @property
    def never(self) -> int:
        """Never scored."""
        return self.standings["not-assessed"]

    @property
    def not_fresh(self) -> int:
        """Checked too long ago, or never."""
        return self.standings["old"] + self.never


@dataclass(frozen=True, slots=True)
class Day:
    """The end of one day: how many of the projects were scored, at their target (as it is now), or below it."""

    day: date
    scored: int
    at_target: int
    below_target: int


def figures(viewer: Any, wanted: Wanted, top_level: int) -> Figures:
    """Everything that is counted, in one query."""
    at, key = clock.now(), "pk"
    counts = {f"level_{n}": Count(key, filter=Q(current__confirmed=n)) for n in range(top_level + 1)}
    counts |= {f"standing_{name}": Count(key, filter=standing_filter(name, at)) for name in STANDINGS}
    found = matching(viewer, wanted).aggregate(
        total=Count(key),
        with_target=Count(key, filter=Q(target_level__isnull=False)),
        with_blind_spots=Count(key, filter=Q(current__possible__gt=F("current__confirmed"))),
        **counts,
    )
    return Figures(
        total=found["total"],
        by_level={n: found[f"level_{n}"] for n in range(top_level + 1)},
        standings={name: found[f"standing_{name}"] for name in STANDINGS},
        with_target=found["with_target"],
        with_blind_spots=found["with_blind_spots"],
    )


def _moves(viewer: Any, wanted: Wanted) -> QuerySet[LevelChange]:
    moves = LevelChange.objects.filter(framework=wanted.framework)
    return moves.filter(project__in=matching(viewer, wanted).values("pk"))


def _daily(viewer: Any, wanted: Wanted, since: datetime) -> dict[str, tuple[int, int, int]]:
    """What each day since then added to the three counts. The day is cut from the text: that is fast on SQLite."""
    target = F("project__target_level")
    counts = {
        "scored": (Q(), Q(confirmed_before__isnull=False)),
        "at": (Q(confirmed__gte=target), Q(confirmed_before__gte=target)),
        "below": (Q(possible__lt=target), Q(possible_before__lt=target)),
    }
    sums = {f"{name}_after": Count("pk", filter=after) for name, (after, _) in counts.items() if after}
    sums |= {f"{name}_before": Count("pk", filter=before) for name, (_, before) in counts.items()}
    days = _moves(viewer, wanted).filter(at__gt=since).values(day=Substr(Cast("at", CharField()), 1, 10))
    rows = days.annotate(scored_after=Count("pk"), **sums).order_by()
    return {
        row["day"]: (
            row["scored_after"] - row["scored_before"],
            row["at_after"] - row["at_before"],
            row["below_after"] - row["below_before"],
        )
        for row in rows
    }


def trend(viewer: Any, wanted: Wanted, now: Figures) -> tuple[Day, ...]:
    """The last thirty days of the projects that match today, the oldest first; one query.

    It goes back from what is so now, change by change; targets are taken as they are today.
    """
    today = clock.now()
    added = _daily(viewer, wanted, today - TREND)
    counts = (sum(now.by_level.values()), now.at_target, now.standings["below"])
    days: list[Day] = []
    for back in range(TREND.days + 1):
        day = (today - timedelta(days=back)).date()
        days.append(Day(day, *counts))
        scored, at_target, below = added.get(day.isoformat(), (0, 0, 0))
        counts = (counts[0] - scored, counts[1] - at_target, counts[2] - below)
    return tuple(reversed(days))


def activity(viewer: Any, wanted: Wanted) -> list[LevelChange]:
    """The last changes of level among the matching projects, the newest first, with their projects; one query."""
    moved = _moves(viewer, wanted).filter(confirmed_before__isnull=False)
    return list(moved.select_related("project").order_by("-at", "-pk")[:MOST_CHANGES])
