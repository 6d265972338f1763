"""The portfolio: every visible project with its level in each dimension, against its target; also as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import framework, shipped_frameworks
from assessments.scoring.scorecard import Interval
from assessments.selectors.portfolio import PortfolioPage, PortfolioRow, portfolio
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project, RiskTier
from mlops_portal.web import parameters
from mlops_portal.web.visitors import viewer
from mlops_portal.web.words import relative

#: The attention strip names no more projects than this; the matrix has them all.
MOST_ATTENTION = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address narrows the portfolio to."""

    framework: str
    query: str
    level: int | None
    tier: str

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.query or self.level is not None or self.tier)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the matrix: the cells in the framework's order of dimensions."""

    row: PortfolioRow
    cells: tuple[tuple[str, Interval | None], ...]

    @property
    def old(self) -> bool:
        """Whether the figures were checked too long ago to rely on."""
        return self.row.overall is not None and not self.row.fresh


@dataclass(frozen=True, slots=True)
class Attention:
    """One project that needs somebody, and why."""

    project: Project
    sentence: str


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through beside the selector's page."""

    lines: tuple[Line, ...]
    attention: tuple[Attention, ...]
    dimensions: tuple[tuple[str, str], ...]
    frameworks: tuple[tuple[str, str], ...]
    levels: range
    tiers: list[tuple[str, str]]
    spread: tuple[tuple[int, int], ...]
    with_target: int
    with_blind_spots: int
    not_fresh: int
    filtered: bool

    @property
    def total(self) -> int:
        """How many projects are shown."""
        return len(self.lines)


def _filters(request: HttpRequest) -> Filters:
    known = {f.id for f in shipped_frameworks()}
    chosen = parameters.choice(request, "framework", known) or DEFAULT_FRAMEWORK
    return Filters(
        framework=chosen,
        query=parameters.text(request, "q"),
        level=parameters.level(request, "level", framework(chosen).top_level),
        tier=parameters.choice(request, "tier", RiskTier.values),
    )


def _load(request: HttpRequest, filters: Filters) -> PortfolioPage:
    return portfolio(
        viewer(request), framework=filters.framework, query=filters.query, level=filters.level, tier=filters.tier
    )


def _line(row: PortfolioRow, shown: Framework) -> Line:
    return Line(row, tuple((d.title, row.dimensions.get(d.key)) for d in shown.dimensions))


def _concern(row: PortfolioRow) -> str:
    """Why a project needs somebody; nothing when it does not. Pure facts, worst first."""
    if row.overall is None:
        return "was never looked at"
    if not row.fresh and row.checked_at is not None:
        return f"was last checked {relative(row.checked_at, clock.now())}; its level may have changed"
    if row.standing == "below":
        missing = (row.project.target_level or 0) - row.overall.confirmed
        return f"is {missing} level{'s' if missing > 1 else ''} below its target of {row.project.target_level}"
    return ""


def _attention(rows: tuple[PortfolioRow, ...]) -> Iterator[Attention]:
    for row in rows:
        if sentence := _concern(row):
            yield Attention(row.project, sentence)


def _view(page: PortfolioPage, filters: Filters) -> View:
    shown = framework(filters.framework)
    levels = range(shown.top_level + 1)
    return View(
        lines=tuple(_line(row, shown) for row in page.rows),
        attention=tuple(_attention(page.rows))[:MOST_ATTENTION],
        dimensions=tuple((d.key, d.title) for d in shown.dimensions),
        frameworks=tuple((f.id, f.title) for f in shipped_frameworks()),
        levels=levels,
        tiers=RiskTier.choices,
        spread=tuple((level, page.by_level.get(level, 0)) for level in levels),
        with_target=sum(row.project.target_level is not None for row in page.rows),
        with_blind_spots=sum(row.overall is not None and not row.overall.certain for row in page.rows),
        not_fresh=page.old + page.not_assessed,
        filtered=filters.any,
    )


@require_safe
def portfolio_page(request: HttpRequest) -> HttpResponse:
    """``GET /``: for everybody; the selector shows each visitor what that visitor may see."""
    filters = _filters(request)
    page = _load(request, filters)
    return render(request, "portal/portfolio.html", {"page": page, "view": _view(page, filters), "filters": filters})


def _safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _ends(interval: Interval | None) -> tuple[int | None, int | None]:
    return (None, None) if interval is None else (interval.confirmed, interval.possible)


def _cells(line: Line) -> Iterator[object]:
    row = line.row
    yield from (row.project.slug, row.project.name, row.project.risk_tier, row.project.target_level, row.standing)
    for interval in (row.overall, *(interval for _, interval in line.cells)):
        yield from _ends(interval)
    yield from (row.checked_at.isoformat(timespec="seconds") if row.checked_at else "", row.change)


@require_safe
def portfolio_csv(request: HttpRequest) -> HttpResponse:
    """``GET /portfolio.csv``: the same rows under the same filters, confirmed and possible in columns of their own."""
    filters = _filters(request)
    view = _view(_load(request, filters), filters)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="portfolio-{filters.framework}.csv"'
    keys = ("overall", *(key for key, _ in view.dimensions))
    ends = [f"{key} {end}" for key in keys for end in ("confirmed", "possible")]
    writer = csv.writer(response)
    writer.writerow(["slug", "name", "risk tier", "target", "standing", *ends, "checked at", "last change"])
    writer.writerows([_safe(cell) for cell in _cells(line)] for line in view.lines)
    return response
