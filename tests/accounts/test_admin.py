"""What is done in the admin is in the audit trail, and what must not be done there cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.projects.models import Project


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    """A superuser at the admin's pages."""
    client.force_login(User.objects.create_superuser("root"))
    return client


def _values(person: User, **changes: Any) -> dict[str, Any]:
    shown = {name: getattr(person, name) for name in ("username", "first_name", "last_name", "email")}
    flags = {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(person, name)}
    return {**shown, **flags, **changes}


def test_making_somebody_govern_is_recorded(admin: Client, alice: User, governance: Group) -> None:
    answer = admin.post(f"/admin/accounts/user/{alice.pk}/change/", _values(alice, groups=[governance.pk]))
    assert answer.status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_name, entry.face, entry.subject_label) == (
        "account.changed",
        "root",
        "admin",
        "alice",
    )
    assert (entry.before["groups"], entry.after["groups"]) == ([], ["governance"])


def test_rights_that_were_given_are_recorded_with_what_they_were(admin: Client, alice: User) -> None:
    admin.post(f"/admin/accounts/user/{alice.pk}/change/", _values(alice, is_staff="on"))
    entry = AuditEntry.objects.get()
    assert (entry.before["is_staff"], entry.after["is_staff"]) == (False, True)


def test_a_new_account_is_recorded_without_its_password(admin: Client) -> None:
    values = {"username": "eve", "usable_password": "true", "password1": "blue-otter-93", "password2": "blue-otter-93"}
    assert admin.post("/admin/accounts/user/add/", values).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_label) == ("account.created", "eve")
    assert "blue-otter" not in str(AuditEntry.objects.values().get())


def test_a_password_set_for_somebody_is_recorded_and_one_that_is_refused_is_not(admin: Client, alice: User) -> None:
    page = f"/admin/accounts/user/{alice.pk}/password/"
    admin.post(page, {"usable_password": "true", "password1": "12345", "password2": "12345"})
    assert not AuditEntry.objects.exists()
    admin.post(page, {"usable_password": "true", "password1": "blue-otter-93", "password2": "blue-otter-93"})
    assert AuditEntry.objects.get().verb == "account.changed"


@pytest.mark.parametrize("what", ["accounts/user", "projects/project"])
def test_nothing_that_the_trail_speaks_of_is_deleted(admin: Client, alice: User, flights: Project, what: str) -> None:
    pk = alice.pk if what == "accounts/user" else flights.pk
    assert admin.post(f"/admin/{what}/{pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("what", ["audit/auditentry", "projects/membership", "projects/projecttoken", "jobs/job"])
def test_some_things_are_only_to_be_read(admin: Client, what: str) -> None:
    assert admin.get(f"/admin/{what}/").status_code == 200
    assert admin.get(f"/admin/{what}/add/").status_code == 403


def test_groups_are_named_in_code_alone(admin: Client) -> None:
    assert admin.get("/admin/auth/group/").status_code == 404


def _project(**changes: Any) -> dict[str, Any]:
    return {"slug": "churn", "name": "Churn", "experiments": "[]", "model_names": "[]", "risk_tier": "low",
            "visibility": "members", **changes}  # fmt: skip


def test_a_project_is_created_and_changed_through_the_actions(admin: Client) -> None:
    assert admin.post("/admin/projects/project/add/", _project()).status_code == 302
    project = Project.objects.get()
    changed = _project(name="Churn of customers")
    assert admin.post(f"/admin/projects/project/{project.pk}/change/", changed).status_code == 302
    assert list(AuditEntry.objects.order_by("sequence").values_list("verb", "face")) == [
        ("project.created", "admin"),
        ("project.changed", "admin"),
    ]


def test_what_the_action_refuses_is_shown_next_to_the_field(admin: Client) -> None:
    answer = admin.post("/admin/projects/project/add/", _project(repository="/etc"))
    assert answer.status_code == 200
    assert "not below a folder that the operator opened" in answer.content.decode()
    assert not Project.objects.exists()
