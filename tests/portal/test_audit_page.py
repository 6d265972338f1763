"""The audit page: entries with who, what and through which face; filters, pages, the chain's head."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from mlops_portal.audit.chain import FIELDS
from mlops_portal.audit.models import AuditEntry, ChainHead
from mlops_portal.audit.record import record
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.schedules import SCHEDULES
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.models import Project
from tests.audit.conftest import vandalise
from tests.portal.conftest import Clients
from tests.portal.scenery import SYSTEM

__all__ = ["vandalise"]


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


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', html)]


def link(html: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return unescape(found[1]) if found else ""


def test_many_entries_come_in_pages_that_keep_the_filters(clients: Clients, flights: Project) -> None:
    happen(flights, times=60)
    first = page(clients["dana"], "?face=command")
    assert numbers(first) == list(range(60, 10, -1))
    assert link(first, "prev") == ""
    second = page(clients["dana"], link(first, "next"))
    assert "face=command" in link(first, "next")
    assert numbers(second) == list(range(10, 0, -1))
    assert link(second, "next") == ""
    assert numbers(page(clients["dana"], link(second, "prev"))) == numbers(first)


def test_a_page_stays_what_it_is_while_new_entries_are_written(clients: Clients, flights: Project) -> None:
    happen(flights, times=60)
    older = link(page(clients["dana"]), "next")
    before = numbers(page(clients["dana"], older))
    happen(flights, times=7)
    assert numbers(page(clients["dana"], older)) == before


@pytest.mark.parametrize(
    "query", ["?before=x", "?after=-1", "?from=yesterday", "?to=2026-13-01", "?before=" + "9" * 30]
)
def test_nonsense_in_the_address_is_refused(clients: Clients, query: str) -> None:
    assert clients["dana"].get(f"/audit/{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?project=flights", True),
        ("?project=Flights", True),
        ("?project=postcodes", False),
        ("?from=2020-01-01", True),
        ("?from=2999-01-01", False),
        ("?to=2020-01-01", False),
        ("?to=2999-01-01", True),
    ],
)
def test_a_project_and_days_narrow_the_entries(
    clients: Clients, flights: Project, public: Project, query: str, found: bool
) -> None:
    happen(flights)
    assert numbers(page(clients["dana"], query)) == ([1] if found else [])


def test_both_ends_of_the_days_are_included(clients: Clients, flights: Project) -> None:
    happen(flights)
    today = f"{clock.now():%Y-%m-%d}"
    assert numbers(page(clients["dana"], f"?from={today}&to={today}"))


def test_a_project_that_is_none_is_said_beside_the_field(clients: Clients, flights: Project) -> None:
    happen(flights)
    html = page(clients["dana"], "?project=nothing")
    assert "No project is called this." in html
    assert numbers(html) == []
    assert clients["dana"].get("/audit.ndjson?project=nothing").status_code == 400


def test_what_changed_reads_as_was_and_became(clients: Clients, flights: Project) -> None:
    with transaction.atomic():
        values = {"risk_tier": "low", "roles": ["owner"], "name": "Flights"}
        record(SYSTEM, "member.set", flights, before=values, after={**values, "risk_tier": "high", "roles": []})
    html = page(clients["dana"])
    assert '<dt>risk tier</dt><dd><del><span class="visually-hidden">was </span>low</del>' in html
    assert "high</ins>" in html
    changed = html[html.index("trail-change") : html.index("</dl>")]
    assert "Flights" not in changed


def test_one_gesture_is_shown_by_itself(clients: Clients, flights: Project) -> None:
    happen(flights, times=2)
    gesture = AuditEntry.objects.get(pk=1).gesture
    assert numbers(page(clients["dana"], f"?gesture={gesture}")) == [1]


def test_a_trail_that_nobody_verified_says_so(clients: Clients, flights: Project) -> None:
    assert "Never verified" in page(clients["dana"])


def test_verifying_now_is_a_job_whose_result_stays_on_the_page(
    clients: Clients, flights: Project, run_jobs: Callable[[], list[Job]]
) -> None:
    happen(flights, times=3)
    answer = clients["dana"].post("/audit/verify/")
    (job,) = run_jobs()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    html = page(clients["dana"])
    assert "Intact" in html
    assert "Verified up to entry 4" in html


def test_a_broken_chain_shows_where(
    clients: Clients, flights: Project, run_jobs: Callable[[], list[Job]], vandalise: Callable[..., None]
) -> None:
    happen(flights, times=5)
    vandalise("UPDATE audit_auditentry SET reason = 'nothing to see' WHERE sequence = 3")
    clients["dana"].post("/audit/verify/")
    run_jobs()
    html = page(clients["dana"])
    assert "Broken" in html
    assert "Entry 3 was changed: its content does not give its hash." in html


def test_a_chain_rewritten_as_a_whole_is_found_by_the_head_of_the_last_verification(
    clients: Clients, flights: Project, run_jobs: Callable[[], list[Job]], vandalise: Callable[..., None]
) -> None:
    happen(flights, times=3)
    clients["dana"].post("/audit/verify/")
    run_jobs()
    vandalise("DELETE FROM audit_auditentry")
    vandalise("DELETE FROM audit_chainhead")
    happen(flights, times=6)
    for _ in range(2):  # and it is not forgiven the next time
        clients["dana"].post("/audit/verify/")
        run_jobs()
        assert "it was rewritten" in page(clients["dana"])


def test_the_chain_is_verified_every_night() -> None:
    assert SCHEDULES.get("audit trail").kind == "audit.verify"


def export(client: Client, query: str = "") -> bytes:
    response = client.get(f"/audit.ndjson{query}")
    assert response.status_code == 200
    assert response.streaming
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_the_export_has_the_same_entries_as_the_page(clients: Clients, flights: Project) -> None:
    happen(flights, times=3)
    happen(flights, who="another", times=2)
    lines = [json.loads(line) for line in export(clients["dana"], "?actor=another").splitlines()]
    assert [line["sequence"] for line in lines] == [4, 5]
    assert lines[0]["hash"] == AuditEntry.objects.get(pk=4).hash


def test_an_export_verifies_from_its_file_alone(clients: Clients, flights: Project, tmp_path: Path) -> None:
    happen(flights, times=5)
    file = tmp_path / "audit.ndjson"
    file.write_bytes(export(clients["dana"]))
    out = StringIO()
    call_command("verify_audit", file=file, complete=True, expect_head=ChainHead.objects.get().hash, stdout=out)
    assert "5 entries checked, no breaches." in out.getvalue()


def test_an_export_of_many_entries_takes_no_more_memory(
    clients: Clients, flights: Project, vandalise: Callable[..., None]
) -> None:
    happen(flights)
    names = ", ".join(name for name in FIELDS if name != "sequence")
    vandalise(
        f"INSERT INTO audit_auditentry (sequence, {names}, hash) SELECT n.i, {names}, 'x' || n.i FROM audit_auditentry,"
        " (WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < 12000) SELECT i FROM c) n"
    )
    tracemalloc.start()
    size = 0
    for line in clients["dana"].get("/audit.ndjson").streaming_content:  # type: ignore[attr-defined]
        size += len(line)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 5_000_000
    assert peak < size / 1.5


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
