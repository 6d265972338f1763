"""The report of one assessment: a document that prints well, a table for spreadsheets, and its JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.models import Assessment
from assessments.reports.document import as_csv, as_json, rows
from assessments.scoring.published import to_json
from assessments.selectors.assessments import assessment_for
from assessments.selectors.reviewers import reviews_of
from assessments.web.chosen import said_in_address
from assessments.web.frozen import framework_of, readable, sheet
from mlops_portal.web.visitors import viewer


def _name(assessment: Assessment, kind: str) -> str:
    at = assessment.submitted_at or assessment.started_at
    return f"{assessment.project.slug}-assessment-{at:%Y-%m-%d}.{kind}"


def _attached(response: HttpResponse, assessment: Assessment, kind: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{_name(assessment, kind)}"'
    return response


@require_safe
def report(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``GET /assessments/<id>/report/``: the whole assessment on paper."""
    assessment = assessment_for(viewer(request), assessment_id)
    found = sheet(assessment)
    context = {
        "project": assessment.project,
        "assessment": assessment,
        "under": said_in_address(assessment.framework),
        "sheet": found,
        "reviews": reviews_of(assessment),
        "rows": rows(assessment, found.card, found.framework, load_catalogue()),
    }
    return render(request, "assessments/report.html", context)


@require_safe
def report_csv(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``GET /assessments/<id>/report.csv``: one row per criterion; no cell is a formula."""
    assessment = assessment_for(viewer(request), assessment_id)
    found = rows(assessment, readable(assessment), framework_of(assessment.framework), load_catalogue())
    response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    return _attached(response, assessment, "csv")


@require_safe
def report_json(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """``GET /assessments/<id>/report.json``: the scorecard in its published shape, with the assessment beside it."""
    assessment = assessment_for(viewer(request), assessment_id)
    card = assessment.scorecard or to_json(readable(assessment))
    return _attached(JsonResponse(as_json(assessment, card)), assessment, "json")
