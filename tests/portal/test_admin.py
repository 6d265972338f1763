"""The admin shows everything and changes only through actions: no model can be saved past the trail."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.test import Client

from assessments.models import Assessment, EvidenceRecord, Exemption, Policy
from mlops_portal.accounts.models import User
from mlops_portal.audit.admin import ReadOnlyAdmin
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project

#: The only models that can be changed in the admin, each through an action (see the tests of its app).
CHANGED = {"accounts.user", "projects.project", "assessments.policy"}
#: Not shown: parts of rows that are shown, and what the machinery keeps for itself.
HIDDEN = {"assessments.answer", "audit.chainhead", "api.keptanswer"}
REGISTERED = {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}
OURS = {"accounts", "audit", "jobs", "projects", "reviews", "assessments", "models_app", "api", "portal", "web"}


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_every_model_of_ours_is_shown() -> None:
    ours = {model._meta.label_lower for model in apps.get_models() if model._meta.app_label in OURS}
    assert ours - HIDDEN <= set(REGISTERED)


def test_everything_but_a_few_is_to_be_read_only() -> None:
    assert {label for label, shown in REGISTERED.items() if not isinstance(shown, ReadOnlyAdmin)} == CHANGED


@pytest.mark.parametrize("label", sorted(REGISTERED))
def test_every_list_opens_and_what_is_read_only_stays_so(root: Client, label: str) -> None:
    page = f"/admin/{label.replace('.', '/')}/"
    assert root.get(page).status_code == 200
    if label not in CHANGED:
        assert root.get(f"{page}add/").status_code == 403
        assert root.post(page, {"action": "delete_selected", "_selected_action": "1"}).status_code in (200, 302, 403)


def test_rows_lead_to_their_pages(root: Client, flights: Project, alice: User) -> None:
    at = clock.now()
    values = {"framework": "mlops-levels", "framework_version": "1.0", "started_by": alice, "started_at": at}
    made = Assessment.objects.create(project=flights, **values)
    asked = {"criterion": "MR-1.1", "reason_code": "accepted-risk", "text": "A pilot."}
    waiver = Exemption.objects.create(
        project=flights, kind="not-applicable", starts=at, requested_by=alice, requested_at=at, **asked
    )
    for path, expected in (
        (f"assessments/assessment/{made.pk}", f"/assessments/{made.pk}/"),
        (f"assessments/exemption/{waiver.pk}", f"/projects/flights/waivers/{waiver.pk}/"),
    ):
        assert f'href="{expected}"' in root.get(f"/admin/{path}/change/").content.decode()


def test_evidence_cannot_be_changed(root: Client, flights: Project) -> None:
    at = clock.now()
    seen = {"first_seen_at": at, "last_effective_at": at, "last_seen_at": at}
    row = EvidenceRecord.objects.create(project=flights, topic="git.ci", subject="x", sight="ok", digest="1", **seen)
    assert root.post(f"/admin/assessments/evidencerecord/{row.pk}/change/", {"topic": "git.tests"}).status_code == 403


POLICY = {"risk_tier": "high", "reviewers": 2, "cadence_days": 90, "longest_waiver_days": 60, "reason": "It is asked."}


def test_a_policy_is_set_through_its_action(root: Client) -> None:
    assert root.post("/admin/assessments/policy/add/", POLICY).status_code == 302
    policy = Policy.objects.get()
    changed = {**POLICY, "reviewers": 3, "reason": "More eyes."}
    assert root.post(f"/admin/assessments/policy/{policy.pk}/change/", changed).status_code == 302
    entries = AuditEntry.objects.filter(verb="policy.set").order_by("sequence")
    assert [(entry.face, entry.after["reviewers"], entry.reason) for entry in entries] == [
        ("admin", 2, "It is asked."),
        ("admin", 3, "More eyes."),
    ]


def test_staff_who_do_not_govern_do_not_set_policies(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    client.force_login(bob)
    assert client.get("/admin/assessments/policy/").status_code == 200
    assert client.post("/admin/assessments/policy/add/", POLICY).status_code == 403


def test_an_address_that_an_operator_writes_is_proven(root: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email="famous@example.org", verified=False)
    values = {"username": "alice", "email": "alice@new.example.org", "is_active": "on"}
    assert root.post(f"/admin/accounts/user/{alice.pk}/change/", values).status_code == 302
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("alice@new.example.org", True)]


def test_a_lost_second_factor_is_taken_away_with_a_reason_only(root: Client, alice: User) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=alice, type="totp", data={})
    chosen = {"action": "take_second_factor", "_selected_action": str(alice.pk), "index": "0"}
    root.post("/admin/accounts/user/", chosen)
    assert Authenticator.objects.exists()
    root.post("/admin/accounts/user/", {**chosen, "reason": "The phone was lost."})
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(verb="account.second-factor-removed")
    assert (entry.actor_name, entry.face, entry.reason) == ("root", "admin", "The phone was lost.")
