"""The audit page: entries with who, what and through which face; filters, pages, the chain's head."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from mlops_portal.audit.models import ChainHead
from mlops_portal.audit.record import record
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients


def happen(project: Project, *, who: str = "schedule: nightly", verb: str = "project.changed", times: int = 1) -> None:
    with transaction.atomic():
        for number in range(times):
            actor = Actor.system(who, face=Face.COMMAND)
            record(
                actor, verb, project, project=project, before={"n": number}, after={"n": number + 1}, reason="because"
            )


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/audit/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_an_entry_says_who_did_what_to_what_and_why(clients: Clients, flights: Project) -> None:
    happen(flights)
    html = page(clients["dana"])
    assert "schedule: nightly" in html
    assert "changed the project <strong>Flights</strong>" in html
    assert "“because”" in html
    assert ">command<" in html


def test_the_head_of_the_chain_and_how_to_verify_it_are_shown(clients: Clients, flights: Project) -> None:
    happen(flights)
    html = page(clients["dana"])
    assert ChainHead.objects.get().hash[:16] in html
    assert "verify_audit" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?actor=nightly", True),
        ("?actor=alice", False),
        ("?verb=project.changed", True),
        ("?verb=project.created", False),
        ("?subject=flig", True),
        ("?face=command", True),
        ("?face=web", False),
    ],
)
def test_the_address_narrows_the_entries(clients: Clients, flights: Project, query: str, found: bool) -> None:
    happen(flights)
    html = page(clients["dana"], query)
    assert ("<strong>Flights</strong>" in html) is found
    assert ("No entry matches these filters." in html) is not found


def test_an_unknown_verb_is_refused(clients: Clients) -> None:
    assert clients["dana"].get("/audit/?verb=odd").status_code == 400


def test_an_empty_trail_teaches(clients: Clients) -> None:
    assert "Nothing has been changed yet" in page(clients["dana"])


def test_many_entries_come_in_pages_that_keep_the_filters(clients: Clients, flights: Project) -> None:
    happen(flights, times=60)
    html = page(clients["dana"], "?face=command")
    assert "Page 1 of 2 · 60 entries" in html
    assert 'href="?face=command&amp;page=2"' in html


def test_what_happened_stays_text(clients: Clients, flights: Project) -> None:
    happen(flights, who="<script>alert(1)</script>")
    assert "<script>alert" not in page(clients["dana"])


def test_the_trail_takes_as_many_queries_for_fifty_entries_as_for_three(
    clients: Clients, flights: Project, queries: Callable[[Client, str], int]
) -> None:
    happen(flights, times=3)
    few = queries(clients["dana"], "/audit/")
    happen(flights, times=47)
    assert queries(clients["dana"], "/audit/") == few
