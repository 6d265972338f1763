"""A scorecard for a terminal: the level and why, what was seen, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assessments.checks.verdict import Outcome
from assessments.collectors.look import Look
from assessments.evidence import SEEING
from assessments.frameworks.framework import Framework
from assessments.scoring.explain import explain
from assessments.scoring.scorecard import CriterionResult, DimensionResult, Interval, Scorecard

#: A word and a sign per outcome: colour is never the only carrier.
SIGNS = {
    Outcome.MET: ("✓", "met", "green"),
    Outcome.PARTIAL: ("◐", "in part", "yellow"),
    Outcome.NOT_MET: ("✗", "not met", "red"),
    Outcome.UNKNOWN: ("?", "unknown", "blue"),
    Outcome.STALE: ("⏲", "ran out", "blue"),
    Outcome.ERROR: ("!", "our fault", "magenta"),
    Outcome.NOT_APPLICABLE: ("–", "not applicable", "dim"),
}


def ladder(interval: Interval, top: int) -> Text:
    """``██▒▒ 2 (up to 4)``: a block per level reached, a shaded one per level that is only possible."""
    shaded = interval.possible - interval.confirmed
    bar = "█" * interval.confirmed + "▒" * shaded + "·" * (top - interval.possible)
    return Text(f"{bar}  {interval}")


def _profile(scorecard: Scorecard, framework: Framework) -> Table:
    table = Table(box=None, padding=(0, 2))
    counted = "points" if scorecard.points else "criteria met at each level"
    for heading in ("", "band" if scorecard.points else "level", counted):
        table.add_column(heading, header_style="dim")
    top = framework.top_level
    for dimension in scorecard.dimensions:
        reached = ladder(dimension.interval, top)
        table.add_row(framework.dimension_title(dimension.key), reached, _completion(dimension))
    return table


def _completion(dimension: DimensionResult) -> Text:
    if dimension.points is not None:
        return Text(f"{dimension.points} of {dimension.points.out_of}", style="dim")
    parts = (f"{c.level}: {c.met} of {c.total}" for c in dimension.completion if c.total)
    return Text(" · ".join(parts), style="dim")


def _sign(outcome: Outcome) -> Text:
    sign, word, style = SIGNS[outcome]
    return Text(f"{sign} {word}", style=style)


def _seen(criterion: CriterionResult, scorecard: Scorecard) -> Iterable[RenderableType]:
    for check in (*criterion.checks, *criterion.supporting):
        result = scorecard.checks[check]
        yield Text.assemble((f"{check} ", "dim"), _sign(result.verdict.outcome), f"  {result.verdict.reason}")
        for seen in result.verdict.seen[:3]:
            yield Padding(
                Text.assemble(("↳ ", "dim"), seen.text, (f"  {seen.where}" if seen.where else "", "cyan")), (0, 0, 0, 2)
            )


def _criteria(scorecard: Scorecard, framework: Framework) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=True, header_style="dim", expand=True)
    table.add_column("")
    table.add_column("level", justify="right")
    table.add_column("criterion and what was seen", ratio=1)
    for dimension in scorecard.dimensions:
        table.add_row("", "", Text(framework.dimension_title(dimension.key), style="bold"))
        for criterion in dimension.criteria:
            level = "–" if criterion.level is None else str(criterion.level)
            title = Text.assemble((f"{criterion.id} ", "bold"), framework.criterion(criterion.id).statement)
            table.add_row(_sign(criterion.outcome), level, Group(title, *_seen(criterion, scorecard)))
    return table


def _why(scorecard: Scorecard, framework: Framework) -> Iterable[RenderableType]:
    """What keeps the dimensions that hold the overall level where it is, failing first."""
    level = scorecard.overall.confirmed
    explanations = zip(scorecard.dimensions, explain(scorecard, framework), strict=True)
    blocking = [c for dimension, why in explanations if dimension.interval.confirmed == level for c in why.blocking]
    if not blocking:
        return
    asked = "what earns less than a point" if scorecard.points else f"what level {level + 1} asks for and was not seen"
    yield Text(f"\nWhy {_reached(scorecard, level)}: {asked}", style="bold")
    for criterion in blocking:
        statement = framework.criterion(criterion.id).statement
        yield Text.assemble("  ", _sign(criterion.outcome), (f"  {criterion.id} ", "bold"), statement)
        yield Padding(Text(criterion.reason, style="dim"), (0, 0, 0, 6))


def _next_steps(scorecard: Scorecard, framework: Framework) -> Iterable[RenderableType]:
    if not scorecard.path.steps:
        return
    yield Text(f"\nThe cheapest way to {_reached(scorecard, scorecard.path.target)}", style="bold")
    for number, step in enumerate(scorecard.path.steps, 1):
        yield Text.assemble(
            f"{number:>2}. ",
            (f"{step.criterion} {framework.criterion(step.criterion).statement} ", "bold"),
            (f"[{step.effort} · {step.owner} · {step.cure}]", "dim"),
        )
        yield Padding(Text(step.remedy), (0, 0, 0, 4))


def _reached(scorecard: Scorecard, level: int | None) -> str:
    return f"{'band' if scorecard.points else 'level'} {level}"


def headline(scorecard: Scorecard, framework: Framework) -> str:
    """``Level 2 (up to 3)``; where points are counted ``Band 2 (up to 4) of 5 · 1.5 (up to 4) points``."""
    if scorecard.points is None:
        return f"Level {scorecard.overall}"
    return f"Band {scorecard.overall} of {framework.top_level} · {scorecard.points}"


def _sources(looks: Sequence[Look]) -> Iterable[RenderableType]:
    yield Text("\nWhere we looked", style="bold")
    for seen in looks:
        style = "" if seen.sight in SEEING else "yellow"
        yield Text(f"  {seen.source:<8} {seen.sight.value:<12} {seen.seconds:6.1f} s  {seen.message}", style=style)


def print_scorecard(
    console: Console, scorecard: Scorecard, framework: Framework, looks: Sequence[Look], *, every: bool = False
) -> None:
    """Print headline, profile, reasons, next steps and where we looked; with ``every``, each criterion as well."""
    name = framework.level_name(scorecard.overall.confirmed)
    console.print(Text(headline(scorecard, framework), style="bold"), Text(f"{name} · {framework.title}", style="dim"))
    for note in scorecard.notes:
        console.print(Text(f"Note: {note}", style="yellow"))
    console.print(_profile(scorecard, framework))
    for spot in scorecard.blind_spots:
        console.print(Text(f"  blind spot: {spot}", style="blue"))
    if every:
        console.print(_criteria(scorecard, framework))
    for part in (*_why(scorecard, framework), *_next_steps(scorecard, framework), *_sources(looks)):
        console.print(part)
    if not every:
        console.print(Text("\n--every shows each criterion, each check and what was seen.", style="dim"))
