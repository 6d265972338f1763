"""What the pages of one assessment have in common: its scorecard joined with the texts of framework and catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.checks.catalogue import load_catalogue
from assessments.frameworks.framework import Framework
from assessments.models import Assessment
from assessments.reports.document import Said, answers_given
from assessments.scoring.scorecard import Interval, Scorecard
from assessments.selectors.assessments import preview
from assessments.selectors.frameworks import framework_in_force
from assessments.transitions import ANSWERABLE, State
from assessments.web.presentation import Shown, present
from assessments.web.sentences import level_sentence
from mlops_portal.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Sheet:
    """One assessment ready to be shown; of a draft it is what submitting now would freeze."""

    assessment: Assessment
    framework: Framework
    card: Scorecard
    shown: Shown
    answers: tuple[Said, ...]

    @property
    def draft(self) -> bool:
        """Whether answers may still change."""
        return State(self.assessment.state) in ANSWERABLE

    @property
    def top(self) -> int:
        """The highest level of its framework."""
        return self.framework.top_level

    @property
    def target(self) -> int | None:
        """The project's target, where the framework goes as high."""
        target = self.assessment.project.target_level
        return target if target is not None and target <= self.top else None

    @property
    def level_title(self) -> str:
        """The confirmed level with its name."""
        confirmed = self.card.overall.confirmed
        return f"{confirmed} – {self.framework.level_name(confirmed)}"

    @property
    def sentence(self) -> str:
        """What the interval means."""
        return level_sentence(self.card.overall, self.shown.unseen)

    @property
    def dimensions(self) -> tuple[tuple[str, Interval], ...]:
        """The profile: each dimension's title with its interval."""
        return tuple((group.title, group.interval) for group in self.shown.groups)

    @property
    def dated(self) -> datetime:
        """When it was submitted, or else started: what people call it by."""
        return self.assessment.submitted_at or self.assessment.started_at


def framework_of(id: str) -> Framework:
    """The framework called ``id``. Raises NotFound for one that is no longer in force."""
    try:
        return framework_in_force(id)
    except LookupError as error:
        raise NotFound(str(error)) from error


def readable(assessment: Assessment) -> Scorecard:
    """Its scorecard. Raises NotFound for one that an older release stored in a form this one cannot read."""
    try:
        return preview(assessment)
    except (KeyError, ValueError, TypeError) as error:
        what = "The scorecard of this assessment was stored by an older release, in a form that is read no longer."
        raise NotFound(what, do="Its answers and its review stay in the database and in the audit trail.") from error


def sheet(assessment: Assessment, scored: Scorecard | None = None) -> Sheet:
    """The assessment with its texts, from ``scored`` where it is known. Raises NotFound when it cannot be read."""
    framework, catalogue, card = framework_of(assessment.framework), load_catalogue(), scored or readable(assessment)
    answers: dict[str, Any] = assessment.answers
    return Sheet(
        assessment, framework, card, present(card, framework, catalogue), answers_given(answers, framework, catalogue)
    )
