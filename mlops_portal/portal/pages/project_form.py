"""The form of a project's basics and sources: it reads what was typed; what is allowed is the action's to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from mlops_portal.kernel.errors import Conflict, Invalid, PortalError, Stale
from mlops_portal.projects.models import Project, RiskTier, Visibility

T = TypeVar("T")

#: Refusals that a form shows with what was typed; others have pages of their own.
SHOWN_IN_FORMS = (Invalid, Stale, Conflict)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class ProjectForm(forms.Form):
    """Every field that people set when they register a project or change it."""

    name = forms.CharField(label="Name", required=False, help_text="As people say it, for example “Arrival delays”.")
    slug = forms.CharField(
        label="Short name for addresses",
        required=False,
        help_text="Lower-case letters, digits and dashes. It is part of the project’s address and best never changes.",
    )
    description = forms.CharField(
        label="What it is for", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="One sentence."
    )
    repository = forms.CharField(
        label="Repository",
        required=False,
        help_text="An https or ssh address. It is read and never run; nothing is installed.",
    )
    subpath = forms.CharField(label="Folder in it", required=False, help_text="Only in a repository of many projects.")
    experiments = forms.CharField(
        label="MLflow experiments",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One name on each line.",
    )
    model_names = forms.CharField(
        label="Registered models in MLflow",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One name on each line.",
    )
    slack_channel = forms.CharField(label="Channel", required=False, help_text="Written like #ml-alerts.")
    risk_tier = forms.ChoiceField(
        label="Risk tier",
        choices=RiskTier.choices,
        initial=RiskTier.MEDIUM,
        help_text="How much harm a wrong model can do. Reviews and waivers are stricter for higher tiers.",
    )
    visibility = forms.ChoiceField(
        label="Who may read it",
        choices=Visibility.choices,
        initial=Visibility.MEMBERS,
        help_text="Changing anything always takes a membership.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("name", "slug")

    def values(self) -> dict[str, Any]:
        """What was typed, in the shape the actions take. After ``is_valid``."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return values | {name: _lines(values[name]) for name in ("experiments", "model_names")}


def initial_of(project: Project) -> dict[str, Any]:
    """The form's values for a project that exists."""
    plain = {name: getattr(project, name) for name in ProjectForm.base_fields if name != "seen"}
    return plain | {name: "\n".join(plain[name]) for name in ("experiments", "model_names")}


def show_refusal(form: forms.Form, refusal: PortalError) -> None:
    """Put a refusal beside the field it is about, or above all of them."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, _said(refusal, field))


def _said(refusal: PortalError, field: str) -> str:
    return str(refusal).removeprefix(f"{field}: ")


def attempt(form: forms.Form, action: Callable[[], T]) -> T | None:
    """What the action gives back when the form can be read and the action agrees; else None, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return action()
    except SHOWN_IN_FORMS as refusal:
        show_refusal(form, refusal)
        return None
