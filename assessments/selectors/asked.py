"""What a framework asks people: the questions (HUM-01 …) that its criteria use, and the criteria they may attest."""

from __future__ import annotations

from collections.abc import Container

from assessments.checks.human import QUESTIONS
from assessments.frameworks.criteria import Criterion
from assessments.frameworks.framework import Framework


def questions_in(criterion: Criterion) -> tuple[str, ...]:
    """The questions that decide about a criterion, open it or are shown beside it."""
    used = dict.fromkeys((*criterion.decided_by, *criterion.supports))
    return tuple(name for name in used if name in QUESTIONS)


def questions_of(framework: Framework) -> dict[str, tuple[Criterion, ...]]:
    """Every question that a framework asks, with the criteria that use it, in the framework's order."""
    found: dict[str, tuple[Criterion, ...]] = {}
    for criterion in framework.criteria:
        for question in questions_in(criterion):
            found[question] = (*found.get(question, ()), criterion)
    return found


def attestable_in(framework: Framework) -> dict[str, Criterion]:
    """Every criterion of a framework that a person may attest, by id."""
    return {criterion.id: criterion for criterion in framework.criteria if criterion.attestable}


def items_of(framework: Framework) -> Container[str]:
    """Everything that can be answered under a framework, as ids."""
    return questions_of(framework).keys() | attestable_in(framework).keys()
