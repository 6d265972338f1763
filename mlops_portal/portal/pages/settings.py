"""Settings of the whole portal: what is asked of projects by their risk, and what this installation is."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.lifecycle.policies import policies, set_policy, state_of
from assessments.models import Policy
from assessments.selectors.policies import tier_policy
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise, may
from mlops_portal.kernel.errors import Invalid, NotFound, Stale
from mlops_portal.portal.instance import Facts, instance_facts
from mlops_portal.projects.models import Project, RiskTier


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier with its policy, and how many projects it binds."""

    policy: Policy
    projects: int


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through."""

    tiers: list[Tier]
    facts: tuple[Facts, ...]
    may_set: bool


class PolicyForm(forms.Form):
    """What a policy says, and why it changes."""

    reviewers = forms.IntegerField(label="People who must accept an assessment", min_value=1, max_value=5)
    cadence_days = forms.IntegerField(label="Days between two assessments", min_value=7, max_value=730)
    longest_waiver_days = forms.IntegerField(label="Days a waiver may last at most", min_value=1, max_value=180)
    reason = forms.CharField(label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


def _bound() -> dict[str, int]:
    rows = Project.objects.filter(archived_at=None).order_by().values("risk_tier").annotate(count=Count("pk"))
    return {row["risk_tier"]: row["count"] for row in rows}


@require_safe
@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """``GET /settings/``: policies for governance, facts for operators; 403 for everybody else."""
    authorise(actor_from_request(request), "portal.view_settings")
    bound = _bound()
    view = View(
        tiers=[Tier(policy, bound.get(policy.risk_tier, 0)) for policy in policies()],
        facts=instance_facts() if may(request.user, "portal.view_instance") else (),
        may_set=may(request.user, "assessments.manage_policies"),
    )
    return render(request, "portal/settings.html", {"view": view})


def _form(policy: Policy) -> PolicyForm:
    shown = {name: getattr(policy, name) for name in ("reviewers", "cadence_days", "longest_waiver_days")}
    return PolicyForm(initial={**shown, "seen": state_of(policy)})


def _set(request: HttpRequest, tier: str, form: PolicyForm) -> bool:
    """Whether it was set; what the action refuses is shown in the form, with what was typed kept."""
    if not form.is_valid():
        return False
    try:
        set_policy(actor=actor_from_request(request), risk_tier=tier, **form.cleaned_data)
    except (Invalid, Stale) as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def policy_page(request: HttpRequest, tier: str) -> HttpResponse:
    """``/settings/policies/<tier>/``: one policy, set with a reason; for governance."""
    authorise(actor_from_request(request), "assessments.manage_policies")
    if tier not in RiskTier.values:
        raise NotFound(f"There is no risk tier {tier!r}.", do="Start from the settings.")
    policy = tier_policy(tier)
    form = PolicyForm(request.POST) if request.method == "POST" else _form(policy)
    if request.method == "POST" and _set(request, tier, form):
        messages.success(request, f"The policy for {policy.get_risk_tier_display().lower()} risk is set.")
        return redirect("settings")
    status = 200 if request.method != "POST" else 422
    values = {"policy": policy, "form": form, "bound": _bound().get(tier, 0)}
    return render(request, "portal/settings_policy.html", values, status=status)
