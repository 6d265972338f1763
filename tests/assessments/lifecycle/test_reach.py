"""Where a project's repository may send this portal's collectors: nowhere inside the network, unless opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assessments.evidence import Evidence, Sight
from assessments.lifecycle.collect import collectors_for, request_for
from mlops_portal.projects.models import Project
from tests.assessments.collectors.git.repositories import make_repository

pytestmark = pytest.mark.django_db


def looked_at(project: Project) -> dict[str, Evidence]:
    """What the collectors that read the repository saw, by topic."""
    request = request_for(project)
    seen = [item for collector in collectors_for(project) if collector.source != "mlflow"
            for item in collector.collect(request)]  # fmt: skip
    return {item.topic: item for item in seen}


@pytest.mark.parametrize("address", ["https://127.0.0.1:1/group/name.git", "ssh://git@10.0.0.7/group/name.git"])
def test_a_repository_address_inside_our_network_is_never_asked(flights: Project, address: str) -> None:
    flights.repository = address
    seen = looked_at(flights)
    assert {topic for topic, item in seen.items() if "private network" not in item.message} == set()


def test_a_host_that_the_operator_opened_is_asked(flights: Project, settings: Any) -> None:
    settings.REPOSITORY_HOSTS = ["127.0.0.1"]
    flights.repository = "https://127.0.0.1:1/group/name.git"
    assert all("did not answer" in item.message for item in looked_at(flights).values())


def test_a_path_is_read_only_while_it_lies_below_an_opened_folder(
    flights: Project, settings: Any, tmp_path: Path
) -> None:
    flights.repository = str(make_repository(tmp_path, {"train.py": "print()\n"}))
    settings.REPOSITORY_ROOTS = [str(tmp_path)]
    assert looked_at(flights)["git.repository"].sight is Sight.OK
    settings.REPOSITORY_ROOTS = []
    assert "not allowed" in looked_at(flights)["git.repository"].message


def test_a_link_that_leads_out_of_the_opened_folder_by_now_is_not_followed(
    flights: Project, settings: Any, tmp_path: Path
) -> None:
    secret, opened = tmp_path / "secret", tmp_path / "opened"
    secret.mkdir()
    opened.mkdir()
    (opened / "flights").symlink_to(make_repository(secret, {"train.py": "print()\n"}))
    settings.REPOSITORY_ROOTS = [str(opened)]
    flights.repository = str(opened / "flights")
    assert "not allowed" in looked_at(flights)["git.repository"].message
