"""Who somebody is, is asked once while a page is read, and every time where something may be changed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from mlops_portal.accounts.memory import remembering
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import may
from mlops_portal.projects.models import Membership, Project


def test_a_role_is_read_once_while_it_is_remembered(
    alice: User, flights: Project, django_assert_num_queries: Any
) -> None:
    with remembering(), django_assert_num_queries(1):
        assert may(alice, "projects.change_project", flights)
        assert may(alice, "projects.collect", flights)
        assert may(alice, "projects.view_history", flights)


def test_two_people_are_not_mixed_up(alice: User, charlie: User, dana: User, flights: Project) -> None:
    with remembering():
        answers = [may(user, "projects.change_project", flights) for user in (alice, charlie, dana, alice)]
    assert answers == [True, False, True, True]


def test_without_remembering_a_role_that_was_taken_counts_no_more(alice: User, flights: Project) -> None:
    assert may(alice, "projects.change_project", flights)
    Membership.objects.filter(user=alice).delete()
    assert not may(alice, "projects.change_project", flights)


def test_nothing_is_remembered_from_one_page_to_the_next(client: Client, charlie: User, governance: Group) -> None:
    client.force_login(charlie)
    assert client.get("/audit/").status_code == 403
    charlie.groups.add(governance)
    assert client.get("/audit/").status_code == 200


def test_a_memory_ends_with_its_block(dana: User, governance: Group) -> None:
    with remembering():
        assert may(dana, "audit.view_audit")
    dana.groups.remove(governance)
    assert not may(dana, "audit.view_audit")
