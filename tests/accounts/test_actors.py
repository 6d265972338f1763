"""Actors are made of people, requests and commands; never of nobody."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from mlops_portal.accounts.actors import actor_from_command, actor_from_request, actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import ActorKind, Face
from mlops_portal.kernel.errors import NotAllowed


def test_a_request_is_one_gesture_of_one_person(alice: User, rf: RequestFactory) -> None:
    request, other = rf.get("/"), rf.get("/")
    request.user = other.user = alice
    first, second = actor_from_request(request), actor_from_request(request)
    assert (first.kind, first.id, first.name, first.face) == (
        ActorKind.PERSON,
        str(alice.pk),
        "Alice Ahmed",
        Face.WEB,
    )
    assert first.gesture == second.gesture != actor_from_request(other).gesture


@pytest.mark.parametrize("nobody", [None, AnonymousUser(), "alice"])
def test_nobody_is_no_actor(nobody: object) -> None:
    with pytest.raises(NotAllowed, match="Nobody is signed in"):
        actor_from_user(nobody, face=Face.WEB)


def test_somebody_whose_account_is_switched_off_is_no_actor(alice: User) -> None:
    alice.is_active = False
    with pytest.raises(NotAllowed):
        actor_from_user(alice, face=Face.WEB)


def test_a_command_acts_under_the_name_of_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "erin")
    actor = actor_from_command("assess")
    assert (actor.name, actor.kind, actor.face) == ("erin (assess)", ActorKind.SYSTEM, Face.COMMAND)
