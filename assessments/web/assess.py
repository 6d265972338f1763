"""The way through an assessment: start it or go on, see how far it is, and hand it over to a second person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.lifecycle.answering import set_agreements
from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.models import Assessment
from assessments.scoring.scorecard import Interval
from assessments.selectors.asked import attestable_in, questions_of
from assessments.selectors.assessments import assessments_of, open_assessment
from assessments.selectors.due import due_on
from assessments.selectors.frameworks import framework_in_force, frameworks_in_force
from assessments.selectors.policies import policy_for
from assessments.selectors.questionnaire import Questionnaire, questionnaire
from assessments.selectors.reviewers import possible_reviewers, reviews_of
from assessments.selectors.scorecards import interval_of, live_scoring
from assessments.transitions import ANSWERABLE
from assessments.web import wizard
from assessments.web.answering import answerable
from assessments.web.assessment import rights
from assessments.web.chosen import chosen_framework, lead_to, said_in_address
from assessments.web.forms import Agreed, agreed, agreements, typed_agreements
from assessments.web.frozen import sheet
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Conflict, Invalid, Stale
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may
from mlops_portal.projects.selectors import project_for
from mlops_portal.reviews.models import Answer as Decided
from mlops_portal.reviews.models import Decision, Review, ReviewState
from mlops_portal.web.visitors import viewer

#: The history lists at most so many assessments, the newest.
MOST_ROWS = 50

#: How long one question takes, for the estimate before starting.
MINUTES_A_QUESTION = 2

#: The fields of what a team agrees on: name, label, help.
AGREEMENTS = (
    ("slices", "Slices of the data", "Groups that are looked at one by one, with commas between: carrier, season."),
    ("staleness_days", "Days until a model is stale", "Older models are to be trained again."),
    ("availability", "Availability in percent", "What the service promises, such as 99.5."),
    ("acknowledge_minutes", "Minutes until an alert is acknowledged", "How fast somebody takes it up."),
)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One assessment in the history; ``before`` is the id of the one before it that was frozen, or None."""

    assessment: Assessment
    interval: Interval | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who gave answers that are in the draft now."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class AgreementField:
    """One field of the agreements, with what is wrong in it."""

    name: str
    label: str
    help: str
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a reviewer wants changed, and the page on which it can be."""

    id: str
    reason: str
    dimension: str


def history_rows(found: list[Assessment]) -> tuple[HistoryRow, ...]:
    """The newest first, each with the frozen one of the same framework that came before it."""
    made = []
    for place, row in enumerate(found):
        frozen = row.confirmed is not None and row.possible is not None and row.digest
        interval = Interval(row.confirmed or 0, row.possible or 0) if frozen else None
        earlier = (old.pk for old in found[place + 1 :] if old.digest and old.framework == row.framework)
        made.append(HistoryRow(row, interval, next(earlier, None) if frozen else None))
    return tuple(made)


def _answerers(asked: Questionnaire) -> tuple[Answerer, ...]:
    given = Counter(item.answer.by.display_name for item in asked.items if item.answer is not None)
    return tuple(Answerer(name, count) for name, count in given.most_common())


def _agreement_fields(said: Agreed, error: Invalid | None) -> tuple[AgreementField, ...]:
    values = asdict(said)
    wrong = {error.field: str(error)} if error else {}
    return tuple(AgreementField(n, label, text, values[n], wrong.get(n, "")) for n, label, text in AGREEMENTS)


def _last_return(reviews: list[Review]) -> Decision | None:
    found = (d for review in reviews for d in review.decisions.all() if review.state == ReviewState.RETURNED)
    return next((decision for decision in found if decision.answer == Decided.RETURN), None)


def _asked_for(asked: Questionnaire, reasons: Mapping[str, str]) -> tuple[AskedFor, ...]:
    return tuple(
        AskedFor(wizard.item_for(asked, name), reason, wizard.dimension_of(asked, name))
        for name, reason in reasons.items()
    )


def _due(project: Project) -> dict[str, object]:
    due = due_on(project)
    return {"due": due, "overdue": due < clock.now().date()}


def _start_context(person: Any, project: Project, under: str) -> dict[str, object]:
    framework = framework_in_force(under)
    asked = len(questions_of(framework))
    return {
        "asked": asked,
        "minutes": asked * MINUTES_A_QUESTION,
        "attestable": len(attestable_in(framework)),
        "today": clock.now(),
        "may_answer": person is not None and may(person, "assessments.answer", project),
    }


def _open_context(
    person: Any, found: Assessment, typed_in: Agreed | None = None, error: Invalid | None = None
) -> dict[str, object]:
    asked, reviews = questionnaire(found), reviews_of(found)
    review = next((review for review in reviews if review.state == ReviewState.OPEN), None)
    steps, shown = wizard.steps(asked), sheet(found, asked.scorecard)
    return {
        "open": found,
        "draft": found.state in ANSWERABLE,
        "steps": steps,
        "still_open": any(step.open for step in steps),
        "next_step": next((step for step in steps if step.open), None),
        "clashes": shown.shown.clashes,
        "level": asked.scorecard.overall,
        "live": interval_of(live_scoring(found.project, found.framework)),
        "answerers": _answerers(asked),
        "agreements": _agreement_fields(typed_in or agreed(found.agreements), error),
        "review": review,
        "last_decision": _last_return(reviews),
        "asked_for": _asked_for(asked, found.reasons),
        "rights": rights(person, found, review),
        "may_submit": may(person, "assessments.submit", found.project),
    }


def _overview(request: HttpRequest, project: Project, status: int = 200, **more: Any) -> HttpResponse:
    person = viewer(request)
    reads_drafts = person is not None and may(person, "assessments.view_draft", project)
    chosen = chosen_framework(request)
    found = open_assessment(project, chosen) if reads_drafts else None
    rows = assessments_of(person, project).filter(framework=chosen)[:MOST_ROWS]
    context: dict[str, object] = {
        "project": project,
        "framework": framework_in_force(chosen),
        "frameworks": frameworks_in_force(),
        "under": said_in_address(chosen),
        "history": history_rows(list(rows)),
        **_due(project),
    }
    context |= _open_context(person, found, **more) if found else _start_context(person, project, chosen)
    return render(request, "assessments/assess.html", context, status=status)


def _start(request: HttpRequest, project: Project) -> HttpResponse:
    actor, framework = actor_from_request(request), chosen_framework(request)
    try:
        found = start_assessment(actor=actor, project=project, framework=framework)
    except Conflict as error:
        messages.info(request, str(error))
        return lead_to("assess", project.slug, framework)
    taken = found.drafted.count()
    carried = f" {taken} answers that still hold were taken over." if taken else ""
    messages.success(request, f"The assessment is open.{carried}")
    first = next((step for step in wizard.steps(questionnaire(found)) if step.open), None)
    if first is None:
        return lead_to("assess", project.slug, framework)
    return lead_to("assess-dimension", project.slug, framework, dimension=first.key)


def _agree(request: HttpRequest, project: Project) -> HttpResponse:
    actor, framework = actor_from_request(request), chosen_framework(request)
    found, said = answerable(actor, project, framework), typed_agreements(request.POST)
    if found is None:
        return lead_to("assess", project.slug, framework)
    try:
        set_agreements(actor=actor, assessment=found, agreements=agreements(said))
    except Invalid as error:
        return _overview(request, project, status=400, typed_in=said, error=error)
    messages.success(request, "What the team agreed on is kept.")
    return lead_to("assess", project.slug, framework)


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET, POST /projects/<slug>/assess/``: how far it is, its history; ``do=start`` begins, ``do=agree`` keeps."""
    project = project_for(viewer(request), slug)
    if request.method != "POST":
        return _overview(request, project)
    return _agree(request, project) if request.POST.get("do") == "agree" else _start(request, project)


def _submit_page(request: HttpRequest, found: Assessment, trouble: Invalid | Stale | None = None) -> HttpResponse:
    asked = questionnaire(found)
    steps = wizard.steps(asked)
    item = trouble.field if isinstance(trouble, Invalid) else ""
    person: Any = request.user
    context = {
        "project": found.project,
        "assessment": found,
        "under": said_in_address(found.framework),
        "sheet": sheet(found, asked.scorecard),
        "steps": steps,
        "still_open": any(step.open for step in steps),
        "given": sum(item.answer is not None for item in asked.items),
        "unsure": sum(item.answer is not None and item.answer.answer == "not-sure" for item in asked.items),
        "live": interval_of(live_scoring(found.project, found.framework)),
        "reviewers": possible_reviewers(found, person),
        "needed": policy_for(found.project).reviewers,
        "trouble": trouble,
        "trouble_item": AskedFor(item, "", wizard.dimension_of(asked, item)) if item else None,
    }
    return render(request, "assessments/assess_submit.html", context, status=409 if trouble else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def assess_submit(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET, POST /projects/<slug>/assess/submit/``: what will be frozen and who may review it; then do it."""
    project = project_for(viewer(request), slug)
    actor, framework = actor_from_request(request), chosen_framework(request)
    found = answerable(actor, project, framework)
    if found is None:
        return lead_to("assess", slug, framework)
    if request.method != "POST":
        return _submit_page(request, found)
    if request.POST.get("version") != str(found.version):
        what = "An answer was changed after this page was made."
        return _submit_page(request, found, Stale(what, do="Look at it as it is now, then submit."))
    try:
        submit_assessment(actor=actor, assessment=found)
    except Invalid as error:
        return _submit_page(request, found, error)
    messages.success(request, "Submitted. It is frozen, and waits for somebody else to review it.")
    return redirect("assessment", found.pk)
