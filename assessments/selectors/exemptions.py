"""What was granted to a project and bears on its score: waivers, and criteria that are not applicable."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.models import Exemption
from assessments.models.exemption import ExemptionKind, ExemptionState
from assessments.scoring.scorecard import NotApplicable, Waiver
from mlops_portal.projects.models import Project


def granted(project: Project) -> tuple[Exemption, ...]:
    """Everything granted and not revoked, in one query; the clock tells which of the waivers still last."""
    return tuple(Exemption.objects.filter(project=project, state=ExemptionState.GRANTED))


def waivers(exemptions: Iterable[Exemption]) -> tuple[Waiver, ...]:
    """The waivers among them in the shape the engine reads."""
    return tuple(
        Waiver(item.criterion, item.text, item.starts, item.expires)
        for item in exemptions
        if item.kind == ExemptionKind.WAIVER and item.expires is not None
    )


def not_applicable(exemptions: Iterable[Exemption]) -> tuple[NotApplicable, ...]:
    """What does not arise, in the shape the engine reads."""
    return tuple(
        NotApplicable(item.criterion, item.text) for item in exemptions if item.kind == ExemptionKind.NOT_APPLICABLE
    )
