"""Reviews: the queue of a person, one review with its conversation, taking a request back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.memory import remembered
from mlops_portal.accounts.permissions import PERMISSIONS, may
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Invalid, PortalError
from mlops_portal.reviews.actions import LONGEST_TEXT, comment, withdraw_review
from mlops_portal.reviews.kinds import KINDS, ReviewKind, kind_of
from mlops_portal.reviews.models import Answer, Comment, Decision, Review, ReviewState
from mlops_portal.reviews.permissions import had_a_hand
from mlops_portal.reviews.selectors import decided, has_changed, requested_by, review_for, waiting_for
from mlops_portal.web import parameters

PER_PAGE = 30
#: The latest contributions that are shown at once; an address shows all.
LATEST = 50
#: The navigation counts no further.
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of the queue: its key in the address, its words, what it lists."""

    key: str
    title: str
    lists: Callable[[Any], QuerySet[Review]]


TABS = (
    Tab("needs-me", "Needs me", waiting_for),
    Tab("mine", "Mine", requested_by),
    Tab("decided", "Decided", decided),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One review in a list; ``decisions`` are those given so far."""

    review: Review
    kind: ReviewKind
    decisions: Sequence[Decision]

    @property
    def approvals(self) -> int:
        """How many approved it so far."""
        return sum(1 for decision in self.decisions if decision.answer == Answer.APPROVE)

    @property
    def said(self) -> list[tuple[Decision, list[tuple[str, str, str]]]]:
        """Each decision with its reasons for parts: id, title, text."""
        titles = dict(self.kind.parts(self.review)) if any(decision.details for decision in self.decisions) else {}
        return [
            (decision, [(part, titles.get(part, ""), text) for part, text in decision.details.items()])
            for decision in self.decisions
        ]


@dataclass(frozen=True, slots=True)
class View:
    """What the page of one review shows beside it. ``why_not`` says why the person may not decide, or nothing."""

    path: str
    changed: bool
    run_out: bool
    why_not: str
    own: Decision | None
    may_comment: bool
    may_withdraw: bool
    comments: Sequence[Comment]
    earlier: int

    @property
    def may_decide(self) -> bool:
        """Whether to offer a decision."""
        return not (self.why_not or self.own or self.changed or self.run_out)


def waiting_count(person: Any) -> int:
    """How many reviews wait for the person, for the navigation: up to ``MOST_COUNTED``."""
    waiting = waiting_for(person)[:MOST_COUNTED]
    return remembered(("reviews waiting", person.pk), waiting.count)


@require_safe
@login_required
def reviews_page(request: HttpRequest) -> HttpResponse:
    """``GET /reviews/``: what waits for the person, what they asked for, what is decided (``?tab=``)."""
    chosen = parameters.choice(request, "tab", {tab.key for tab in TABS}) or TABS[0].key
    lists = {tab.key: Paginator(_with_decisions(tab.lists(request.user)), PER_PAGE) for tab in TABS}
    page: Page[Review] = lists[chosen].get_page(request.GET.get("page"))
    context = {
        "tabs": [(tab, lists[tab.key].count) for tab in TABS],
        "chosen": chosen,
        "page": page,
        "rows": [_row(review) for review in page.object_list],
        "kinds": sorted(kind.title for _, kind in KINDS),
    }
    return render(request, "portal/reviews.html", context)


def _with_decisions(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.prefetch_related(Prefetch("decisions", Decision.objects.select_related("reviewer")))


def _row(review: Review) -> Row:
    return Row(review, kind_of(review), list(review.decisions.all()))


@require_safe
@login_required
def review_page(request: HttpRequest, review_id: int) -> HttpResponse:
    """``GET /reviews/<id>/``: whoever may see it; 404 for everybody else."""
    return show_review(request, review_for(actor_from_request(request), review_id))


def show_review(request: HttpRequest, review: Review, *, status: int = 200, **more: object) -> HttpResponse:
    """The page of one review; ``more`` are errors and what was typed."""
    decisions = review.decisions.select_related("reviewer")
    row = Row(review, kind_of(review), list(decisions))
    context = {
        "row": row,
        "review": review,
        "view": _view(request, row),
        "facts": facts(review),
        "longest": LONGEST_TEXT,
        **more,
    }
    return render(request, "portal/review.html", context, status=status)


def facts(review: Review) -> list[tuple[str, str, bool]]:
    """What a reviewer reads first: label, text, and whether the text is an address of the web."""
    found = ((str(fact.get("label", "")), str(fact.get("text", ""))) for fact in review.facts)
    return [(label, text, text.startswith(("https://", "http://")) and " " not in text) for label, text in found]


def _view(request: HttpRequest, row: Row) -> View:
    review, person = row.review, request.user
    waits = review.state == ReviewState.OPEN
    comments, earlier = _conversation(request, review)
    return View(
        path=row.kind.path(review),
        changed=waits and has_changed(review),
        run_out=waits and review.expires_at is not None and review.expires_at <= clock.now(),
        why_not=why_not(person, review) if waits else "It is closed.",
        own=next((decision for decision in row.decisions if decision.reviewer_id == person.pk), None),
        may_comment=may(person, "reviews.comment", review),
        may_withdraw=waits and may(person, "reviews.withdraw", review),
        comments=comments,
        earlier=earlier,
    )


def why_not(person: Any, review: Review) -> str:
    """Why the person may not decide an open review, said to that person; "" when they may."""
    if review.requester_id == person.pk:
        return "You asked for this review, so another person decides it."
    if had_a_hand(person, review):
        return "You had a hand in what is reviewed, so another person decides it."
    if not may(person, "reviews.decide", review):
        right = PERMISSIONS.get(kind_of(review).permission)
        return f"To decide it, one needs the right to {right}, which you do not have here."
    return ""


def _conversation(request: HttpRequest, review: Review) -> tuple[Sequence[Comment], int]:
    """The latest contributions in the order written, and how many earlier ones are left out."""
    said = list(review.comments.select_related("author"))
    if request.GET.get("conversation") == "all":
        return said, 0
    return said[-LATEST:], max(0, len(said) - LATEST)


@require_POST
def review_comment(request: HttpRequest, review_id: int) -> HttpResponse:
    """``POST /reviews/<id>/comment/``: say something, in Markdown."""
    actor = actor_from_request(request)
    review = review_for(actor, review_id)
    text = request.POST.get("text", "")
    try:
        said = comment(actor=actor, review=review, text=text)
    except Invalid as error:
        return show_review(request, review, status=400, comment_error=error, comment_text=text)
    return redirect(f"{reverse('review', args=[review.pk])}#comment-{said.pk}")


@require_POST
def review_withdraw(request: HttpRequest, review_id: int) -> HttpResponse:
    """``POST /reviews/<id>/withdraw/``: take the request back, with a reason."""
    actor = actor_from_request(request)
    review = review_for(actor, review_id)
    reason = request.POST.get("reason", "")
    try:
        withdraw_review(actor=actor, review=review, reason=reason)
    except PortalError as error:
        return _not_withdrawn(request, review, error, reason)
    messages.success(request, "The request was withdrawn. Nobody decides it any more.")
    return redirect("review", review_id)


def _not_withdrawn(request: HttpRequest, review: Review, error: PortalError, reason: str) -> HttpResponse:
    """What is wrong, beside what was typed; a second click leads to the page. Raises NotAllowed."""
    if not may(request.user, "reviews.withdraw", review):
        raise error
    review.refresh_from_db()
    if review.state == ReviewState.WITHDRAWN:
        messages.info(request, "It is withdrawn already.")
        return redirect("review", review.pk)
    status = 400 if isinstance(error, Invalid) else 409
    return show_review(request, review, status=status, withdraw_error=error, withdraw_reason=reason)
