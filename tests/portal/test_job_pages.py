"""Jobs: who sees which, progress and errors, cancel and retry as buttons that do what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mlops_portal.jobs.lifecycle import FINAL
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients


def make(project: Project | None, state: str = "queued", number: int = 1, **values: Any) -> Job:
    finished = clock.now() if state in FINAL else None
    return Job.objects.create(
        id=f"job-{number}",
        project=project,
        subject="git",
        slot=str(number),
        state=state,
        requested_at=clock.now(),
        finished_at=finished,
        **{"kind": "assessments.look", "requested_by": "Alice Ahmed", **values},
    )


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_state_project_and_who_asked(clients: Clients, flights: Project) -> None:
    make(flights, "failed")
    html = page(clients["bob"], "/jobs/")
    assert "Failed" in html
    assert "Flights" in html
    assert "Alice Ahmed" in html


def test_a_stranger_sees_no_jobs_of_a_hidden_project_and_is_taught(clients: Clients, flights: Project) -> None:
    make(flights)
    html = page(clients["charlie"], "/jobs/")
    assert "No job yet" in html
    assert "python manage.py worker" in html


def test_work_of_the_portal_itself_is_seen_by_who_runs_it(clients: Clients, flights: Project) -> None:
    make(None, requested_by="schedule: nightly")
    assert "schedule: nightly" in page(clients["dana"], "/jobs/")
    assert "schedule: nightly" not in page(clients["alice"], "/jobs/")


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, "/projects/flights/scorecard/"), ({"kind": "audit.verify"}, "/audit/"), ({"kind": "jobs.forget"}, "")],
)
def test_a_job_that_is_done_leads_to_what_it_found(
    clients: Clients, flights: Project, values: dict[str, str], expected: str
) -> None:
    make(flights, "succeeded", 1, **values)
    make(flights, "failed", 2, **values)
    html = page(clients["dana"], "/jobs/job-1/")
    assert ("See what was found" in html) is bool(expected)
    assert not expected or f'href="{expected}">See what' in html
    assert "See what was found" not in page(clients["dana"], "/jobs/job-2/")


def test_the_list_is_narrowed_by_state(clients: Clients, flights: Project) -> None:
    make(flights, "failed")
    assert "No job is in this state." in page(clients["alice"], "/jobs/?state=running")
    assert clients["alice"].get("/jobs/?state=odd").status_code == 400


def test_a_running_job_shows_its_progress_and_renews_itself(clients: Clients, flights: Project) -> None:
    make(flights, "running", progress=0.4, message="Reading files")
    html = page(clients["alice"], "/jobs/job-1/")
    assert 'value="40"' in html
    assert "Reading files" in html
    assert "data-live" in html
    assert 'role="status"' in html


def test_an_ended_job_does_not_renew_itself(clients: Clients, flights: Project) -> None:
    make(flights, "succeeded")
    html = page(clients["alice"], "/jobs/job-1/")
    assert "data-live" not in html
    assert "<progress" not in html


def test_a_failed_job_shows_its_error_as_text(clients: Clients, flights: Project) -> None:
    make(flights, "failed", error="<b>The repository answered 403.</b>")
    assert "&lt;b&gt;The repository answered 403." in page(clients["alice"], "/jobs/job-1/")


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("queued", {"Cancel"}),
        ("running", {"Cancel"}),
        ("failed", {"Try again"}),
        ("cancelled", {"Try again"}),
        ("succeeded", set()),
    ],
)
def test_only_buttons_that_can_work_are_offered(
    clients: Clients, flights: Project, state: str, buttons: set[str]
) -> None:
    make(flights, state)
    html = page(clients["alice"], "/jobs/job-1/")
    assert {button for button in ("Cancel", "Try again") if f"{button}</button>" in html} == buttons


def test_a_viewer_may_look_but_is_offered_no_buttons(clients: Clients, internal: Project) -> None:
    make(internal)
    assert "Cancel</button>" not in page(clients["charlie"], "/jobs/job-1/")
    assert clients["charlie"].post("/jobs/job-1/cancel/").status_code == 403


def test_cancelling_and_trying_again_change_the_job(clients: Clients, flights: Project) -> None:
    job = make(flights)
    clients["alice"].post("/jobs/job-1/cancel/")
    job.refresh_from_db()
    assert job.state == "cancelled"
    clients["bob"].post("/jobs/job-1/retry/")
    job.refresh_from_db()
    assert job.state == "queued"


def test_cancelling_what_has_ended_says_that_it_cannot_be_done(clients: Clients, flights: Project) -> None:
    make(flights, "succeeded")
    response = clients["alice"].post("/jobs/job-1/cancel/")
    assert response.status_code == 409
    assert "A succeeded job cannot become cancelled." in response.content.decode()


def test_the_list_takes_as_many_queries_for_thirty_jobs_as_for_three(
    clients: Clients, flights: Project, queries: Callable[[Client, str], int]
) -> None:
    for number in range(3):
        make(flights, number=number)
    few = queries(clients["alice"], "/jobs/")
    for number in range(3, 30):
        make(flights, number=number)
    assert queries(clients["alice"], "/jobs/") == few


def test_many_jobs_come_in_pages(clients: Clients, flights: Project) -> None:
    for number in range(60):
        make(flights, number=number)
    assert "Page 1 of 2 · 60 jobs" in page(clients["alice"], "/jobs/")
    assert 'href="?page=1"' in page(clients["alice"], "/jobs/?page=2")
