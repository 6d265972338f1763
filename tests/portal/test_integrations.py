"""The integrations page: every source of the catalogue, what uses it, how to connect it, whether a worker lives."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from assessments.checks.catalogue import load_catalogue
from assessments.collectors.answers import read_answers
from assessments.collectors.pushed import parse_pushed
from assessments.selectors.scorecards import SOURCES
from mlops_portal.jobs.models import Worker
from mlops_portal.kernel import clock
from mlops_portal.portal.pages.integrations import GIVES, PUSHED
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients
from tests.portal.scenery import looked, organisation


def page(client: Client) -> str:
    return client.get("/integrations/").content.decode()


def test_every_source_of_the_catalogue_is_explained() -> None:
    assert {entry.source for entry in load_catalogue()} <= set(SOURCES) | {"portal"}
    assert set(GIVES) == set(SOURCES)


def test_the_example_answers_are_readable() -> None:
    payload = read_answers(GIVES["human"][1], "mlops.yaml")
    assert payload["errors"] == []
    assert [answer["id"] for answer in payload["answers"]] == ["HUM-01"]


def test_the_example_push_is_accepted() -> None:
    assert PUSHED in GIVES["pushed"][1]
    assert parse_pushed(json.loads(PUSHED), now=clock.now(), project="flights").topic == "pushed.ci"


def test_sources_say_who_uses_them_and_which_looks_failed(clients: Clients, flights: Project) -> None:
    looked(flights, "git")
    looked(flights, "mlflow", "unauthorised")
    html = page(clients["alice"])
    assert "1 project" in html
    assert "1 could not be looked at last time" in html


def test_projects_that_a_person_may_not_see_are_not_counted(clients: Clients, flights: Project) -> None:
    looked(flights, "git")
    assert "1 project" not in page(clients["charlie"])


def test_later_sources_say_that_they_cannot_be_connected_yet(clients: Clients) -> None:
    html = page(clients["alice"])
    assert html.count("Not connected yet") == 4
    assert "Monitors cannot be connected yet." in html


def test_a_living_worker_is_seen(clients: Clients) -> None:
    Worker.objects.create(name="one", started_at=clock.now(), beat_at=clock.now())
    assert "Alive" in page(clients["alice"])


def test_a_silent_worker_is_reported_with_the_cure(clients: Clients) -> None:
    long_ago = clock.now() - timedelta(hours=2)
    Worker.objects.create(name="one", started_at=long_ago, beat_at=long_ago)
    html = page(clients["alice"])
    assert "Not seen" in html
    assert "It was last seen" in html
    assert "python manage.py worker" in html


def test_the_page_takes_as_many_queries_for_thirty_projects_as_for_three(
    clients: Clients, queries: Callable[[Client, str], int]
) -> None:
    organisation(3)
    few = queries(clients["alice"], "/integrations/")
    Project.objects.all().delete()
    organisation(30)
    assert queries(clients["alice"], "/integrations/") == few
