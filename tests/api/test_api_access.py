"""Every endpoint and every method of it has a declared answer for a visitor and for each of the four people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mlops_portal.api.resource import Resource
from mlops_portal.api.scopes import Scope
from tests.api.conftest import Caller

WHO = ("visitor", "alice", "bob", "charlie", "dana")
Things = Mapping[str, Any]

P = {"slug": "flights"}
DRAFT, SUBMITTED = {"assessment_id": "draft"}, {"assessment_id": "submitted"}
ANSWER = {**DRAFT, "item": "HUM-01"}
REVIEW, JOB = {"review_id": "review"}, {"job_id": "job"}
WHY = {"reason": "It was asked for."}
PUSHED = {
    "topic": "pushed.ci",
    "payload": {
        "status": "success",
        "branch": "main",
        "default_branch": "main",
        "commit": "a" * 40,
        "finished_at": "2026-11-20T12:00:00Z",
    },
}

WAIVER = {**P, "exemption_id": "exemption"}
ASKED = {"kind": "not-applicable", "criterion": "MR-1.2", "text": "There is no release."}

STEP, DESIGN = {**P, "step_id": "step"}, {**P, "design_id": "design"}
VERSION = {"version_id": "version"}

GOVERNED = (401, 403, 403, 403, 200)
EVERYBODY, MEMBERS = (200, 200, 200, 200, 200), (404, 200, 200, 404, 200)
SIGNED_IN, MAY_READ = (401, 200, 200, 200, 200), (401, 200, 200, 404, 200)

#: Name and method → arguments, body, and the status for a visitor, Alice (owner of flights), Bob (its ML engineer),
#: Charlie (a stranger) and Dana (governance). Whatever needs If-Match is sent with ``*``: whatever it is now.
EXPECTED: dict[tuple[str, str], tuple[dict[str, str], Any, tuple[int, int, int, int, int]]] = {
    # Reading and trying the API
    ("api-schema", "GET"): ({}, None, EVERYBODY),
    ("api-docs", "GET"): ({}, None, EVERYBODY),
    ("api-client", "GET"): ({}, None, EVERYBODY),
    ("api-nowhere", "GET"): ({}, None, (404, 404, 404, 404, 404)),
    # Who is asking
    ("api-me", "GET"): ({}, None, SIGNED_IN),
    ("api-tokens", "GET"): ({}, None, SIGNED_IN),
    ("api-tokens", "POST"): ({}, {"name": "laptop", "scopes": ["read"]}, (401, 201, 201, 201, 201)),
    ("api-token", "DELETE"): ({"token_id": "token"}, None, (401, 204, 404, 404, 404)),
    # Projects
    ("api-projects", "GET"): ({}, None, EVERYBODY),
    ("api-projects", "POST"): ({}, {"slug": "wine", "name": "Wine"}, (401, 201, 201, 201, 201)),
    ("api-project", "GET"): (P, None, MEMBERS),
    ("api-project", "PATCH"): (P, {"name": "Flights 2"}, (401, 200, 403, 404, 200)),
    ("api-target", "PUT"): (P, {"level": 2, **WHY}, (401, 200, 403, 404, 200)),
    ("api-profile", "PUT"): (P, {"profile": "single-maintainer"}, (401, 403, 403, 404, 200)),
    ("api-cadence", "PUT"): (P, {"cadence_days": 90}, (401, 200, 403, 404, 200)),
    ("api-members", "GET"): (P, None, MAY_READ),
    ("api-member", "GET"): ({**P, "username": "bob"}, None, MAY_READ),
    ("api-member", "PUT"): ({**P, "username": "bob"}, {"roles": ["viewer"]}, (401, 200, 403, 404, 200)),
    ("api-member", "DELETE"): ({**P, "username": "bob"}, None, (401, 204, 403, 404, 204)),
    ("api-project-tokens", "GET"): (P, None, (401, 200, 403, 404, 200)),
    ("api-project-tokens", "POST"): (P, {"name": "ci"}, (401, 201, 403, 404, 201)),
    ("api-project-token", "DELETE"): ({**P, "token_id": "project_token"}, None, (401, 204, 403, 404, 204)),
    ("api-collect", "POST"): (P, {}, (401, 202, 202, 404, 202)),
    # What machines see
    ("api-evidence", "GET"): (P, None, MAY_READ),
    ("api-evidence", "POST"): (P, PUSHED, (401, 201, 201, 404, 201)),
    ("api-scorecard", "GET"): (P, None, MEMBERS),
    ("api-scorings", "GET"): (P, None, MEMBERS),
    ("api-next-steps", "GET"): (P, None, MEMBERS),
    ("api-gate", "GET"): (P, {"min-level": 1}, MEMBERS),
    ("api-frameworks", "GET"): ({}, None, EVERYBODY),
    ("api-framework", "GET"): ({"framework_id": "mlops-levels"}, None, EVERYBODY),
    # Governance's versions of frameworks: a candidate that was tried out
    ("api-framework-versions", "GET"): ({}, None, GOVERNED),
    ("api-framework-versions", "POST"): ({}, {"document": "id: [broken"}, (401, 403, 403, 403, 422)),
    ("api-framework-version", "GET"): (VERSION, None, GOVERNED),
    ("api-framework-try", "POST"): (VERSION, {}, (401, 403, 403, 403, 202)),
    ("api-framework-activate", "POST"): (VERSION, WHY, GOVERNED),
    ("api-framework-retire", "POST"): (VERSION, WHY, GOVERNED),
    # What people say
    ("api-assessments", "GET"): (P, None, MEMBERS),
    ("api-assessments", "POST"): (P, {"framework": "mlops-levels"}, (401, 409, 409, 404, 409)),
    ("api-assessment", "GET"): (DRAFT, None, MEMBERS),
    ("api-assessment-scorecard", "GET"): (DRAFT, None, MEMBERS),
    ("api-questionnaire", "GET"): (DRAFT, None, MAY_READ),
    ("api-answer", "GET"): (ANSWER, None, MAY_READ),
    ("api-answer", "PUT"): (ANSWER, {"answer": "no"}, (401, 200, 200, 404, 200)),
    ("api-answer", "DELETE"): (ANSWER, None, (401, 204, 204, 404, 204)),
    ("api-agreements", "PUT"): (DRAFT, {"agreements": {"staleness_days": 60}}, (401, 200, 200, 404, 200)),
    ("api-assessment-submit", "POST"): (DRAFT, {}, (401, 200, 200, 404, 200)),
    ("api-assessment-take-up", "POST"): (SUBMITTED, {}, (401, 403, 200, 404, 200)),
    ("api-assessment-withdraw", "POST"): (DRAFT, WHY, (401, 200, 200, 404, 200)),
    ("api-assessment-publish", "POST"): (SUBMITTED, {}, (401, 409, 403, 404, 409)),
    ("api-assessment-compare", "GET"): (DRAFT, None, MEMBERS),
    # What a second person decides
    ("api-reviews", "GET"): ({}, None, SIGNED_IN),
    ("api-review", "GET"): (REVIEW, None, MAY_READ),
    ("api-review-decide", "POST"): (
        REVIEW,
        {"answer": "approve", "digest": "digest", **WHY},
        (401, 403, 200, 404, 200),
    ),
    ("api-review-comments", "GET"): (REVIEW, None, MAY_READ),
    ("api-review-comments", "POST"): (REVIEW, {"text": "Why?"}, (401, 201, 201, 404, 201)),
    ("api-review-withdraw", "POST"): (REVIEW, WHY, (401, 200, 403, 404, 200)),
    # Exceptions: Alice asked for the waiver, and it is not decided
    ("api-exemptions", "GET"): (P, None, MAY_READ),
    ("api-exemptions", "POST"): (P, ASKED, (401, 201, 201, 404, 201)),
    ("api-exemption", "GET"): (WAIVER, None, MAY_READ),
    ("api-exemption-withdraw", "POST"): (WAIVER, WHY, (401, 200, 403, 404, 200)),
    ("api-exemption-revoke", "POST"): (WAIVER, WHY, (401, 409, 403, 404, 409)),
    ("api-exemption-renew", "POST"): (
        WAIVER,
        {"text": "Longer.", "expires": "2099-01-01T00:00:00Z"},
        (401, 409, 409, 404, 409),
    ),
    # What a project sets out to do: Alice took a criterion on, and began a design that has all its texts
    ("api-roadmap", "GET"): (P, None, MAY_READ),
    ("api-roadmap", "POST"): (P, {"criterion": "MR-1.2", "owner": "bob"}, (401, 201, 201, 404, 201)),
    ("api-step", "GET"): (STEP, None, MAY_READ),
    ("api-step", "PATCH"): (STEP, {"note": "In spring."}, MAY_READ),
    ("api-step-drop", "POST"): (STEP, WHY, MAY_READ),
    ("api-designs", "GET"): (P, None, MAY_READ),
    ("api-designs", "POST"): (P, {}, (401, 409, 409, 404, 409)),
    ("api-design", "GET"): (DESIGN, None, MAY_READ),
    ("api-design", "PATCH"): (DESIGN, {"problem": "Passengers wait."}, MAY_READ),
    ("api-design-submit", "POST"): (DESIGN, {}, MAY_READ),
    ("api-design-withdraw", "POST"): (DESIGN, WHY, MAY_READ),
    # Running it
    ("api-jobs", "GET"): ({}, None, SIGNED_IN),
    ("api-job", "GET"): (JOB, None, MAY_READ),
    ("api-job-cancel", "POST"): (JOB, {}, (401, 200, 200, 404, 200)),
    ("api-job-retry", "POST"): (JOB, {}, (401, 200, 200, 404, 200)),
    ("api-audit", "GET"): ({}, None, (401, 403, 403, 403, 200)),
}

#: All names that this file answers for, for the test of all addresses.
NAMES = {name for name, _ in EXPECTED}


def endpoints(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, type[Resource]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns)
        elif pattern.name and issubclass(getattr(pattern.callback, "view_class", object), Resource):
            yield pattern.name, pattern.callback.view_class  # type: ignore[attr-defined]


ENDPOINTS = dict(endpoints(get_resolver().url_patterns))


def test_every_method_of_every_endpoint_has_an_expectation() -> None:
    methods = ("get", "post", "put", "patch", "delete")
    there = {(name, m.upper()) for name, view in ENDPOINTS.items() for m in methods if hasattr(view, m)}
    nowhere = {key for key in there if key[0] == "api-nowhere"}
    pages = {(name, "GET") for name in ("api-schema", "api-docs", "api-client", "api-nowhere")}
    assert there - nowhere == set(EXPECTED) - pages


def test_every_method_of_every_endpoint_declares_the_scope_that_a_token_needs() -> None:
    lacking = [key for key in EXPECTED if key[0] in ENDPOINTS and key[1] not in ENDPOINTS[key[0]].scopes]
    assert lacking == [("api-nowhere", "GET")]


def test_whatever_changes_something_takes_more_than_the_scope_to_read() -> None:
    for name, method in EXPECTED:
        if name in ENDPOINTS and name != "api-nowhere" and method != "GET":
            assert ENDPOINTS[name].scopes[method] is not Scope.READ, name


def ask(caller: Caller, name: str, method: str, things: Things) -> Any:
    arguments, body, _ = EXPECTED[name, method]
    ids = {key: getattr(things.get(value, value), "pk", things.get(value, value)) for key, value in arguments.items()}
    path = "/api/nowhere" if name == "api-nowhere" else reverse(name, kwargs=ids)
    if method == "GET" and body:
        return caller.client.get(path, body, headers=caller.headers)
    if isinstance(body, dict) and body.get("digest") == "digest":
        body = {**body, "digest": things["review"].digest}
    return caller(method, path, body, If_Match="*")


@pytest.mark.parametrize(("name", "method"), EXPECTED)
def test_each_endpoint_answers_each_person_as_declared(
    name: str, method: str, callers: Mapping[str, Caller], one_of_each: Things
) -> None:
    answers = {}
    for who in WHO:
        with transaction.atomic():  # each finds everything as it was
            answers[who] = ask(callers[who], name, method, one_of_each).status_code
            transaction.set_rollback(True)
    assert answers == dict(zip(WHO, EXPECTED[name, method][2], strict=True))


@pytest.mark.parametrize(
    ("name", "method"), [key for key in EXPECTED if key[0] in ENDPOINTS and key[0] != "api-nowhere"]
)
def test_a_token_without_the_scope_is_refused_whoever_it_belongs_to(
    name: str, method: str, one_of_each: Things, token: Any, dana: Any
) -> None:
    needed = ENDPOINTS[name].scopes[method]
    caller = token(dana, *(scope for scope in Scope if scope is not needed))
    refused = ask(caller, name, method, one_of_each)
    assert refused.status_code == 403
    assert needed in refused.json()["title"]
