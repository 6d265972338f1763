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
from assessments.lifecycle.design import save_design, start_design, submit_design
from assessments.lifecycle.exempt import request_waiver
from assessments.lifecycle.roadmap import plan_step
from assessments.models import Assessment, DesignReview, Exemption
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


DESIGNS = {
    "flights": {
        "problem": "Passengers with a connection learn too late that they will miss it, and are rebooked too late.",
        "metric": "Mean error of the predicted delay in minutes, over flights that arrive more than 15 minutes late.",
        "baseline": "The mean delay of the same flight number in the month before.",
        "needed": "yes",
        "needed_reason": "Weather and knock-on delays are not in the timetable; the model must beat the mean to stay.",
    },
    "diabetes-progression": {
        "problem": "A clinic would like to know which patients to see earlier.",
        "metric": "Mean absolute error of the progression score a year later.",
        "baseline": "The mean of all patients with the same body-mass index.",
        "needed": "not-yet",
        "needed_reason": "442 patients tell too little beyond the baseline. We look again with the second cohort.",
    },
}


def work(projects: Mapping[str, Project]) -> None:
    """Whatever of it is missing."""
    for slug, asked in DESIGNS.items():
        _review_design(projects[slug], asked)
    for project in projects.values():
        _assess(project)
    _ask_for_a_waiver(projects["breast-cancer-screening"])
    _plan(projects["flights"])


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


def _review_design(project: Project, asked: Mapping[str, str]) -> None:
    """Alice says what the project is for and whether it needs ML; Dana accepts it."""
    if DesignReview.objects.filter(project=project).exists():
        return
    alice = _person("alice")
    design = start_design(actor=alice, project=project)
    design = save_design(actor=alice, design=design, version=design.version, **asked)
    submit_design(actor=alice, design=design)
    _approve(_review("design-review", design.pk), "The baseline is measured, and the metric is one the users feel.")


def _plan(project: Project) -> None:
    """Alice and Bob take on what stands between the project and level 2."""
    if project.roadmap.exists():
        return
    for criterion, username, weeks in (("MC-2.5", "alice", 3), ("MR-2.2", "bob", 6)):
        plan_step(
            actor=_person("alice"),
            project=project,
            criterion=criterion,
            owner=User.objects.get(username=username),
            due=(clock.now() + timedelta(weeks=weeks)).date(),
        )


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
