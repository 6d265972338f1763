"""The pages of a roadmap: what is planned and suggested, planning, changing and dropping; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from assessments.lifecycle.roadmap import change_step, drop_step
from assessments.models import RoadmapStep
from assessments.selectors.roadmap import roadmap_page
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Membership, Project
from tests.assessments.lifecycle.granting import by, scored
from tests.assessments.lifecycle.planning import answered, day, planned
from tests.portal.conftest import Clients

ROADMAP = "/projects/flights/roadmap/"


@pytest.fixture
def project(flights: Project) -> Project:
    return scored(flights)


def html(client: Client, path: str = ROADMAP) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def address(step: RoadmapStep) -> str:
    return f"{ROADMAP}{step.pk}/"


def typed(**values: str) -> dict[str, str]:
    return {"criterion": "P-3.1", "owner": "bob", "due": day(9).isoformat(), "note": "Ask first.", **values}


def test_an_empty_roadmap_teaches_and_says_where_to_begin(project: Project, clients: Clients) -> None:
    page = html(clients["alice"])
    assert ("Nothing is planned" in page, "Where to begin" in page, "evidence says when one is done" in page) == (
        True,
        True,
        True,
    )
    found = roadmap_page(project)
    assert f"leads to level <strong>{found.leads_to}</strong>" in page


def test_before_the_first_scoring_it_says_what_is_missing(flights: Project, clients: Clients) -> None:
    assert "Once the project is scored" in html(clients["alice"])


def test_a_suggestion_is_planned_with_owner_and_day_and_is_suggested_no_more(
    project: Project, clients: Clients
) -> None:
    name = roadmap_page(project).suggestions[0].next.criterion
    page = html(clients["alice"])
    assert f'name="criterion" value="{name}"' in page
    answer = clients["alice"].post(ROADMAP, {"criterion": name, "owner": "bob", "due": day(9).isoformat()})
    assert (answer.status_code, answer["Location"]) == (302, ROADMAP)
    step = RoadmapStep.objects.get()
    assert step.owner is not None
    assert (step.criterion, step.owner.username, step.due) == (name, "bob", day(9))
    after = html(clients["bob"])
    assert f'name="criterion" value="{name}"' not in after
    assert "Finishing this leaves the level at <strong>0 (up to 4)</strong>: more stands in the way." in after


def test_it_says_what_finishing_all_that_is_planned_leads_to(project: Project, clients: Clients, alice: User) -> None:
    names = [item.next.criterion for item in roadmap_page(project).suggestions]
    for name in names:
        planned(alice, project, name)
    page = html(clients["alice"])
    assert f"Finishing these {len(names)} leads to level <strong>1 (up to 4)</strong>; now it is 0 (up to 4)." in page
    assert "Still missing" not in page


def test_the_scorecard_leads_to_the_form_with_its_criterion_chosen(project: Project, clients: Clients) -> None:
    scorecard = html(clients["alice"], "/projects/flights/scorecard/")
    assert f'href="{ROADMAP}?criterion=' in scorecard
    page = html(clients["alice"], f"{ROADMAP}?criterion=P-3.1")
    assert '<option value="P-3.1" selected>' in page
    assert page.index('id="plan-title"') < page.index("Nothing is planned")
    assert f'href="{ROADMAP}"' in html(clients["alice"], "/projects/flights/")


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"due": "soon"}, "due", "is no date"),
        ({"due": "2020-01-01"}, "due", "That day is over."),
        ({"owner": "nobody"}, "owner", "Nobody who works on Flights has that name."),
        ({"owner": "charlie"}, "owner", "Nobody who works on Flights has that name."),
        ({"criterion": "XX-9"}, "criterion", "No framework in force"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    project: Project, clients: Clients, values: dict[str, str], field: str, says: str
) -> None:
    answer = clients["alice"].post(ROADMAP, typed(**values))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.split(f'id="error-{field}"')[1]
    assert "Ask first." in page
    assert not RoadmapStep.objects.exists()


def test_planning_twice_is_refused_with_what_was_typed(project: Project, clients: Clients, alice: User) -> None:
    planned(alice, project)
    answer = clients["bob"].post(ROADMAP, typed())
    page = answer.content.decode()
    assert (answer.status_code, "on the roadmap already" in page, "Ask first." in page) == (422, True, True)


def test_an_overdue_step_says_so_in_words_and_comes_first(
    project: Project, clients: Clients, alice: User, bob: User
) -> None:
    planned(alice, project, "MR-1.1", note="The undated one.")
    planned(alice, project, "AI-1.1", due=day(20), note="The later one.")
    planned(alice, project, due=day(1), owner=bob, note="The overdue one.")
    assert "Overdue" not in html(clients["alice"])
    with time_machine.travel(day(3)):
        clients["alice"].force_login(alice)
        page = html(clients["alice"])
    assert page.count("Overdue:") == 1
    assert page.index("The overdue one.") < page.index("The later one.") < page.index("The undated one.")


def test_a_step_is_changed_on_its_page(project: Project, clients: Clients, alice: User) -> None:
    step = planned(alice, project)
    assert 'name="version" value="1"' in html(clients["bob"], address(step))
    answer = clients["bob"].post(address(step), typed(step="change", version="1"))
    assert answer["Location"] == ROADMAP
    step.refresh_from_db()
    assert (step.due, step.note) == (day(9), "Ask first.")


def test_of_two_editors_the_second_sees_the_words_of_the_first_and_may_then_replace_them(
    project: Project, clients: Clients, alice: User, bob: User
) -> None:
    step = planned(alice, project)
    change_step(actor=by(bob), step=step, version=1, note="Bob’s note.", owner=bob)
    answer = clients["alice"].post(address(step), typed(step="change", version="1", owner="alice", note="Alice’s."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bob Brandt changed this on" in page
    assert ("Bob’s note." in page, "Alice’s." in page, '<dd class="as-written">Bob Brandt</dd>' in page) == (True,) * 3
    version = page.split('name="version" value="')[1].split('"')[0]
    assert (
        clients["alice"].post(address(step), typed(step="change", version=version, note="Alice’s.")).status_code == 302
    )
    step.refresh_from_db()
    assert step.note == "Alice’s."


def test_an_owner_who_left_stays_until_somebody_is_chosen(
    project: Project, clients: Clients, alice: User, bob: User
) -> None:
    step = planned(alice, project, owner=bob)
    Membership.objects.filter(user=bob).delete()
    assert '<option value="bob" selected>Bob Brandt (no longer a member)' in html(clients["alice"], address(step))
    answer = clients["alice"].post(address(step), typed(step="change", version="1"))
    assert answer.status_code == 302


def test_a_step_is_dropped_with_a_reason_that_stays_readable(project: Project, clients: Clients, alice: User) -> None:
    step = planned(alice, project, note="The plan.")
    refused = clients["bob"].post(address(step), {"step": "drop", "reason": " "})
    assert (refused.status_code, 'id="error-reason"' in refused.content.decode()) == (422, True)
    assert "The plan." in refused.content.decode()
    assert clients["bob"].post(address(step), {"step": "drop", "reason": "Too costly."})["Location"] == ROADMAP
    settled = html(clients["alice"]).split("Settled</h2>")[1]
    assert ("Too costly." in settled, "Dropped" in settled) == (True, True)
    assert "Too costly." in html(clients["alice"], address(step))


def test_what_was_typed_too_late_can_be_copied(project: Project, clients: Clients, alice: User, bob: User) -> None:
    step = planned(alice, project)
    drop_step(actor=by(bob), step=step, reason="Too costly.")
    page = clients["alice"].post(address(step), typed(step="change", version="1", note="My late words."))
    assert page.status_code == 422
    assert "Not saved" in page.content.decode()
    assert "My late words." in page.content.decode()


def test_what_evidence_has_settled_is_shown_as_done(project: Project, clients: Clients, alice: User) -> None:
    planned(alice, project)
    answered(project)
    settled = html(clients["alice"]).split("Settled</h2>")[1]
    assert ("Evidence meets the criterion." in settled, "Done" in settled) == (True, True)


def test_who_only_sees_the_project_reads_no_roadmap_and_plans_nothing(
    project: Project, clients: Clients, alice: User
) -> None:
    step = planned(alice, project)
    assert clients["charlie"].get(ROADMAP).status_code == 404
    Project.objects.update(visibility="public")
    for person in ("charlie", "visitor"):
        for path in (ROADMAP, address(step)):
            assert clients[person].get(path).status_code == 403
            assert clients[person].post(path, typed(step="drop", reason="No.")).status_code == 403
    step.refresh_from_db()
    assert (step.state, RoadmapStep.objects.count()) == ("open", 1)


def test_a_viewer_reads_it_and_is_offered_no_form(
    project: Project, clients: Clients, alice: User, charlie: User
) -> None:
    step = planned(alice, project)
    Membership.objects.create(project=project, user=charlie, role="viewer")
    for path in (ROADMAP, address(step)):
        assert 'name="owner"' not in html(clients["charlie"], path)
        assert clients["charlie"].post(path, typed(step="drop", reason="No.")).status_code == 403


def test_a_step_of_another_project_is_not_found(project: Project, clients: Clients, alice: User) -> None:
    other = Project.objects.create(slug="churn", name="Churn")
    step = RoadmapStep.objects.create(project=other, criterion="P-3.1", planned_by=alice, planned_at=project.created_at)
    assert clients["alice"].get(address(step)).status_code == 404


def test_the_page_takes_the_same_number_of_queries_however_much_is_planned(
    project: Project, clients: Clients, alice: User, bob: User, queries: Callable[[Client, str], int]
) -> None:
    planned(alice, project, owner=bob)
    drop_step(actor=by(bob), step=planned(alice, project, "MR-1.1"), reason="No.")
    few = queries(clients["alice"], ROADMAP)
    for name in ("AI-1.1", "AI-1.2", "AI-1.3"):
        planned(alice, project, name, owner=alice)
    drop_step(actor=by(bob), step=planned(bob, project, "MR-1.1"), reason="No.")
    assert queries(clients["alice"], ROADMAP) == few
