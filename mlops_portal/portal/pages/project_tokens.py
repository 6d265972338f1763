"""A project's tokens for machines: issuing one, whose secret is shown once, and revoking it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import InvalidTransition, NotFound
from mlops_portal.portal.pages.project_form import attempt
from mlops_portal.portal.pages.project_settings import project_to_change
from mlops_portal.projects.actions import issue_token, revoke_token
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.projects.selectors import tokens_of
from mlops_portal.projects.tokens import is_live

#: What the form proposes: a token that nobody renews ends by itself.
LASTS = timedelta(days=180)


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label="Name", required=False, help_text="Where it is used, for example “CI of flights”.")
    expires_at = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty means that it never ends by itself.",
    )


class RevokeForm(forms.Form):
    """Why a token is revoked."""

    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea(attrs={"rows": 2}))


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day in UTC; None for no day."""
    return datetime.combine(day, time.max, tzinfo=UTC) if day else None


def _show(
    request: HttpRequest, project: Project, form: TokenForm, issued: tuple[ProjectToken, str] | None = None
) -> HttpResponse:
    tokens = [(token, is_live(token)) for token in tokens_of(project).select_related("project")]
    context = {"project": project, "form": form, "tokens": tokens, "issued": issued}
    status = 422 if form.is_bound and form.errors else 200
    response = render(request, "portal/project_tokens.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _fresh() -> TokenForm:
    return TokenForm(initial={"expires_at": (clock.now() + LASTS).date()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_tokens(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/tokens/``: for owners and governance. The answer to a POST shows the secret, once."""
    project, actor = project_to_change(request, slug, "projects.manage_tokens"), actor_from_request(request)
    if request.method != "POST":
        return _show(request, project, _fresh())
    form = TokenForm(request.POST)

    def issue() -> tuple[ProjectToken, str]:
        data = form.cleaned_data
        return issue_token(actor=actor, project=project, name=data["name"], expires_at=end_of(data["expires_at"]))

    issued = attempt(form, issue)
    return _show(request, project, form if issued is None else _fresh(), issued)


def _token_of(project: Project, token_id: int) -> ProjectToken:
    token = tokens_of(project).select_related("project").filter(pk=token_id).first()
    if token is None:
        raise NotFound("This project has no such token.", do="Look at the list of its tokens.")
    return token


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_token_revoke(request: HttpRequest, slug: str, token_id: int) -> HttpResponse:
    """``/projects/<slug>/tokens/<id>/revoke/``: what follows, the reason, and doing it."""
    project = project_to_change(request, slug, "projects.manage_tokens")
    token = _token_of(project, token_id)
    if token.revoked_at is not None:
        raise InvalidTransition(f"{token.name} is already revoked.", do="Nothing more has to be done.")
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        revoke_token(actor=actor_from_request(request), token=token, reason=form.cleaned_data["reason"])
        messages.success(request, f"{token.name} is revoked.")
        return redirect("project-tokens", project.slug)
    return render(request, "portal/project_token_revoke.html", {"project": project, "token": token, "form": form})
