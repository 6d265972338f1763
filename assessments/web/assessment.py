"""One assessment: what was frozen, who reviewed it and why, what may still be done with it; and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.lifecycle.assess import publish_assessment, take_up, withdraw_assessment
from assessments.models import Assessment
from assessments.scoring.scorecard import Interval
from assessments.selectors.assessments import assessment_for, assessments_of
from assessments.selectors.reviewers import reviews_of
from assessments.selectors.scorecards import interval_of, live_scoring
from assessments.transitions import OPEN, UNDECIDED, State
from assessments.web.chosen import lead_to, said_in_address
from assessments.web.frozen import sheet
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.kernel.errors import Invalid, PortalError
from mlops_portal.projects.permissions import may
from mlops_portal.reviews.models import Review, ReviewState
from mlops_portal.web.visitors import viewer


@dataclass(frozen=True, slots=True)
class Rights:
    """What the person may do with this assessment in the state it is in."""

    withdraw: bool
    publish: bool
    take_up: bool
    decide: bool
    answer: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to offer."""
        return self.withdraw or self.publish or self.take_up or self.decide or self.answer


@dataclass(frozen=True, slots=True)
class Live:
    """What machines find now, beside what was frozen."""

    interval: Interval | None
    differs: bool


def _open(reviews: list[Review]) -> Review | None:
    return next((review for review in reviews if review.state == ReviewState.OPEN), None)


def rights(person: Any, assessment: Assessment, review: Review | None) -> Rights:
    """What to offer; the actions ask again."""
    state, project = State(assessment.state), assessment.project

    def allowed(permission: str, offered: bool) -> bool:
        return offered and person is not None and may(person, permission, project)

    decides = review is not None and person is not None and may(person, "reviews.decide", review)
    return Rights(
        withdraw=allowed("assessments.withdraw", state in OPEN),
        publish=allowed("assessments.publish", state is State.ACCEPTED and assessment.published_at is None),
        take_up=decides and state is State.SUBMITTED,
        decide=decides and state in UNDECIDED,
        answer=allowed("assessments.answer", state in OPEN - UNDECIDED),
    )


def _live(assessment: Assessment) -> Live:
    interval = interval_of(live_scoring(assessment.project, assessment.framework))
    frozen = (assessment.confirmed, assessment.possible)
    return Live(interval, interval is not None and (interval.confirmed, interval.possible) != frozen)


def _others(person: Any, assessment: Assessment) -> list[Assessment]:
    """Earlier and later ones under the same framework that were frozen once, the newest first."""
    rows = assessments_of(person, assessment.project)
    return [row for row in rows if row.pk != assessment.pk and row.framework == assessment.framework and row.digest]


def _context(request: HttpRequest, assessment: Assessment, **more: object) -> dict[str, object]:
    person, reviews = viewer(request), reviews_of(assessment)
    review = _open(reviews)
    return {
        "project": assessment.project,
        "assessment": assessment,
        "under": said_in_address(assessment.framework),
        "sheet": sheet(assessment),
        "reviews": reviews,
        "review": review,
        "live": _live(assessment),
        "others": _others(person, assessment),
        "rights": rights(person, assessment, review),
        **more,
    }


@require_safe
def assessment_page(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``GET /assessments/<id>/``: whoever may see it; 404 for everybody else."""
    assessment = assessment_for(viewer(request), assessment_id)
    return render(request, "assessments/assessment.html", _context(request, assessment))


@require_POST
def assessment_withdraw(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``POST /assessments/<id>/withdraw/``: take it back, with a reason; the answers stay readable."""
    actor = actor_from_request(request)
    assessment = assessment_for(actor, assessment_id)
    reason = request.POST.get("reason", "")
    try:
        withdraw_assessment(actor=actor, assessment=assessment, reason=reason)
    except Invalid as error:
        return _refused(request, assessment, error, reason)
    messages.success(request, "The assessment was withdrawn. Its answers stay here, and count for nothing.")
    return lead_to("assess", assessment.project.slug, assessment.framework)


def _refused(request: HttpRequest, assessment: Assessment, error: PortalError, reason: str) -> HttpResponse:
    assessment.refresh_from_db()
    context = _context(request, assessment, withdraw_error=error, withdraw_reason=reason)
    return render(request, "assessments/assessment.html", context, status=400)


@require_POST
def assessment_publish(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``POST /assessments/<id>/publish/``: let whoever sees the project read it."""
    actor = actor_from_request(request)
    assessment = assessment_for(actor, assessment_id)
    publish_assessment(actor=actor, assessment=assessment)
    messages.success(request, "Published: whoever may see the project may read this assessment now.")
    return redirect("assessment", assessment_id)


@require_POST
def assessment_take_up(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``POST /assessments/<id>/take-up/``: say that somebody is on it; leads to the review."""
    actor = actor_from_request(request)
    assessment = assessment_for(actor, assessment_id)
    take_up(actor=actor, assessment=assessment)
    messages.success(request, "You have taken up the review. The project sees that somebody is on it.")
    return redirect("assessment", assessment_id)
