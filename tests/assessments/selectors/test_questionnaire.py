"""What an assessment asks: what machines saw stands beside each question, and what does not arise is left out."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.lifecycle.assess import start_assessment
from assessments.models import Assessment
from assessments.selectors.questionnaire import Item, Questionnaire, questionnaire
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.people import attest, by, say

NO_TESTS_IN_CI = {"pipelines": [{"path": ".github/workflows/ci.yml", "triggers": ["push"], "runs_tests": []}]}


@pytest.fixture
def draft(flights: Project, alice: User) -> Assessment:
    return start_assessment(actor=by(alice), project=flights)


def item(asked: Questionnaire, id: str) -> Item:
    return next(item for item in asked.items if item.id == id)


def test_every_question_of_the_framework_is_asked_once_in_its_dimension(draft: Assessment) -> None:
    asked = questionnaire(draft)
    assert [part.key for part in asked.dimensions] == [
        "people",
        "model-creation",
        "model-release",
        "application-integration",
    ]
    questions = [item.id for item in asked.items if item.kind == "question"]
    assert sorted(questions) == [f"HUM-0{number}" for number in range(1, 9)]
    assert item(asked, "HUM-03").decides == ("P-3.1",)
    assert item(asked, "HUM-03").counts == "A link to the contract (schema, OpenAPI). A yes without it counts half."
    assert item(asked, "HUM-07").choices[0] == ("file", "As a file")


def test_what_only_questions_decide_is_not_asked_to_be_attested_as_well(draft: Assessment) -> None:
    ids = [item.id for item in questionnaire(draft).items]
    assert "P-3.1" not in ids
    assert "MR-2.1" in ids


def test_what_depends_on_an_answer_is_left_out_with_the_reason_until_it_is_given(
    draft: Assessment, alice: User
) -> None:
    left_out = {item.id: item.reason for part in questionnaire(draft).dimensions for item in part.left_out}
    reason = "Asked for only where this is answered with yes: “Is a feature store needed, because two models or more"
    assert left_out.keys() == {"MC-2.7", "MC-4.2"}
    assert all(said.startswith(reason) and said.endswith("(HUM-08).") for said in left_out.values())
    say(alice, draft, "HUM-08", text="Two models share the weather of the day.")
    assert "MC-2.7" in [item.id for item in questionnaire(draft).items]


def test_a_single_maintainer_is_not_asked_who_works_together(draft: Assessment, flights: Project) -> None:
    flights.profile = "single-maintainer"
    flights.save()
    asked = questionnaire(Assessment.objects.get())
    people = asked.dimensions[0]
    assert [item.id for item in people.items] == ["P-4.2"]
    assert {item.id for item in people.left_out} == {"HUM-01", "HUM-02", "HUM-03", "HUM-04", "HUM-06"}
    assert all("One person does everything" in item.reason for item in people.left_out)


def test_answers_stand_in_their_items_and_count_as_progress(draft: Assessment, alice: User) -> None:
    say(alice, draft, "HUM-03")
    asked = questionnaire(draft)
    assert item(asked, "HUM-03").answer is not None
    assert not item(asked, "HUM-03").open
    assert item(asked, "HUM-04").open
    assert asked.dimensions[0].answered == 1


def test_the_number_of_queries_does_not_grow_with_the_answers(
    draft: Assessment, alice: User, django_assert_num_queries: Any
) -> None:
    def asked() -> None:
        questionnaire(Assessment.objects.select_related("project").get())

    with django_assert_num_queries(6):
        asked()
    for number in range(1, 7):
        say(alice, draft, f"HUM-0{number}", text="So it is.")
    attest(alice, draft, "MR-2.1")
    with django_assert_num_queries(6):
        asked()
