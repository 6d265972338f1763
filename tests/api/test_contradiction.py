"""Where people and machines disagree, the API says so in the questions, the scorecard and what a reviewer reads."""

from __future__ import annotations

from datetime import timedelta

from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.api.conftest import Caller, Token
from tests.assessments.lifecycle.people import ci_runs_no_tests

CRITERION = "AI-1.3"
SAID = "Alice Ahmed attested"


def contradiction(caller: Caller, assessment: str) -> str:
    asked = caller.get(f"{assessment}questionnaire/").json()
    (found,) = [item for part in asked["dimensions"] for item in part["items"] if item["id"] == CRITERION]
    return str(found["contradiction"])


def test_a_yes_that_machines_contradict_is_shown_to_both_and_raises_nothing_until_it_is_taken_back(
    flights: Project, alice: User, dana: User, token: Token
) -> None:
    ci_runs_no_tests(flights)
    alices, danas = token(alice, "read", "assess"), token(dana, "read", "review")
    assessment = f"assessments/{alices.post('projects/flights/assessments/').json()['id']}/"
    before = alices.get(f"{assessment}scorecard/").json()
    assert (contradiction(alices, assessment), before["contradictions"]) == ("", [])

    end = (clock.now() + timedelta(days=90)).date().isoformat()
    yes = {"answer": "yes", "link": "https://wiki.example.org/ci", "expires": end}
    answer = f"{assessment}answers/{CRITERION}/"
    assert alices("PUT", answer, yes, If_None_Match="*").status_code == 200
    told = contradiction(alices, assessment)
    assert told.startswith(f"People say: {SAID}")
    assert "Machines saw: " in told
    after = alices.get(f"{assessment}scorecard/").json()
    assert [found["criterion"] for found in after["contradictions"]] == [CRITERION]
    assert after["overall"] == before["overall"]

    submitted = alices.change("POST", f"{assessment}submit/", {}, of=assessment).json()
    facts = danas.get(f"reviews/{submitted['review']}/").json()["facts"]
    assert any(SAID in fact["text"] for fact in facts)
    alices.change("POST", f"{assessment}withdraw/", {"reason": "The CI is right."}, of=assessment)
    assert alices.get("projects/flights/scorecard/").json()["contradictions"] == []
