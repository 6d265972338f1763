"""Under which framework a project is assessed: said in the address, ``?framework=``; the default one goes unsaid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments.selectors.frameworks import frameworks_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from mlops_portal.web import parameters


def chosen_framework(request: HttpRequest) -> str:
    """The id of the framework that the address names. Raises Invalid for one that is not in force."""
    return parameters.choice(request, "framework", {f.id for f in frameworks_in_force()}) or DEFAULT_FRAMEWORK


def said_in_address(framework: str) -> str:
    """What an address ends with to name a framework: "" for the default one."""
    return "" if framework == DEFAULT_FRAMEWORK else f"?framework={framework}"


def lead_to(name: str, slug: str, framework: str, **more: str) -> HttpResponse:
    """A redirect to a page of assessing, under the same framework."""
    return redirect(reverse(name, kwargs={"slug": slug, **more}) + said_in_address(framework))
