"""The audit trail: who changed what, filtered, in pages that do not shift; the state of its chain; its export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise, may
from mlops_portal.audit.difference import Line, difference
from mlops_portal.audit.models import AuditEntry, AuditQuerySet, ChainHead
from mlops_portal.audit.selectors import chain_head, entries, ndjson
from mlops_portal.audit.verbs import VERBS
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Face
from mlops_portal.kernel.errors import Invalid
from mlops_portal.portal.trail import ChainState, last_verification, request_verification
from mlops_portal.projects.models import Project
from mlops_portal.web import parameters

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address narrows the trail to, as it was written there."""

    actor: str
    verb: str
    project: str
    subject: str
    face: str
    since: date | None
    until: date | None
    gesture: str

    @property
    def query(self) -> str:
        """The same as an address says it, without the page."""
        given = {"from": self.since, "to": self.until, "actor": self.actor, "verb": self.verb, "face": self.face}
        given |= {"project": self.project, "subject": self.subject, "gesture": self.gesture}
        return urlencode({name: str(value) for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry with its change line by line, and the name and address of the project it is about, if it still is."""

    entry: AuditEntry
    lines: tuple[Line, ...]
    project: Project | None

    @property
    def changed(self) -> list[Line]:
        """What is not the same afterwards."""
        return [line for line in self.lines if not line.same]

    @property
    def same(self) -> list[Line]:
        """What is said beside it and did not change."""
        return [line for line in self.lines if line.same]


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through; ``newer`` and ``older`` are the pages beside this one, "" where none is."""

    shown: list[Shown]
    newer: str
    older: str
    head: ChainHead
    chain: ChainState | None
    may_verify: bool
    verbs: list[tuple[str, str]]
    faces: list[str]
    missing: bool


def _filters(request: HttpRequest) -> Filters:
    return Filters(
        actor=parameters.text(request, "actor"),
        verb=parameters.choice(request, "verb", VERBS),
        project=parameters.text(request, "project"),
        subject=parameters.text(request, "subject"),
        face=parameters.choice(request, "face", list(Face)),
        since=_day(request, "from"),
        until=_day(request, "to"),
        gesture=parameters.text(request, "gesture")[:64],
    )


def _day(request: HttpRequest, name: str) -> date | None:
    text = parameters.text(request, name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day is not None and not 2000 <= day.year <= 9000:
        raise Invalid(f"“{text}” is no day that the filter “{name}” takes.", do="Write it as 2026-11-30.")
    return day


def _number(request: HttpRequest, name: str) -> int:
    """The entry that a page begins beside; 0 when none is named."""
    text = parameters.text(request, name)
    if text and not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(f"“{text}” is no number of an entry.", do="Follow the links of the page.")
    return int(text or 0)


def _found(filters: Filters) -> tuple[AuditQuerySet, bool]:
    """The entries, and whether a project was named that is none."""
    named = Q(slug=filters.project) | Q(name__iexact=filters.project)
    project = Project.objects.filter(named).order_by("pk").only("pk").first() if filters.project else None
    missing = bool(filters.project) and project is None
    found = entries(
        project=project,
        verb=filters.verb,
        gesture=filters.gesture,
        face=filters.face,
        who=filters.actor,
        about=filters.subject,
        since=filters.since,
        until=filters.until,
    )
    return (found.none() if missing else found), missing  # type: ignore[return-value]


def _page(found: AuditQuerySet, before: int, after: int) -> tuple[list[AuditEntry], bool, bool]:
    """A page's entries, the newest first, and whether there are newer and older ones.

    Pages begin beside an entry, not at a count, so that they stay what they are while new entries are written.
    """
    if after:
        rows = list(found.filter(sequence__gt=after).order_by("sequence")[: PER_PAGE + 1])
        return rows[:PER_PAGE][::-1], len(rows) > PER_PAGE, True
    rows = list((found.filter(sequence__lt=before) if before else found)[: PER_PAGE + 1])
    return rows[:PER_PAGE], bool(before), len(rows) > PER_PAGE


def _shown(rows: list[AuditEntry]) -> list[Shown]:
    projects = Project.objects.in_bulk({row.project_id for row in rows if row.project_id})
    return [Shown(row, difference(row.before, row.after), projects.get(row.project_id or 0)) for row in rows]


def _beside(filters: Filters, way: str, entry: AuditEntry) -> str:
    query = filters.query
    return f"?{query}&{way}={entry.sequence}" if query else f"?{way}={entry.sequence}"


@require_safe
@login_required
def audit_page(request: HttpRequest) -> HttpResponse:
    """``GET /audit/``: for governance and operators; 403 for everybody else."""
    authorise(actor_from_request(request), "audit.view_audit")
    filters = _filters(request)
    found, missing = _found(filters)
    rows, newer, older = _page(found, _number(request, "before"), _number(request, "after"))
    view = View(
        shown=_shown(rows),
        newer=_beside(filters, "after", rows[0]) if rows and newer else "",
        older=_beside(filters, "before", rows[-1]) if rows and older else "",
        head=chain_head(),
        chain=last_verification(),
        may_verify=may(request.user, "audit.verify_audit"),
        verbs=sorted(((name, verb.sentence) for name, verb in VERBS), key=lambda pair: pair[1]),
        faces=[face.value for face in Face],
        missing=missing,
    )
    return render(request, "portal/audit.html", {"view": view, "filters": filters})


@require_safe
@login_required
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """``GET /audit.ndjson``: the same entries under the same filters, whole, the oldest first."""
    authorise(actor_from_request(request), "audit.view_audit")
    filters = _filters(request)
    found, missing = _found(filters)
    if missing:
        raise Invalid(f"No project is called “{filters.project}”.", do="Write its name, or what its address ends with.")
    name = f"audit-{clock.now():%Y-%m-%d}.ndjson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(ndjson(found), content_type="application/x-ndjson", headers=headers)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """``POST /audit/verify/``: have the chain verified now; leads to the job."""
    return redirect("job", request_verification(actor=actor_from_request(request)).id)
