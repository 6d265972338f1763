"""Help: how scoring works, the words, the checks, the keys and the commands, on one page that needs no database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.scoring.scorecard import Interval
from assessments.selectors.frameworks import frameworks_in_force
from assessments.selectors.scorecards import SOURCES
from mlops_portal.portal.glossary import GLOSSARY

#: What an operator or a pipeline runs, and what it does.
COMMANDS = (
    ("python manage.py assess PATH-OR-URL", "scores any repository; needs no server and no database"),
    (
        "python manage.py assess . --min-level 2",
        "the same in CI: ends with 0 when level 2 is met, with 1 when it is not",
    ),
    ("python manage.py run", "starts the portal, its worker and MLflow on one machine"),
    ("python manage.py worker", "collects and scores in the background"),
    ("python manage.py verify_audit", "proves that nobody changed the audit trail"),
    ("python manage.py createsuperuser", "makes the first account"),
)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """``GET /help/``: for everybody."""
    checks = [
        (entry, SOURCES[entry.source][0] if entry.source in SOURCES else entry.source) for entry in load_catalogue()
    ]
    shown = frameworks_in_force()[0]
    context = {
        "glossary": GLOSSARY,
        "checks": checks,
        "commands": COMMANDS,
        "framework": shown,
        "example": Interval(1, 3),
    }
    return render(request, "portal/help.html", context)
