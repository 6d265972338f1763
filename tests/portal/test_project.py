"""The project page: level against target, history, sources and their sight, members, changes, collecting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client

from assessments.checks.verdict import met, not_met
from assessments.models import Assessment, DesignReview, RoadmapStep
from mlops_portal.accounts.models import User
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients
from tests.portal.scenery import keep_score, looked, varied

NOW = clock.now()


def page(client: Client, slug: str = "flights") -> str:
    response = client.get(f"/projects/{slug}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_level_stands_against_the_target_with_its_reason(clients: Clients, flights: Project) -> None:
    Project.objects.update(target_level=3, target_reason="Delays cost money within hours.")
    keep_score(flights, {})
    html = page(clients["alice"])
    assert "Level 0 is confirmed by evidence. It may be as high as 4" in html
    assert "The target is 3: 3 levels to prove, and possibly reached already." in html
    assert "Delays cost money within hours." in html


def test_a_project_that_was_never_scored_teaches_what_to_do(clients: Clients, flights: Project) -> None:
    html = page(clients["alice"])
    assert "Not scored yet" in html
    assert "Collect now" in html
    assert "python manage.py assess" in html


def test_history_is_a_line_and_a_table(clients: Clients, flights: Project) -> None:
    keep_score(flights, {}, at=NOW - timedelta(days=9))
    keep_score(flights, varied(), at=NOW - timedelta(days=2))
    html = page(clients["alice"])
    assert "in 2 scorings." in html
    assert "Every scoring, the newest first" in html


def test_changes_name_what_changed_and_the_cause(clients: Clients, flights: Project) -> None:
    keep_score(flights, {"GIT-01": met("Yes.")}, at=NOW - timedelta(days=9))
    keep_score(flights, {"GIT-01": not_met("No.")}, at=NOW - timedelta(days=2))
    html = page(clients["alice"])
    assert "Is the project in git" in html
    assert "met → <strong>not met</strong>" in html


def test_sources_say_how_looking_went_and_how_to_connect_the_others(clients: Clients, flights: Project) -> None:
    looked(flights, "git")
    looked(flights, "mlflow", "unreachable", "http://mlflow:5000 did not answer.")
    html = page(clients["alice"])
    assert "Could not be reached" in html
    assert "http://mlflow:5000 did not answer." in html
    assert "6 sources are not connected" in html
    assert "Put a mlops.yaml into the repository." in html


def test_a_visitor_sees_no_messages_no_paths_and_no_people(client: Client, public: Project, alice: User) -> None:
    Project.objects.update(repository="/srv/repositories/postcodes")
    looked(public, "mlflow", "unreachable", "http://mlflow:5000 did not answer.")
    html = page(client, "postcodes")
    assert "/srv/repositories" not in html
    assert "shown after signing in" in html
    assert "not given" not in html
    assert "mlflow:5000" not in html
    assert "Alice" not in html


def test_credentials_in_a_repository_address_are_not_shown(clients: Clients, flights: Project) -> None:
    Project.objects.update(repository="https://bob:hunter2@git.example.org/flights")
    html = page(clients["alice"])
    assert "hunter2" not in html
    assert "git.example.org/flights" in html


def test_members_are_named_with_all_their_roles(clients: Clients, flights: Project) -> None:
    html = page(clients["alice"])
    assert "Data scientist, Owner" in html
    assert "Bob Brandt" in html


def test_collecting_asks_for_one_job_per_source(clients: Clients, flights: Project) -> None:
    Project.objects.update(repository="https://git.example.org/flights")
    response = clients["alice"].post("/projects/flights/collect/", follow=True)
    assert set(Job.objects.values_list("subject", flat=True)) >= {"git"}
    html = response.content.decode()
    assert response.request["PATH_INFO"].startswith("/jobs/")
    assert "being looked at" in html
    assert "Collect evidence: Git repository" in html


def test_collecting_twice_joins_the_open_jobs(clients: Clients, flights: Project) -> None:
    Project.objects.update(repository="https://git.example.org/flights")
    for who in ("alice", "bob"):
        clients[who].post("/projects/flights/collect/")
    assert len(set(Job.objects.values_list("subject", flat=True))) == Job.objects.count()


def test_collecting_with_nothing_to_look_at_says_what_is_missing(clients: Clients, flights: Project) -> None:
    with mock.patch("mlops_portal.portal.pages.project.request_collection", return_value=[]):
        response = clients["alice"].post("/projects/flights/collect/", follow=True)
    assert "Nothing to look at" in response.content.decode()


@pytest.mark.parametrize("scorings", [1, 30])
def test_the_page_takes_few_queries_however_long_the_history(
    clients: Clients, flights: Project, queries: Callable[[Client, str], int], scorings: int
) -> None:
    for number in range(scorings):
        answer = met("Yes.") if number % 2 else not_met("No.")
        keep_score(flights, {"GIT-01": answer}, at=NOW - timedelta(days=scorings - number))
    assert queries(clients["alice"], "/projects/flights/") <= 12


def test_a_change_names_the_reasons_before_and_now(clients: Clients, flights: Project) -> None:
    keep_score(flights, {"GIT-01": met("It is on the main branch.")}, at=NOW - timedelta(days=9))
    keep_score(flights, {"GIT-01": not_met("The repository is empty.")}, at=NOW - timedelta(days=2))
    html = page(clients["alice"])
    assert "It is on the main branch." in html
    assert "The repository is empty." in html


def accepted(project: Project, by: User, level: int, *, days: int, state: str = "accepted") -> Assessment:
    at = NOW - timedelta(days=days)
    return Assessment.objects.create(
        project=project, framework="mlops-levels", framework_version="1.0", state=state, confirmed=level,
        possible=level, digest="d", started_by=by, started_at=at, submitted_by=by, submitted_at=at, decided_at=at,
    )  # fmt: skip


def test_accepted_assessments_stand_on_the_line_and_beside_the_live_level(
    clients: Clients, flights: Project, alice: User
) -> None:
    keep_score(flights, {}, at=NOW - timedelta(days=40))
    accepted(flights, alice, 1, days=30, state="superseded")
    newest = accepted(flights, alice, 2, days=3)
    html = page(clients["bob"])
    assert "accepted 1</text>" in html
    assert "accepted 2</text>" in html
    assert "accepted: 2" in html
    assert f'href="/assessments/{newest.pk}/"' in html


def test_what_was_accepted_but_not_published_is_for_members(clients: Clients, internal: Project, alice: User) -> None:
    keep_score(internal, {}, at=NOW - timedelta(days=40))
    accepted(internal, alice, 2, days=3)
    assert "accepted 2" not in page(clients["charlie"], "churn")
    Assessment.objects.update(published_at=NOW)
    assert "accepted 2" in page(clients["charlie"], "churn")


def test_the_roadmap_and_the_design_review_are_summed_up_for_members(
    clients: Clients, flights: Project, alice: User
) -> None:
    assert "No step is planned" in page(clients["alice"])
    assert "Nobody has asked yet whether ML is needed" in page(clients["alice"])
    today = NOW.date()
    values = {"project": flights, "planned_by": alice, "planned_at": NOW}
    RoadmapStep.objects.create(criterion="MR-2.1", owner=alice, due=today - timedelta(days=3), **values)
    RoadmapStep.objects.create(criterion="MR-1.1", due=today + timedelta(days=3), **values)
    RoadmapStep.objects.create(criterion="P-2.1", state="done", settled_at=NOW, **values)
    DesignReview.objects.create(
        project=flights, state="submitted", needed="yes", metric="Mean delay", started_by=alice, started_at=NOW
    )
    html = page(clients["bob"])
    assert "2 open, 1 late, 1 done" in html
    assert html.index("MR-2.1") < html.index("MR-1.1")
    assert "Mean delay" in html


def test_strangers_read_no_plans(clients: Clients, internal: Project, alice: User) -> None:
    RoadmapStep.objects.create(project=internal, criterion="MR-2.1", planned_by=alice, planned_at=NOW)
    html = page(clients["charlie"], "churn")
    assert "Roadmap" not in html
    assert "Design review" not in html


def test_an_archived_project_says_so_and_who_may_takes_it_back(clients: Clients, flights: Project) -> None:
    Project.objects.update(archived_at=NOW)
    assert "Take it back" in page(clients["alice"])
    assert "Archived" in page(clients["bob"])
    assert "Take it back" not in page(clients["bob"])
