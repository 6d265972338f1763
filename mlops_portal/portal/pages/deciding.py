"""Deciding a review: answer and reason, then a second look at the consequence, then it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import may
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError
from mlops_portal.portal.pages.reviews import facts, why_not
from mlops_portal.reviews.actions import LONGEST_TEXT, decide, prepare_decision
from mlops_portal.reviews.kinds import kind_of
from mlops_portal.reviews.models import Answer, Review, ReviewState
from mlops_portal.reviews.selectors import has_changed, review_for
from mlops_portal.web.errors import STATUS

#: Fields of reasons for parts start so, and go on with the part's id.
DETAIL = "detail-"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as somebody filled it in."""

    answer: str = ""
    reason: str = ""
    digest: str = ""
    details: dict[str, str] = field(default_factory=dict)


class _Said(TypedDict):
    answer: str
    reason: str
    digest: str
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the subject with what was typed about it, and what is wrong with that."""

    id: str
    title: str
    text: str
    error: str


def _typed(data: QueryDict) -> Typed:
    texts = {name[len(DETAIL) :]: str(text) for name, text in data.items() if name.startswith(DETAIL)}
    details = {part: text for part, text in texts.items() if text.strip()}
    return Typed(data.get("answer", ""), data.get("reason", ""), data.get("digest", ""), details)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decide_page(request: HttpRequest, review_id: int) -> HttpResponse:
    """``GET``: the form (``?answer=`` chooses one). ``POST``: ``step=confirm`` decides, ``edit`` goes back to the form.

    Without a step the page asks once more, naming the consequence. Whatever goes wrong, what was typed is kept.
    """
    actor = actor_from_request(request)
    review = review_for(actor, review_id)
    if request.method != "POST":
        return _first_look(request, review)
    typed, step = _typed(request.POST), request.POST.get("step", "")
    if step == "edit":
        return _form(request, review, typed)
    try:
        return _decided(request, actor, review, typed) if step == "confirm" else _asked(request, actor, review, typed)
    except NotFound:
        raise
    except PortalError as error:
        return _refused(request, review, typed, error)


def _first_look(request: HttpRequest, review: Review) -> HttpResponse:
    """The form for whoever may decide; everybody else is told on the review's page why they may not."""
    open_to_them = review.state == ReviewState.OPEN and not has_changed(review)
    if not open_to_them or review.decisions.filter(reviewer=request.user.pk).exists():
        return redirect("review", review.pk)
    if reason := why_not(request.user, review):
        raise NotAllowed(reason, do="Its page shows where it stands, and you can join the conversation there.")
    answer = request.GET.get("answer", "")
    return _form(request, review, Typed(answer=answer if answer in Answer.values else "", digest=review.digest))


def _asked(request: HttpRequest, actor: Actor, review: Review, typed: Typed) -> HttpResponse:
    decision = prepare_decision(actor=actor, review=review, **_said(typed))
    more = review.needed - review.decisions.filter(answer=Answer.APPROVE).count() - 1
    context = {"decision": decision, "more_needed": more if typed.answer == Answer.APPROVE else 0}
    return render(request, "portal/review_confirm.html", {**_context(review, typed), **context})


def _decided(request: HttpRequest, actor: Actor, review: Review, typed: Typed) -> HttpResponse:
    review = decide(actor=actor, review=review, **_said(typed))
    if review.state == ReviewState.OPEN:
        messages.success(request, "Your approval counts. It still waits for another person’s.")
    else:
        messages.success(request, f"Done: {review.title} is {review.state}.")
    return redirect("review", review.pk)


def _said(typed: Typed) -> _Said:
    return _Said(answer=typed.answer, reason=typed.reason, digest=typed.digest, details=typed.details)


def _refused(request: HttpRequest, review: Review, typed: Typed, error: PortalError) -> HttpResponse:
    """What is wrong in the form stands beside its field; anything else above what was typed, which is kept."""
    if isinstance(error, Invalid):
        return _form(request, review, typed, error=error)
    own = review.decisions.filter(reviewer=request.user.pk).first()
    if isinstance(error, Conflict) and own is not None and own.reason == typed.reason.replace("\r\n", "\n").strip():
        messages.info(request, "You have decided already; it counted once.")
        return redirect("review", review.pk)
    status = next(code for kind, (code, _) in STATUS.items() if isinstance(error, kind))
    may_comment = may(request.user, "reviews.comment", review)
    context = {**_context(review, typed), "trouble": error, "may_comment": may_comment}
    return render(request, "portal/review_refused.html", context, status=status)


def _form(request: HttpRequest, review: Review, typed: Typed, *, error: Invalid | None = None) -> HttpResponse:
    context = {**_context(review, typed, error), "facts": facts(review), "error": error}
    return render(request, "portal/review_decide.html", context, status=400 if error else 200)


def _context(review: Review, typed: Typed, error: Invalid | None = None) -> dict[str, object]:
    kind = kind_of(review)
    wrong = {error.field: f"{error.what} {error.do}".strip()} if error else {}
    told = typed.details
    parts = [Part(key, title, told.get(key, ""), wrong.get(DETAIL + key, "")) for key, title in kind.parts(review)]
    return {
        "review": review,
        "kind": kind,
        "path": kind.path(review),
        "typed": typed,
        "wrong": wrong,
        "parts": parts,
        "given": [part for part in parts if part.text],
        "longest": LONGEST_TEXT,
    }
