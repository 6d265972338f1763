"""An assessment as rows for a document: one per criterion, with its verdict, what was seen and what people said.

The rows are made of the stored scorecard and the frozen answers alone, so that a report says tomorrow what it says
today. Texts come from the framework and the catalogue; an id that these no longer know is shown bare.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.checks.catalogue import Catalogue
from assessments.frameworks.framework import Framework
from assessments.models import Assessment
from assessments.scoring.scorecard import CriterionResult, Scorecard

#: First characters that make a spreadsheet take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

#: How answers read. What is not here is a choice of one question and reads as it is written.
WORDS = {
    "yes": "Yes",
    "no": "No",
    "not-sure": "Not sure",
    "file": "As a file",
    "registry": "Through the registry",
    "pipeline": "By a pipeline",
}

#: On paper, at most so many things seen are listed for a criterion.
MOST_SEEN = 4

COLUMNS = (
    "dimension",
    "criterion",
    "level",
    "statement",
    "verdict",
    "met through",
    "reason",
    "checks",
    "seen",
    "people say",
    "answered by",
    "link",
    "valid until",
    "waived until",
    "asked to change",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of the report; every field is text, ready for a cell."""

    dimension: str
    criterion: str
    level: str
    statement: str
    verdict: str
    through: str
    reason: str
    checks: str
    seen: str
    people_say: str
    answered_by: str
    link: str
    valid_until: str
    waived_until: str
    asked: str

    @property
    def some_seen(self) -> str:
        """The first things seen, for paper; the table of cells has them all."""
        lines = self.seen.splitlines()
        more = len(lines) - MOST_SEEN
        return "\n".join([*lines[:MOST_SEEN], *([f"… and {more} more"] if more > 0 else [])])

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of ``COLUMNS``."""
        return tuple(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Said:
    """One frozen answer with its question; ``item`` is a question's id or, for an attestation, a criterion's."""

    item: str
    question: str
    answer: str
    text: str
    link: str
    by: str
    at: str
    expires: str

    @property
    def word(self) -> str:
        """The answer as people read it."""
        return WORDS.get(self.answer, self.answer)


def answers_given(payload: Mapping[str, Any], framework: Framework, catalogue: Catalogue) -> tuple[Said, ...]:
    """The answers in a payload of the topic ``human.form``, in the order of their ids."""
    items = sorted(payload.get("answers", ()), key=lambda item: str(item.get("id", "")))
    return tuple(_said(item, _question(str(item.get("id", "")), framework, catalogue)) for item in items)


def _question(item: str, framework: Framework, catalogue: Catalogue) -> str:
    if item in catalogue:
        return catalogue[item].question
    placed = framework.placed.get(item)
    return placed.criterion.question if placed else item


def _said(item: Mapping[str, Any], question: str) -> Said:
    return Said(
        item=str(item.get("id", "")),
        question=question,
        answer=str(item.get("answer", "")),
        text=str(item.get("text", "")),
        link=str(item.get("link", "")),
        by=str(item.get("by", "")),
        at=str(item.get("at", ""))[:10],
        expires=str(item.get("expires") or "")[:10],
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where the rows of one assessment are put together."""

    card: Scorecard
    framework: Framework
    answers: Mapping[str, Said]
    reasons: Mapping[str, str]

    def rows(self) -> Iterable[Row]:
        titles = {dimension.key: dimension.title for dimension in self.framework.dimensions}
        for dimension in self.card.dimensions:
            for result in dimension.criteria:
                yield self.row(titles.get(dimension.key, dimension.key), result)

    def row(self, dimension: str, result: CriterionResult) -> Row:
        placed = self.framework.placed.get(result.id)
        said = [self.answers[name] for name in (result.id, *result.checks) if name in self.answers]
        return Row(
            dimension=dimension,
            criterion=result.id,
            level="" if result.level is None else str(result.level),
            statement=placed.criterion.statement if placed else result.id,
            verdict=result.outcome.value.replace("_", " "),
            through=result.superseded_by,
            reason=result.reason,
            checks=_lines(self.checks(result)),
            seen=_lines(self.seen(result)),
            people_say=_lines(_sentence(answer) for answer in said) or result.stated,
            answered_by=", ".join(dict.fromkeys(answer.by for answer in said if answer.by)),
            link=result.link or next((answer.link for answer in said if answer.link), ""),
            valid_until=self.ends(result),
            waived_until=f"{result.waived_until:%Y-%m-%d}" if result.waived_until else "",
            asked=self.reasons.get(result.id, ""),
        )

    def checks(self, result: CriterionResult) -> Iterable[str]:
        known = (self.card.checks[name] for name in result.checks if name in self.card.checks)
        return (f"{check.id}: {check.verdict.outcome.value.replace('_', ' ')}" for check in known)

    def seen(self, result: CriterionResult) -> Iterable[str]:
        """What machines saw; what people said stands in a column of its own."""
        names = (name for name in result.checks if name not in self.answers)
        known = (self.card.checks[name] for name in names if name in self.card.checks)
        return (f"{seen.text} {seen.where}".strip() for check in known for seen in check.verdict.seen)

    def ends(self, result: CriterionResult) -> str:
        known = (self.card.checks[name].valid_until for name in result.checks if name in self.card.checks)
        first = min(filter(None, (*known, result.stated_until)), default=None)
        return f"{first:%Y-%m-%d}" if first else ""


def _sentence(answer: Said) -> str:
    return f"{answer.item} {answer.answer}: {answer.text}" if answer.text else f"{answer.item} {answer.answer}"


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(parts))


def rows(assessment: Assessment, card: Scorecard, framework: Framework, catalogue: Catalogue) -> tuple[Row, ...]:
    """One row per criterion of ``card``, in the framework's order."""
    answers = {said.item: said for said in answers_given(assessment.answers, framework, catalogue)}
    return tuple(_Sheet(card, framework, answers, assessment.reasons).rows())


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def as_csv(found: Iterable[Row]) -> str:
    """The rows as CSV with a heading, every cell harmless; cells may hold several lines."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row.cells] for row in found)
    return written.getvalue()


def as_json(assessment: Assessment, card: Mapping[str, Any]) -> dict[str, Any]:
    """The scorecard in its published shape, with the assessment it belongs to beside it."""
    return {
        **card,
        "assessment": {
            "id": assessment.pk,
            "project": assessment.project.slug,
            "state": str(assessment.state),
            "digest": assessment.digest,
            "submitted_by": _name(assessment.submitted_by),
            "submitted_at": _moment(assessment.submitted_at),
            "decided_by": _name(assessment.decided_by),
            "decided_at": _moment(assessment.decided_at),
            "reasons": dict(assessment.reasons),
            "answers": list(assessment.answers.get("answers", ())),
        },
    }


def _name(person: Any) -> str:
    return person.display_name if person else ""


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
