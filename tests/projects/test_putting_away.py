"""Profile, cadence and archive are changed through actions; an editor who saw something else is told so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress

from assessments.models import Scoring
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.projects import actions
from mlops_portal.projects.models import Project
from mlops_portal.projects.selectors import find_person, visible_projects
from mlops_portal.projects.tokens import authenticate_token
from tests.portal.scenery import keep_score

Acting = Callable[[User], Actor]


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-sequence")[0]


def test_a_profile_takes_criteria_out_and_the_project_is_scored_again(
    dana: User, flights: Project, acting: Acting
) -> None:
    keep_score(flights, {})
    actions.set_profile(actor=acting(dana), project=flights, profile="single-maintainer")
    live = Scoring.objects.get(project=flights, framework="mlops-levels", live=True)
    people = next(d for key, d in live.scorecard["dimensions"].items() if key == "people")
    verdicts = {criterion["id"]: criterion["verdict"] for criterion in people["criteria"]}
    assert verdicts["P-2.1"].lower() == "not_applicable"
    assert newest().project_id == flights.pk
    assert "project.profile-set" in AuditEntry.objects.values_list("verb", flat=True)


def test_an_owner_gives_no_profile_but_may_take_it_back(
    alice: User, dana: User, flights: Project, acting: Acting
) -> None:
    with pytest.raises(NotAllowed, match="profile takes criteria out"):
        actions.set_profile(actor=acting(alice), project=flights, profile="single-maintainer")
    given = actions.set_profile(actor=acting(dana), project=flights, profile="single-maintainer")
    assert actions.set_profile(actor=acting(alice), project=given, profile="").profile == ""


def test_a_project_nobody_looked_at_gets_no_level_from_a_profile(dana: User, flights: Project, acting: Acting) -> None:
    actions.set_profile(actor=acting(dana), project=flights, profile="single-maintainer")
    assert not Scoring.objects.filter(project=flights).exists()


@pytest.mark.parametrize("profile", ["nobody", "single-maintainer "])
def test_a_profile_that_there_is_not_is_refused(alice: User, flights: Project, acting: Acting, profile: str) -> None:
    with pytest.raises(Invalid, match="no profile"):
        actions.set_profile(actor=acting(alice), project=flights, profile=profile)


@pytest.mark.parametrize("days", [6, 731, 0, -1])
def test_a_cadence_out_of_bounds_is_refused(alice: User, flights: Project, acting: Acting, days: int) -> None:
    with pytest.raises(Invalid, match="not possible"):
        actions.set_cadence(actor=acting(alice), project=flights, days=days)


def test_a_cadence_is_kept_and_given_back_to_the_policy(alice: User, flights: Project, acting: Acting) -> None:
    assert actions.set_cadence(actor=acting(alice), project=flights, days=90).cadence_days == 90
    assert (newest().verb, newest().after) == ("project.cadence-set", {"cadence_days": 90})
    assert actions.set_cadence(actor=acting(alice), project=flights, days=None).cadence_days is None


def test_an_archived_project_leaves_the_lists_and_its_tokens_open_nothing(
    alice: User, flights: Project, acting: Acting
) -> None:
    _, secret = actions.issue_token(actor=acting(alice), project=flights, name="CI")
    actions.archive_project(actor=acting(alice), project=flights, reason="The route was closed.")
    assert flights not in visible_projects(alice)
    assert authenticate_token(secret) is None
    assert (newest().verb, newest().reason) == ("project.archived", "The route was closed.")
    actions.unarchive_project(actor=acting(alice), project=flights)
    assert flights in visible_projects(alice)
    assert authenticate_token(secret) is not None


def test_archiving_takes_a_reason_and_is_done_once(alice: User, flights: Project, acting: Acting) -> None:
    with pytest.raises(Invalid, match="reason"):
        actions.archive_project(actor=acting(alice), project=flights, reason=" ")
    with pytest.raises(InvalidTransition):
        actions.unarchive_project(actor=acting(alice), project=flights)
    actions.archive_project(actor=acting(alice), project=flights, reason="Done.")
    with pytest.raises(InvalidTransition):
        actions.archive_project(actor=acting(alice), project=flights, reason="Done.")


def test_only_owners_and_governance_put_a_project_away(
    bob: User, charlie: User, dana: User, flights: Project, acting: Acting
) -> None:
    for person in (bob, charlie):
        with pytest.raises(NotAllowed):
            actions.archive_project(actor=acting(person), project=flights, reason="Mine.")
    actions.archive_project(actor=acting(dana), project=flights, reason="Governance says so.")


def test_an_editor_who_saw_older_values_is_refused_and_nothing_is_overwritten(
    alice: User, dana: User, flights: Project, acting: Acting
) -> None:
    seen = actions.state_digest(flights)
    actions.update_project(actor=acting(dana), project=flights, seen=seen, description="By Dana")
    with pytest.raises(Stale):
        actions.update_project(actor=acting(alice), project=flights, seen=seen, description="By Alice")
    flights.refresh_from_db()
    assert flights.description == "By Dana"


def test_a_short_name_that_is_a_page_is_refused(alice: User, acting: Acting) -> None:
    with pytest.raises(Invalid, match="address of the portal"):
        actions.create_project(actor=acting(alice), slug="new", name="New")


@pytest.mark.parametrize("name", ["bob", " BOB ", "Bob@Example.org"])
def test_a_person_is_found_by_user_name_or_mail_address(bob: User, name: str) -> None:
    assert find_person(name) == bob


@pytest.mark.parametrize("name", ["", "nobody", "bob brandt", "%"])
def test_who_is_not_known_is_refused_in_words(bob: User, name: str) -> None:
    with pytest.raises(Invalid, match="Nobody is known"):
        find_person(name)


def test_an_account_that_is_switched_off_is_not_found(bob: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(Invalid):
        find_person("bob")


def test_an_address_that_somebody_claimed_and_never_proved_finds_nobody(bob: User, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(email="bob.brandt@example.org")
    claimed = EmailAddress.objects.create(user=charlie, email="bob.brandt@example.org", verified=False, primary=True)
    with pytest.raises(Invalid, match="Nobody is known"):
        find_person("bob.brandt@example.org")
    EmailAddress.objects.filter(pk=claimed.pk).update(verified=True)
    assert find_person("bob.brandt@example.org") == charlie
