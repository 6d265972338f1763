"""The gate of a project: what is asked for against its live scorecard, with the waivers that last at this moment."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.scoring.gate import GateResult, gate
from assessments.selectors.exemptions import readable
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, live_scoring
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Invalid, NotFound
from mlops_portal.projects.models import Project


def project_gate(
    project: Project,
    framework: str = DEFAULT_FRAMEWORK,
    *,
    minimum: int | None = None,
    dimension_minima: Iterable[tuple[str, int]] = (),
    strict: bool = False,
    waived: bool = True,
) -> GateResult:
    """Decide on the live scorecard, in one query; a waiver counts until its very end, whenever it was last scored.

    Raises NotFound without a scorecard, Invalid for a dimension that there is not.
    """
    live = live_scoring(project, framework)
    card = readable(live) if live else None
    if card is None:
        raise NotFound(f"{project.name} has no scorecard under {framework[:60]!r}.", do="Collect its evidence first.")
    try:
        return gate(card, minimum, dimension_minima, strict=strict, waived=waived, at=clock.now())
    except LookupError as error:
        raise Invalid(str(error), field="dimension") from error
