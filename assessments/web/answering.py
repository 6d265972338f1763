"""Answering the questions of one dimension: a plain form that keeps all of it at once, or one answer by a script.

What is kept is kept answer by answer: one that is refused, or that somebody else changed meanwhile, comes back with
what the person typed, and holds up none of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from assessments.lifecycle.answering import answer_item, clear_answer
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import open_assessment
from assessments.selectors.questionnaire import Item, Part, Questionnaire, questionnaire
from assessments.transitions import ANSWERABLE
from assessments.web import wizard
from assessments.web.chosen import chosen_framework, lead_to, said_in_address
from assessments.web.forms import LONGEST_LINK, LONGEST_TEXT, THEIRS, Typed, all_typed, earliest_end, latest_end, typed
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, InvalidTransition, NotFound, PortalError, Stale
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import authorise
from mlops_portal.projects.selectors import project_for
from mlops_portal.web.errors import from_error


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not kept: what is wrong with which part of it, or whose came first."""

    said: Typed
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: wizard.Overtaken | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a form: how many answers were kept, and those that were not, by item."""

    count: int
    refused: Mapping[str, Refused]


def answerable(actor: Actor, project: Project, framework: str) -> Assessment | None:
    """The assessment whose answers the actor may change now. Raises NotAllowed."""
    authorise(actor, "assessments.answer", project)
    found = open_assessment(project, framework)
    return found if found is not None and found.state in ANSWERABLE else None


def keep(actor: Actor, assessment: Assessment, said: Typed) -> None:
    """Keep one answer, or take it back where nothing is said any more. Raises what the actions raise."""
    if said.blank:
        clear_answer(actor=actor, assessment=assessment, item=said.item, version=said.seen_version)
        return
    if not said.answer:
        raise Invalid("No answer is chosen.", do="Choose one; “not sure” is one, too.", field="answer")
    answer_item(
        actor=actor,
        assessment=assessment,
        item=said.item,
        answer=said.answer,
        text=said.text,
        link=said.link,
        expires=said.ends(),
        version=said.seen_version,
    )


def try_to_keep(actor: Actor, assessment: Assessment, said: Typed) -> Refused | None:
    """The same, telling why not. What concerns the whole assessment (it was submitted, say) is raised."""
    try:
        keep(actor, assessment, said)
    except Invalid as error:
        return Refused(said, {error.field or "item": str(error)})
    except Stale as error:
        theirs = Answer.objects.select_related("by").filter(assessment=assessment, item=said.item).first()
        return Refused(replace(said, was=""), conflict=wizard.overtaken(error.what, theirs))
    return None


def keep_all(actor: Actor, assessment: Assessment, form: Iterable[Typed]) -> Kept:
    """Keep every answer of a form that was touched and is not left to somebody else."""
    touched = [said for said in form if said.touched and said.resolve != THEIRS]
    tried = {said.item: try_to_keep(actor, assessment, said) for said in touched}
    refused = {item: found for item, found in tried.items() if found is not None}
    return Kept(len(tried) - len(refused), refused)


def _limits() -> dict[str, object]:
    today = clock.now().date()
    return {
        "longest_text": LONGEST_TEXT,
        "longest_link": LONGEST_LINK,
        "earliest": earliest_end(today).isoformat(),
        "latest": latest_end(today).isoformat(),
    }


def _line(asked: Questionnaire, item: Item, refused: Refused | None = None) -> wizard.Line:
    today, reasons = clock.now().date(), asked.assessment.reasons
    if refused is None:
        return wizard.line(item, asked.framework, today, reasons=reasons)
    return wizard.line(
        item,
        asked.framework,
        today,
        said=refused.said,
        reasons=reasons,
        errors=refused.errors,
        conflict=refused.conflict,
    )


def _part(asked: Questionnaire, key: str) -> Part:
    for part in asked.dimensions:
        if part.key == key:
            return part
    raise NotFound("This framework has no such dimension.", do="Start from the overview of the assessment.")


def _page(request: HttpRequest, asked: Questionnaire, part: Part, refused: Mapping[str, Refused]) -> HttpResponse:
    lines = {item.id: _line(asked, item, refused.get(item.id)) for item in part.items}
    found = wizard.steps(asked)
    before, after = wizard.neighbours(found, part.key)
    context: dict[str, Any] = {
        **_limits(),
        "project": asked.assessment.project,
        "assessment": asked.assessment,
        "framework": asked.framework,
        "under": said_in_address(asked.framework.id),
        "steps": found,
        "step": next(step for step in found if step.key == part.key),
        "before": before,
        "after": after,
        "lines": [lines[item.id] for item in part.items if not item.settled],
        "settled": [lines[item.id] for item in part.items if item.settled],
        "total": len(part.items),
        "troubled": [lines[name] for name in refused if name in lines],
    }
    context["settled_open"] = any(line.id in refused for line in context["settled"])
    return render(request, "assessments/assess_dimension.html", context, status=409 if refused else 200)


def _onward(request: HttpRequest, asked: Questionnaire, part: Part) -> HttpResponse:
    slug, framework = asked.assessment.project.slug, asked.framework.id
    before, after = wizard.neighbours(wizard.steps(asked), part.key)
    wanted = {"next": after, "back": before}.get(request.POST.get("then", ""))
    if request.POST.get("then") == "next" and after is None:
        return lead_to("assess-submit", slug, framework)
    return lead_to("assess-dimension", slug, framework, dimension=wanted.key if wanted else part.key)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in any more: nothing is kept here, and what was typed is given back to be copied."""
    items = dict.fromkeys(name.removesuffix("-version") for name in request.POST if name.endswith("-version"))
    kept = [said for said in all_typed(request.POST, items).values() if said.touched and not said.blank]
    return render(
        request, "assessments/assess_signed_out.html", {"kept": kept, "back": request.get_full_path()}, status=403
    )


@require_http_methods(["GET", "HEAD", "POST"])
def assess_dimension(request: HttpRequest, slug: str, dimension: str) -> HttpResponse:
    """``GET, POST /projects/<slug>/assess/<dimension>/``: for who may answer; without an open draft to the overview."""
    if request.method == "POST" and not request.user.is_authenticated:
        return _signed_out(request)
    actor, project = _who_and_what(request, slug)
    framework = chosen_framework(request)
    assessment = answerable(actor, project, framework)
    if assessment is None:
        return lead_to("assess", slug, framework)
    asked = questionnaire(assessment)
    part = _part(asked, dimension)
    if request.method != "POST":
        return _page(request, asked, part, {})
    kept = keep_all(actor, assessment, all_typed(request.POST, [item.id for item in part.items]).values())
    if not kept.refused:
        return _onward(request, asked, part)
    asked = questionnaire(assessment)
    return _page(request, asked, _part(asked, dimension), kept.refused)


def _who_and_what(request: HttpRequest, slug: str) -> tuple[Actor, Project]:
    project = project_for(request.user if request.user.is_authenticated else None, slug)
    return actor_from_request(request), project


def _problem(error: PortalError, **more: object) -> JsonResponse:
    found = from_error(error)
    return JsonResponse({"what": str(error), "field": getattr(error, "field", ""), **more}, status=found.status)


def _rendered(request: HttpRequest, name: str, line: wizard.Line) -> str:
    return render_to_string(name, {"line": line, **_limits()}, request)


def _saved(request: HttpRequest, assessment: Assessment, said: Typed) -> JsonResponse:
    """What the script puts into the page: the new version, what machines say to it, and how far each dimension is."""
    asked = questionnaire(assessment)
    item = _item(asked, said.item)
    line = _line(asked, item)
    body: dict[str, object] = {
        "version": line.said.version,
        "was": said.fingerprint,
        "cleared": item.answer is None,
        "by": f"{line.by}, just now" if line.by else "",
        "notes": _rendered(request, "assessments/assess_notes.html", line),
        "progress": {step.key: step.counted for step in wizard.steps(asked)},
    }
    if said.resolve:
        body["html"] = _rendered(request, "assessments/assess_item.html", line)
    return JsonResponse(body)


def _item(asked: Questionnaire, name: str) -> Item:
    for item in asked.items:
        if item.id == name:
            return item
    raise Invalid(f"“{name[:40]}” is nothing that this assessment asks.", field="item")


def _one(request: HttpRequest, slug: str) -> HttpResponse:
    actor, project = _who_and_what(request, slug)
    assessment = answerable(actor, project, chosen_framework(request))
    if assessment is None:
        raise InvalidTransition("The answers are frozen, or nothing is being assessed.", do="Reload the overview.")
    said = typed(request.POST, request.POST.get("item", ""))
    if said is None:
        raise Invalid("The form names no item.", field="item")
    refused = None if said.resolve == THEIRS else try_to_keep(actor, assessment, said)
    if refused is None:
        return _saved(request, assessment, said)
    if refused.conflict is None:
        where, what = next(iter(refused.errors.items()))
        return JsonResponse({"what": what, "field": where}, status=400)
    asked = questionnaire(assessment)
    line = _line(asked, _item(asked, said.item), refused)
    html = _rendered(request, "assessments/assess_item.html", line)
    return JsonResponse({"what": refused.conflict.what, "field": "", "html": html}, status=409)


@require_POST
def assess_answer(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /projects/<slug>/assess/answer/``: keep one answer of the form, told as JSON; for the page's script."""
    if not request.user.is_authenticated:
        return JsonResponse({"what": "You are signed out.", "field": "", "signed_out": True}, status=403)
    try:
        return _one(request, slug)
    except PortalError as error:
        return _problem(error)
