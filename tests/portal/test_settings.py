"""Settings: governance sets policies with a reason, operators see what the installation is; nobody sees a secret."""

from __future__ import annotations

from collections.abc import Callable
from smtplib import SMTPException

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from assessments.models import Policy
from assessments.selectors.policies import policy_for
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients

PAGE = "/settings/policies/high/"
VALUES = {"reviewers": 2, "cadence_days": 90, "longest_waiver_days": 60, "reason": "The regulator asks for it."}


@pytest.fixture
def operator(db: None) -> Client:
    browser = Client()
    browser.force_login(User.objects.create_user("olga", "olga@example.org", is_staff=True))
    return browser


def text(client: Client, path: str = "/settings/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_governance_sets_a_policy_and_it_counts(clients: Clients, flights: Project) -> None:
    Project.objects.update(risk_tier="high")
    assert clients["dana"].post(PAGE, VALUES)["Location"] == "/settings/"
    policy = policy_for(Project.objects.get())
    assert (policy.reviewers, policy.cadence_days, policy.longest_waiver_days) == (2, 90, 60)
    entry = AuditEntry.objects.get(verb="policy.set")
    assert (entry.actor_name, entry.reason, entry.before["reviewers"], entry.after["reviewers"]) == (
        "Dana Dimova",
        "The regulator asks for it.",
        1,
        2,
    )
    html = text(clients["dana"])
    assert "2 other people" in html
    assert "1 project<" in html


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reviewers": 0}, "greater than or equal to 1"),
        ({"reviewers": 6}, "less than or equal to 5"),
        ({"cadence_days": 1}, "greater than or equal to 7"),
        ({"longest_waiver_days": 181}, "less than or equal to 180"),
        ({"reason": "  "}, "required"),
        ({"reviewers": "many"}, "whole number"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_is_kept(
    clients: Clients, wrong: dict[str, object], said: str
) -> None:
    answer = clients["dana"].post(PAGE, {**VALUES, "cadence_days": 91, **wrong})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert "cadence_days" in wrong or 'value="91"' in html
    assert not Policy.objects.exists()


def test_two_editors_do_not_overwrite_each_other(clients: Clients) -> None:
    seen = clients["dana"].get(PAGE).context["form"].initial["seen"]
    clients["dana"].post(PAGE, {**VALUES, "seen": seen})
    answer = clients["dana"].post(PAGE, {**VALUES, "reviewers": 3, "seen": seen})
    assert answer.status_code == 422
    assert "Somebody else has changed this policy" in answer.content.decode()
    assert Policy.objects.get().reviewers == 2


def test_an_operator_reads_policies_but_does_not_set_them(operator: Client) -> None:
    html = text(operator)
    assert "Policies by risk tier" in html
    assert "Change<" not in html
    assert operator.post(PAGE, VALUES).status_code == 403


def test_governance_does_not_see_what_only_operators_see(clients: Clients, operator: Client) -> None:
    assert "This installation" in text(operator)
    assert "This installation" not in text(clients["dana"])


def test_a_tier_that_is_none_is_not_found(clients: Clients) -> None:
    assert clients["dana"].get("/settings/policies/huge/").status_code == 404


def test_addresses_are_shown_without_credentials_and_secrets_never(operator: Client, settings: Settings) -> None:
    settings.MLFLOW_TRACKING_URI = "http://portal:hunter2-hunter2@mlflow.example.org:5000"
    settings.OIDC_ISSUER = "https://login.example.org"
    settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD = "mail.example.org", "hunter2-hunter2"
    for page in ("/settings/", "/integrations/"):
        html = text(operator, page)
        assert "mlflow.example.org" in html
        assert "hunter2" not in html
        assert settings.SECRET_KEY not in html


def test_the_settings_take_as_many_queries_for_thirty_projects_as_for_three(
    clients: Clients, queries: Callable[[Client, str], int]
) -> None:
    for number in range(3):
        Project.objects.create(slug=f"p-{number}", name=f"P {number}")
    few = queries(clients["dana"], "/settings/")
    for number in range(30):
        Project.objects.create(slug=f"q-{number}", name=f"Q {number}")
    assert queries(clients["dana"], "/settings/") == few


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_an_operator_sends_a_test_mail_to_themselves(operator: Client, mail_server: None) -> None:
    assert "Send a test mail to me" in text(operator, "/integrations/")
    operator.post("/integrations/test-mail/")
    assert "took a mail to olga@example.org" in text(operator, "/integrations/")
    assert mail.outbox[0].to == ["olga@example.org"]
    assert AuditEntry.objects.get(verb="mail.tested").after["trouble"] is None


def test_a_mail_server_that_refuses_is_told_and_recorded(
    operator: Client, mail_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SMTPException("535 wrong user")

    monkeypatch.setattr("mlops_portal.portal.mail.send_mail", refuse)
    operator.post("/integrations/test-mail/")
    assert "535 wrong user" in text(operator, "/integrations/")
    assert AuditEntry.objects.get(verb="mail.tested").after["trouble"] == "535 wrong user"


def test_without_a_mail_server_there_is_nothing_to_test(operator: Client) -> None:
    assert "Send a test mail" not in text(operator, "/integrations/")
    operator.post("/integrations/test-mail/")
    assert "No mail server is connected." in text(operator, "/integrations/")
