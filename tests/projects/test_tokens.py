"""A token opens its project until it expires, is revoked, or the project is archived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.actions import issue_token, revoke_token
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.projects.tokens import authenticate_token, new_secret

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SYSTEM = Actor.system("tests")


def test_the_secret_finds_its_token_and_its_use_is_noted(flights: Project) -> None:
    token, secret = issue_token(actor=SYSTEM, project=flights, name="ci")
    with time_machine.travel(NOON, tick=False):
        assert authenticate_token(secret) == token
    assert ProjectToken.objects.get().last_used_at == NOON


def test_frequent_use_is_noted_at_most_once_a_minute(flights: Project) -> None:
    _, secret = issue_token(actor=SYSTEM, project=flights, name="ci")
    for seconds in (0, 30, 59):
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            assert authenticate_token(secret)
            assert ProjectToken.objects.get().last_used_at == NOON
    with time_machine.travel(NOON + timedelta(seconds=61), tick=False):
        assert authenticate_token(secret)
        assert ProjectToken.objects.get().last_used_at == clock.now()


@pytest.mark.parametrize("secret", ["", "mlp_", "x" * 47, "mlp_" + "A" * 43, "mlp_" + "ä" * 43, "mlp_" + "A" * 10_000])
def test_what_was_never_issued_opens_nothing(secret: str, db: None) -> None:
    assert authenticate_token(secret) is None


def test_the_stored_digest_is_no_secret(flights: Project) -> None:
    token, _ = issue_token(actor=SYSTEM, project=flights, name="ci")
    assert authenticate_token(token.digest) is None


def test_an_expired_token_opens_nothing_from_that_moment(flights: Project) -> None:
    with time_machine.travel(NOON, tick=False):
        _, secret = issue_token(actor=SYSTEM, project=flights, name="ci", expires_at=NOON + timedelta(hours=1))
    with time_machine.travel(NOON + timedelta(minutes=59), tick=False):
        assert authenticate_token(secret)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert authenticate_token(secret) is None


def test_a_revoked_token_opens_nothing(flights: Project) -> None:
    token, secret = issue_token(actor=SYSTEM, project=flights, name="ci")
    revoke_token(actor=SYSTEM, token=token)
    assert authenticate_token(secret) is None


def test_a_token_of_an_archived_project_opens_nothing(flights: Project) -> None:
    _, secret = issue_token(actor=SYSTEM, project=flights, name="ci")
    Project.objects.update(archived_at=NOON)
    assert authenticate_token(secret) is None


def test_secrets_are_long_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {47}
