"""A scorecard stored by a release whose form this one cannot read stops neither scoring nor pages."""

from __future__ import annotations

import pytest
from django.test import Client

from assessments.lifecycle.rescore import rescore
from assessments.models import Scoring
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

SYSTEM = Actor.system("test")


@pytest.fixture
def outdated(flights: Project) -> Project:
    Project.objects.update(visibility="public")
    rescore(actor=SYSTEM, project=flights)
    for row in Scoring.objects.all():
        row.scorecard.pop("without_people")
        row.scorecard["contradictions"] = [{"of": "another form"}]
        row.save()
    return flights


def test_its_page_says_that_nothing_was_scored_yet(outdated: Project) -> None:
    assert Client().get("/projects/flights/scorecard/").status_code == 200


def test_scoring_again_replaces_it_and_keeps_it_in_the_history(outdated: Project) -> None:
    rescore(actor=SYSTEM, project=outdated)
    assert "without_people" in Scoring.objects.get(framework="mlops-levels", live=True).scorecard
    assert Scoring.objects.filter(framework="mlops-levels").count() == 2
