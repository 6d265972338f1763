"""The description of the API is valid and true: no endpoint answers what it does not say, nobody can make one fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from mlops_portal.accounts.models import User
from mlops_portal.wsgi import application
from tests.api.conftest import Caller, Token

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """Requests by WSGI close the database's connection when they end; here the test's transaction needs it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(kept_connection: None) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


def test_the_description_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_the_page_that_shows_it_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs/")
    text = page.content.decode()
    assert "http://" not in text + page["Content-Security-Policy"]
    assert "https://" not in text + page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "<script>" not in text


def operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        yield found.ok()


#: What of a path there really is, so that not all of it is about things that do not exist.
def placed(case: Any, things: Mapping[str, Any]) -> None:
    known = {
        "slug": "flights",
        "assessment_id": things["draft"],
        "review_id": things["review"].pk,
        "job_id": things["job"],
        "item": "HUM-01",
        "username": "bob",
        "framework_id": "mlops-levels",
        "exemption_id": things["exemption"],
        "version_id": things["version"],
        "step_id": things["step"],
        "design_id": things["design"],
    }
    for name, value in known.items():
        if name in case.path_parameters:
            case.path_parameters[name] = value


@pytest.mark.parametrize("who", ["visitor", "alice", "dana"])
def test_nothing_that_is_sent_makes_an_endpoint_fail_or_answer_what_it_does_not_say(
    who: str,
    schema: Any,
    one_of_each: Mapping[str, Any],
    alice: User,
    dana: User,
    token: Token,
    settings_of_limits: None,
) -> None:
    people = {"alice": alice, "dana": dana}
    scopes = ("read", "evidence", "assess", "review", "admin")
    headers = token(people[who], *scopes).headers if who in people else Caller().headers
    for operation in operations(schema):
        _try(operation, headers, one_of_each)


@pytest.fixture
def settings_of_limits(settings: Any) -> None:
    settings.API_RATE_CHANGES = settings.API_RATE_VISITORS = "100000/min"


def _try(operation: Any, headers: Mapping[str, str], things: Mapping[str, Any]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def attempt(case: Any, real: bool) -> None:
        if real:
            placed(case, things)
        with transaction.atomic():
            case.call_and_validate(headers=dict(headers), checks=CHECKS)
            transaction.set_rollback(True)

    attempt()
