"""One's own tokens for programs: issuing one with scopes and an end, whose secret is shown once, and revoking it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.models import User
from mlops_portal.api import tokens
from mlops_portal.api.models import PersonalToken
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel import clock
from mlops_portal.portal.pages.project_form import attempt
from mlops_portal.portal.pages.project_tokens import end_of

#: What each scope lets a program do.
SCOPES = (
    (Scope.READ.value, "Read what you may read"),
    (Scope.EVIDENCE.value, "Post evidence and collect"),
    (Scope.ASSESS.value, "Answer assessments, plan, ask for waivers"),
    (Scope.REVIEW.value, "Decide reviews as you"),
    (Scope.ADMIN.value, "Change projects, members and tokens"),
)


class PersonalTokenForm(forms.Form):
    """A new token of one's own."""

    name = forms.CharField(label="Name", required=False, help_text="What uses it, for example “notebook”.")
    scopes = forms.MultipleChoiceField(
        label="What it may do", required=False, choices=SCOPES, widget=forms.CheckboxSelectMultiple
    )
    expires_at = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=f"At most a year ahead; without one it ends after {tokens.USUAL_LIFE.days} days.",
    )


def _fresh() -> PersonalTokenForm:
    end = (clock.now() + tokens.USUAL_LIFE).date()
    return PersonalTokenForm(initial={"expires_at": end, "scopes": [Scope.READ.value]})


def _show(
    request: HttpRequest, form: PersonalTokenForm, issued: tuple[PersonalToken, str] | None = None
) -> HttpResponse:
    context = {"form": form, "tokens": tokens.live_tokens(_person(request)), "issued": issued}
    status = 422 if form.is_bound and form.errors else 200
    response = render(request, "portal/me_tokens.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _person(request: HttpRequest) -> User:
    person: User = actor_from_request(request).principal
    return person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me_tokens(request: HttpRequest) -> HttpResponse:
    """``/me/tokens/``: one's own only. The answer to a POST shows the secret, once."""
    if request.method != "POST":
        return _show(request, _fresh())
    form, actor = PersonalTokenForm(request.POST), actor_from_request(request)

    def issue() -> tuple[PersonalToken, str]:
        data = form.cleaned_data
        end = end_of(data["expires_at"])
        return tokens.issue_personal_token(actor=actor, name=data["name"], scopes=data["scopes"], expires_at=end)

    issued = attempt(form, issue)
    return _show(request, form if issued is None else _fresh(), issued)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me_token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """``/me/tokens/<id>/revoke/``: what follows, and doing it. Raises NotFound for a token of somebody else."""
    token = tokens.personal_token(_person(request), token_id)
    if request.method == "POST":
        tokens.revoke_personal_token(actor=actor_from_request(request), token=token)
        messages.success(request, f"{token.name} is revoked.")
        return redirect("me-tokens")
    return render(request, "portal/me_token_revoke.html", {"token": token})
