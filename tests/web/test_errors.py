"""What went wrong becomes a page that says what happened and what to do, without the database when that is down."""

from __future__ import annotations

from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from mlops_portal.accounts.models import User
from mlops_portal.kernel.errors import (
    Conflict,
    Invalid,
    InvalidTransition,
    NotAllowed,
    NotFound,
    PortalError,
    Stale,
    Unavailable,
)
from mlops_portal.web import errors


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("No."), 403),
        (NotFound("None."), 404),
        (Invalid("Bad."), 400),
        (InvalidTransition("No way."), 409),
        (Stale("Old."), 409),
        (Conflict("Open."), 409),
        (Unavailable("Away."), 503),
        (PortalError("Odd."), 400),
    ],
)
def test_each_refusal_has_its_status_and_says_what_and_what_to_do(error: PortalError, status: int) -> None:
    error.do = "Do this."
    response = errors.page(errors.from_error(error))
    assert response.status_code == status
    assert error.what in response.content.decode()
    assert "Do this." in response.content.decode()


def test_a_refusal_raised_in_a_view_becomes_its_page() -> None:
    request = RequestFactory().post("/x/")
    request.user = User(username="alice")
    response = errors.PortalErrorMiddleware(lambda _: HttpResponse()).process_exception(request, Conflict("Open."))
    assert response is not None
    assert response.status_code == 409


def test_other_errors_are_left_to_django() -> None:
    middleware = errors.PortalErrorMiddleware(lambda _: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("bug")) is None


def test_hostile_text_in_a_refusal_stays_text() -> None:
    assert b"<script>alert" not in errors.page(errors.from_error(Invalid("<script>alert(1)</script>"))).content


def test_a_visitor_is_offered_to_sign_in_and_come_back() -> None:
    request = RequestFactory().get("/projects/secret/?a=1")
    request.user = AnonymousUser()
    html = errors.not_found(request, Http404()).content.decode()
    assert "/accounts/login/?next=/projects/secret/%3Fa%3D1" in html


def test_who_is_signed_in_is_not_told_to_sign_in() -> None:
    request = RequestFactory().get("/x/")
    request.user = User(username="alice")
    assert "Sign in" not in errors.permission_denied(request, PermissionDenied()).content.decode()


def test_bad_request_says_its_reason() -> None:
    html = errors.bad_request(RequestFactory().get("/"), BadRequest("No such page number.")).content.decode()
    assert "No such page number." in html


def test_the_page_of_a_crash_needs_neither_session_nor_database() -> None:
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"nothing you saved before is lost" in response.content


def test_a_crash_in_a_view_shows_the_page_and_no_internals(client: Client, db: None) -> None:
    client.raise_request_exception = False
    with mock.patch("mlops_portal.portal.pages.portfolio.figures.figures", side_effect=RuntimeError("secret detail")):
        response = client.get("/")
    assert response.status_code == 500
    assert b"The portal failed" in response.content
    assert b"secret detail" not in response.content


def test_an_unknown_address_says_so(client: Client, db: None) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert b"There is nothing at this address" in response.content


def test_an_expired_form_says_that_nothing_was_changed(db: None, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/accounts/logout/")
    assert response.status_code == 403
    assert b"The form had expired" in response.content
