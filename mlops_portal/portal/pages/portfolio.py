"""The portfolio: every visible project with its level in each dimension, against its target; also as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from assessments.frameworks.framework import Framework
from assessments.models import LevelChange
from assessments.scoring.scorecard import Interval
from assessments.selectors import figures, portfolio
from assessments.selectors.figures import Day, Figures
from assessments.selectors.frameworks import frameworks_in_force
from assessments.selectors.portfolio import SORTS, STANDINGS, PortfolioPage, PortfolioRow, Wanted
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from mlops_portal.portal.needs import Need, needs_soon
from mlops_portal.projects.models import RiskTier
from mlops_portal.web import charts, parameters
from mlops_portal.web.visitors import viewer

#: The table under the trend has one row for every so many days.
TABLE_STEP = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the matrix: the cells in the framework's order of dimensions."""

    row: PortfolioRow
    cells: tuple[tuple[str, Interval | None], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    frameworks: tuple[tuple[str, str], ...]
    levels: range
    tiers: list[tuple[str, str]]
    standings: list[tuple[str, str]]
    sorts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Trend:
    """How two of the figures moved in thirty days, drawn and as a table."""

    at_target: SafeString
    below_target: SafeString
    table: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through. Where ``all_needs`` is not so, the page asks for the rest once it is loaded."""

    framework: Framework
    figures: Figures
    trend: Trend
    lines: tuple[Line, ...]
    dimensions: tuple[tuple[str, str], ...]
    choices: Choices
    activity: list[LevelChange]
    needs: tuple[Need, ...]
    all_needs: bool


def _framework(wanted: Wanted) -> Framework:
    return next(f for f in frameworks_in_force() if f.id == wanted.framework)


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for. Raises Invalid for a value that no filter has."""
    known = {f.id: f for f in frameworks_in_force()}
    chosen = parameters.choice(request, "framework", known) or DEFAULT_FRAMEWORK
    return Wanted(
        framework=chosen,
        query=parameters.text(request, "q"),
        level=parameters.level(request, "level", known[chosen].top_level),
        tier=parameters.choice(request, "tier", RiskTier.values),
        standing=parameters.choice(request, "standing", STANDINGS),
        mine=bool(parameters.choice(request, "mine", ("1",))),
        member=parameters.text(request, "member"),
        sort=parameters.choice(request, "sort", SORTS) or "name",
    )


def _line(row: PortfolioRow, shown: Framework) -> Line:
    return Line(row, tuple((d.title, row.dimensions.get(d.key)) for d in shown.dimensions))


def _choices(shown: Framework) -> Choices:
    return Choices(
        frameworks=tuple((f.id, f.title) for f in frameworks_in_force()),
        levels=range(shown.top_level + 1),
        tiers=RiskTier.choices,
        standings=list(STANDINGS.items()),
        sorts=list(SORTS.items()),
    )


def _trend(days: tuple[Day, ...]) -> Trend:
    return Trend(
        at_target=charts.sparkline("At target, the last 30 days", [day.at_target for day in days]),
        below_target=charts.sparkline("Below target, the last 30 days", [day.below_target for day in days]),
        table=tuple(reversed(days))[::TABLE_STEP],
    )


def _view(person: Any, wanted: Wanted, found: Figures, page: PortfolioPage) -> View:
    shown = _framework(wanted)
    waiting, complete = needs_soon(person)
    return View(
        framework=shown,
        figures=found,
        trend=_trend(figures.trend(person, wanted, found)),
        lines=tuple(_line(row, shown) for row in page.rows),
        dimensions=tuple((d.key, d.title) for d in shown.dimensions),
        choices=_choices(shown),
        activity=figures.activity(person, wanted),
        needs=waiting,
        all_needs=complete,
    )


@require_safe
@gzip_page
def portfolio_page(request: HttpRequest) -> HttpResponse:
    """``GET /``: for everybody; the selectors show each visitor what that visitor may see."""
    person, wanted = viewer(request), _wanted(request)
    found = figures.figures(person, wanted, _framework(wanted).top_level)
    page = portfolio.portfolio_page(person, wanted, total=found.total, number=parameters.page(request))
    context = {"page": page, "wanted": wanted, "view": _view(person, wanted, found, page)}
    return render(request, "portal/portfolio.html", context)


def _safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _ends(interval: Interval | None) -> tuple[int | None, int | None]:
    return (None, None) if interval is None else (interval.confirmed, interval.possible)


def _cells(line: Line, change: str) -> Iterator[object]:
    row = line.row
    yield from (row.project.slug, row.project.name, row.project.risk_tier, row.project.target_level, row.standing)
    for interval in (row.overall, *(interval for _, interval in line.cells), row.accepted):
        yield from _ends(interval)
    yield from (row.checked_at.isoformat(timespec="seconds") if row.checked_at else "", change)


class _Echo:
    """A file that gives back what is written to it, for a writer whose lines are sent as they are made."""

    def write(self, text: str) -> str:
        return text


def _header(shown: Framework) -> list[str]:
    keys = ("overall", *(dimension.key for dimension in shown.dimensions), "accepted")
    ends = [f"{key} {end}" for key in keys for end in ("confirmed", "possible")]
    return ["slug", "name", "risk tier", "target", "standing", *ends, "checked at", "last change"]


def _csv(person: Any, wanted: Wanted) -> Iterator[str]:
    shown, writer = _framework(wanted), csv.writer(_Echo())
    yield writer.writerow(_header(shown))
    for rows in portfolio.chunks(person, wanted):
        changes = portfolio.last_changes([row.project.pk for row in rows], wanted.framework)
        for row in rows:
            yield writer.writerow(map(_safe, _cells(_line(row, shown), changes.get(row.project.pk, ""))))


@require_safe
def portfolio_csv(request: HttpRequest) -> StreamingHttpResponse:
    """``GET /portfolio.csv``: every row under the same filters, confirmed and possible in columns of their own."""
    wanted = _wanted(request)
    response = StreamingHttpResponse(_csv(viewer(request), wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="portfolio-{wanted.framework}.csv"'
    return response
