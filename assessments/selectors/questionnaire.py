"""The questions of an assessment, dimension by dimension, with what machines saw and what has been answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.checks.catalogue import Kind, load_catalogue
from assessments.checks.human import CHOICES, PROOFS
from assessments.checks.verdict import OBSERVED, Outcome, Seen
from assessments.frameworks.criteria import Criterion
from assessments.frameworks.framework import Framework
from assessments.models import Answer, Assessment
from assessments.scoring.scorecard import CriterionResult, Scorecard
from assessments.selectors.asked import questions_in, questions_of
from assessments.selectors.assessments import framework_of, preview
from assessments.selectors.exemptions import granted
from assessments.selectors.form import drafted, end_of, evidence_with, payload_of
from assessments.selectors.scoring import score_project
from assessments.transitions import ANSWERABLE
from mlops_portal.kernel import clock
from mlops_portal.kernel.clock import parse

#: The answers to every question, and those that some questions have in place of "yes", as people read them.
YES, NO, NOT_SURE = ("yes", "Yes"), ("no", "No"), ("not-sure", "Not sure")
OTHERWISE = {"file": "As a file", "registry": "Through the registry", "pipeline": "By a pipeline"}

#: What a statement about a whole criterion needs.
ATTESTED = "A link to what shows it, and a day on which the statement ends, at most a year ahead."

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MachineCheck:
    """What machines saw about one item. ``declared_only``: the rule was seen, not the thing at work."""

    id: str
    question: str
    outcome: Outcome
    reason: str
    seen: tuple[Seen, ...]
    declared_only: bool
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to answer. ``kind`` is "question" or "attestation", ``decides`` the criteria it bears on.

    ``settled``: machines have met them already, no answer is needed. ``answer`` is the drafted one, ``ran_out`` tells
    that it no longer holds; ``contradiction`` says where it and the machines disagree.
    """

    id: str
    kind: str
    text: str
    why: str
    counts: str
    level: int | None
    decides: tuple[str, ...]
    choices: tuple[Choice, ...]
    machines: tuple[MachineCheck, ...]
    settled: bool
    answer: Answer | None = None
    ran_out: bool = False
    contradiction: str = ""

    @property
    def open(self) -> bool:
        """Whether an answer would help: nobody gave one that holds, and machines have not settled it."""
        return not self.settled and (self.answer is None or self.ran_out)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is not asked of this project, and why."""

    id: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension of the questionnaire."""

    key: str
    title: str
    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def total(self) -> int:
        """How many items are asked that machines have not settled."""
        return sum(not item.settled for item in self.items)

    @property
    def answered(self) -> int:
        """How many of those have an answer that holds."""
        return self.total - sum(item.open for item in self.items)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Everything that is asked, and how the project would score with the answers as they are now."""

    assessment: Assessment
    framework: Framework
    scorecard: Scorecard
    dimensions: tuple[Part, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all dimensions."""
        return tuple(item for part in self.dimensions for item in part.items)

    @property
    def ran_out(self) -> tuple[Item, ...]:
        """What keeps it from being submitted: answers whose end has passed."""
        return tuple(item for item in self.items if item.answer and item.answer.expires and item.ran_out)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What items are made of: the scorecard with people's answers, the one without, and the answers by item."""

    framework: Framework
    scorecard: Scorecard
    machines: Scorecard
    answers: Mapping[str, Answer]
    at: datetime


def questionnaire(assessment: Assessment, at: datetime | None = None) -> Questionnaire:
    """The questions of an assessment; the number of queries does not grow with them. Raises NotFound (framework)."""
    at = at or clock.now()
    framework, answers = framework_of(assessment), drafted(assessment)
    exemptions = granted(assessment.project)
    evidence = evidence_with(assessment, payload_of(assessment, answers), at)

    def scored(items: Iterable[Any]) -> Scorecard:
        return score_project(assessment.project, items, framework, at, exemptions)

    frozen = assessment.digest and assessment.state not in ANSWERABLE
    scorecard = preview(assessment) if frozen else scored(evidence)
    alone = scored(item for item in evidence if item.source != "human")
    sight = _Sight(framework, scorecard, alone, {answer.item: answer for answer in answers}, at)
    return Questionnaire(assessment, framework, scorecard, tuple(_parts(sight)))


def _parts(sight: _Sight) -> Iterator[Part]:
    results = {c.id: c for dimension in sight.scorecard.dimensions for c in dimension.criteria}
    asked: set[str] = set()
    for dimension in sight.framework.dimensions:
        criteria = [c for c in sight.framework.criteria if c.dimension == dimension.key]
        found = [*_questions(sight, criteria, results, asked), *_attestations(sight, criteria, results)]
        items = tuple(item for item in found if isinstance(item, Item))
        left_out = tuple(item for item in found if isinstance(item, LeftOut))
        yield Part(dimension.key, dimension.title, items, left_out)


def _questions(
    sight: _Sight, criteria: Iterable[Criterion], results: Mapping[str, CriterionResult], asked: set[str]
) -> Iterator[Item | LeftOut]:
    """Each question once, in the first dimension that uses it."""
    everywhere, catalogue = questions_of(sight.framework), load_catalogue()
    for question in dict.fromkeys(name for criterion in criteria for name in questions_in(criterion)):
        if question in asked:
            continue
        asked.add(question)
        using = everywhere[question]
        closed = [c for c in using if _closed(results[c.id]) or question not in c.decided_by]
        if len(closed) == len(using):
            yield LeftOut(question, catalogue[question].question, _why_not(using, results))
        else:
            yield _question(sight, question, using)


def _closed(result: CriterionResult) -> bool:
    """Whether people or the profile said that a criterion does not arise; a question may open the others."""
    return result.outcome is Outcome.NOT_APPLICABLE and bool(result.stated)


def _why_not(using: Iterable[Criterion], results: Mapping[str, CriterionResult]) -> str:
    return next((results[c.id].reason for c in using if _closed(results[c.id])), "No criterion needs the answer.")


def _question(sight: _Sight, question: str, using: tuple[Criterion, ...]) -> Item:
    entry = load_catalogue()[question]
    deciding = [criterion for criterion in using if question in criterion.decided_by]
    levels = [level for c in deciding if (level := sight.framework.level_of(c.id)) is not None]
    ends = sight.answers[question].at + entry.validity if question in sight.answers else None
    return Item(
        id=question,
        kind="question",
        text=entry.question,
        why=entry.why,
        counts=_counts(question),
        level=min(levels, default=None),
        decides=tuple(criterion.id for criterion in using),
        choices=_choices(question),
        machines=_machines(sight, using),
        settled=bool(deciding) and all(_met(sight.machines, criterion.id) for criterion in deciding),
        **_answered(sight, question, [criterion.id for criterion in using], ends),
    )


def _attestations(
    sight: _Sight, criteria: Iterable[Criterion], results: Mapping[str, CriterionResult]
) -> Iterator[Item | LeftOut]:
    for criterion in criteria:
        if not criterion.attestable or (_by_questions(criterion) and criterion.id not in sight.answers):
            continue
        result = results[criterion.id]
        if result.outcome is Outcome.NOT_APPLICABLE and criterion.id not in sight.answers:
            yield LeftOut(criterion.id, criterion.question, result.reason)
        else:
            yield _attestation(sight, criterion)


def _by_questions(criterion: Criterion) -> bool:
    """Whether questions alone decide: then the criterion is answered by them, and not attested beside them."""
    return criterion.met_by is not None and all(name in PROOFS for name in criterion.met_by.checks)


def _attestation(sight: _Sight, criterion: Criterion) -> Item:
    return Item(
        id=criterion.id,
        kind="attestation",
        text=criterion.question,
        why=criterion.why,
        counts=ATTESTED,
        level=sight.framework.level_of(criterion.id),
        decides=(criterion.id,),
        choices=(YES, NO, NOT_SURE),
        machines=_machines(sight, (criterion,)),
        settled=_met(sight.machines, criterion.id),
        **_answered(sight, criterion.id, [criterion.id], None),
    )


def _answered(sight: _Sight, item: str, criteria: list[str], ends: datetime | None) -> dict[str, Any]:
    answer = sight.answers.get(item)
    if answer is None:
        return {}
    end = min(filter(None, [ends, parse(end_of(answer.expires)) if answer.expires else None]), default=None)
    said = answer.answer in ("yes", "no", *CHOICES.get(item, ()))
    against = (c for c in sight.scorecard.contradictions if said and c.criterion in criteria)
    sentences = [f"People say: {c.people_say} Machines saw: {c.machines_saw}" for c in against]
    return {"answer": answer, "ran_out": end is not None and end <= sight.at, "contradiction": " ".join(sentences)}


def _machines(sight: _Sight, criteria: Iterable[Criterion]) -> tuple[MachineCheck, ...]:
    catalogue = load_catalogue()
    named = dict.fromkeys(name for c in criteria for name in (*c.decided_by, *c.supports))
    by_machines = [name for name in named if catalogue[name].kind is not Kind.SELF_REPORTED]
    return tuple(_machine(sight.scorecard, name) for name in by_machines if name in sight.scorecard.checks)


def _machine(scorecard: Scorecard, name: str) -> MachineCheck:
    result = scorecard.checks[name]
    verdict = result.verdict
    return MachineCheck(
        id=name,
        question=load_catalogue()[name].question,
        outcome=verdict.outcome,
        reason=verdict.reason,
        seen=verdict.seen,
        declared_only=verdict.outcome is Outcome.MET and verdict.strength < OBSERVED,
        valid_until=result.valid_until,
    )


def _met(scorecard: Scorecard, criterion: str) -> bool:
    found = (c for dimension in scorecard.dimensions for c in dimension.criteria if c.id == criterion)
    return any(result.outcome is Outcome.MET for result in found)


def _choices(question: str) -> tuple[Choice, ...]:
    others = CHOICES.get(question, ())
    return (*((choice, OTHERWISE[choice]) for choice in others), *(() if others else (YES,)), NO, NOT_SURE)


def _counts(question: str) -> str:
    """What a yes needs, as a sentence."""
    proof = PROOFS[question]
    if question in CHOICES:
        return "The way it goes today, whichever it is."
    asked = [
        f"a link to {proof.link_to}" if proof.link_to else "",
        f"words that say {proof.words}" if proof.words else "",
    ]
    needed = " and ".join(filter(None, asked))
    return f"{needed[:1].upper()}{needed[1:]}. A yes without it counts half." if needed else "A yes or a no."
