"""The audit trail: who changed what, filtered and in pages, with the chain's head."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.models import AuditEntry, AuditQuerySet, ChainHead
from mlops_portal.audit.verbs import VERBS
from mlops_portal.kernel.actor import Face
from mlops_portal.web import parameters

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address narrows the trail to."""

    actor: str
    verb: str
    subject: str
    face: str

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.actor or self.verb or self.subject or self.face)


@dataclass(frozen=True, slots=True)
class View:
    """What the template needs beside the page of entries."""

    head: ChainHead
    verbs: list[tuple[str, str]]
    faces: list[str]
    filtered: bool


def _filters(request: HttpRequest) -> Filters:
    return Filters(
        actor=parameters.text(request, "actor"),
        verb=parameters.choice(request, "verb", VERBS),
        subject=parameters.text(request, "subject"),
        face=parameters.choice(request, "face", list(Face)),
    )


def _entries(filters: Filters) -> AuditQuerySet:
    wanted = Q(actor_name__icontains=filters.actor) & Q(subject_label__icontains=filters.subject)
    wanted &= Q(verb=filters.verb) if filters.verb else Q()
    wanted &= Q(face=filters.face) if filters.face else Q()
    return AuditEntry.objects.filter(wanted)


@require_safe
@login_required
def audit_page(request: HttpRequest) -> HttpResponse:
    """``GET /audit/``: for governance and operators; 403 for everybody else."""
    authorise(actor_from_request(request), "audit.view_audit")
    filters = _filters(request)
    view = View(
        head=ChainHead.objects.first() or ChainHead(),
        verbs=sorted(((name, verb.sentence) for name, verb in VERBS), key=lambda pair: pair[1]),
        faces=[face.value for face in Face],
        filtered=filters.any,
    )
    page = Paginator(_entries(filters), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/audit.html", {"page": page, "view": view, "filters": filters})
