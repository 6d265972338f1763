"""What the demo's people did in the portal, each through the actions behind its forms: assess, review, ask, plan.

Nothing is decided here that a person could not decide, and no level is stated: an accepted answer counts as far as the
evidence lets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from assessments.lifecycle.answering import answer_item
from assessments.lifecycle.assess import publish_assessment, start_assessment, submit_assessment
from assessments.lifecycle.exempt import request_waiver
from assessments.models import Assessment, Exemption
from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import comment, decide
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import open_review_of

#: For how long the demo's attestations and its waiver hold.
HOLDS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer; a ``link`` where it proves something."""

    item: str
    answer: str
    text: str
    link: str = ""

    @property
    def attests(self) -> bool:
        """Whether it is about a criterion: that ends on a day."""
        return not self.item.startswith("HUM-")


FLIGHTS = (
    Given("HUM-01", "yes", "Alice for data science and for the data, Bob for the service."),
    Given(
        "HUM-02",
        "yes",
        "The notebook with the ridge regression became the training command.",
        "https://git.example.org/flights/merge-requests/12",
    ),
    Given(
        "HUM-03",
        "yes",
        "One flight in, minutes of delay out; the schema is the service's.",
        "https://git.example.org/flights/docs/contract.md",
    ),
    Given("HUM-06", "not-sure", "We still discuss whether a missed connection or a minute of error matters more."),
    Given("HUM-07", "registry", "The service loads the version called champion."),
    Given(
        "MR-2.2",
        "yes",
        "Bob decides on every promotion, in the weekly meeting.",
        "https://wiki.example.org/flights/releases",
    ),
    Given(
        "MR-3.4",
        "yes",
        "The challenger answered for a tenth of the flights for two weeks.",
        "https://wiki.example.org/flights/comparison-of-march",
    ),
)

WINE = (
    Given("HUM-01", "yes", "Bob for the service, Alice for the model; the laboratory for its measurements."),
    Given("HUM-05", "no", "It is trained on Alice's machine, in ten seconds."),
    Given("HUM-07", "file", "Alice sends the file, Bob puts it into the release."),
)


def work(projects: Mapping[str, Project]) -> None:
    """Whatever of it is missing."""
    for project in projects.values():
        _assess(project)
    _ask_for_a_waiver(projects["breast-cancer-screening"])


def _assess(project: Project) -> None:
    """Alice and Bob answer for their projects; Dana has accepted one assessment, the other waits for her."""
    if Assessment.objects.filter(project=project).exists():
        return
    if project.slug == "flights":
        _submit(project, "alice", FLIGHTS)
    if project.slug == "wine-cultivars":
        _accept_and_publish(_submit(project, "bob", WINE))


def _ask_for_a_waiver(project: Project) -> None:
    """Alice asks to go on without CI for a time, and Dana grants it: the gate opens, the level stays."""
    if Exemption.objects.filter(project=project).exists():
        return
    waiver = request_waiver(
        actor=_person("alice"),
        project=project,
        criterion="AI-1.2",
        reason_code="compensating-control",
        text="The hospital's network has no CI yet. Every release is built by Bob from a tag, with a checklist.",
        link="https://wiki.example.org/screening/releases",
        expires=clock.now() + HOLDS,
    )
    review = _review("waiver", waiver.pk)
    comment(actor=_person("dana"), review=review, text="Who keeps the checklist while Bob is away?")
    comment(actor=_person("alice"), review=review, text="I do; both of us have done it twice.")
    _approve(review, "The checklist covers what CI would check, and it ends before the next release train.")


def _submit(project: Project, username: str, answers: Iterable[Given]) -> Assessment:
    actor = _person(username)
    assessment = start_assessment(actor=actor, project=project)
    ends = (clock.now() + HOLDS).date()
    for given in answers:
        answer_item(
            actor=actor,
            assessment=assessment,
            item=given.item,
            answer=given.answer,
            text=given.text,
            link=given.link,
            expires=ends if given.attests else None,
        )
    return submit_assessment(actor=actor, assessment=assessment)


def _accept_and_publish(assessment: Assessment) -> None:
    _approve(_review("assessment", assessment.pk), "The answers match what I saw in the laboratory in spring.")
    publish_assessment(actor=_person("dana"), assessment=Assessment.objects.get(pk=assessment.pk))


def _review(kind: str, subject: int) -> Review:
    review = open_review_of(kind, str(subject))
    if review is None:
        raise LookupError(f"No review of {kind} {subject} is open.")
    return review


def _approve(review: Review, reason: str) -> None:
    decide(actor=_person("dana"), review=review, answer="approve", reason=reason, digest=review.digest)


def _person(username: str) -> Actor:
    return actor_from_user(User.objects.get(username=username), face=Face.COMMAND)
