"""A server that is wrong, old, slow or hostile ends in one of our errors, in time, and never tells a password."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.connect import connect
from models_app.gateways.mlflow.port import Refused, Unsuitable
from tests.models_app.gateways.mlflow.conftest import PASSWORD, Server
from tests.models_app.gateways.mlflow.seeding import NOW
from tests.models_app.gateways.mlflow.strange_server import Respond, answer, strange_server

SINCE = NOW - timedelta(days=90)


def _failure(respond: Respond, seconds: float = 10.0) -> Unavailable:
    """What looking for an experiment ends in."""
    with strange_server(respond) as server, pytest.raises(Unavailable) as caught:
        connect(server.uri, inside=True, seconds=seconds).experiment("flights")
    return caught.value


@pytest.mark.mlflow_server
def test_a_wrong_password_is_refused_and_not_repeated(guarded_server: Server) -> None:
    with pytest.raises(Refused) as caught:
        connect(guarded_server.uri("dana", "wr0ng-secret"), inside=True).experiment("flights")
    assert caught.value.permanent
    assert "credentials" in str(caught.value)
    assert "wr0ng-secret" not in str(caught.value)


@pytest.mark.mlflow_server
def test_no_password_is_refused_too(guarded_server: Server) -> None:
    with pytest.raises(Refused):
        connect(guarded_server.uri(), inside=True).experiment("flights")


@pytest.mark.mlflow_server
def test_the_right_password_lets_us_look(guarded_server: Server) -> None:
    assert connect(guarded_server.uri("dana", PASSWORD), inside=True).experiment("never made") is None


def test_a_login_page_is_not_taken_for_mlflow() -> None:
    error = _failure(answer(200, b"<!doctype html><title>Sign in</title>"))
    assert isinstance(error, Unsuitable)
    assert "login page" in str(error)


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000, b'{"experiment": 7}'])
def test_nonsense_is_not_taken_for_mlflow(body: bytes) -> None:
    assert isinstance(_failure(answer(200, body)), Unsuitable)


def test_an_unknown_page_means_no_mlflow_or_a_too_old_one() -> None:
    error = _failure(answer(404, b"<h1>Not found</h1>"))
    assert isinstance(error, Unsuitable)
    assert "too old" in str(error)


def test_a_missing_endpoint_is_not_taken_for_a_missing_experiment() -> None:
    error = _failure(answer(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": "No such API"}))
    assert isinstance(error, Unsuitable)


def test_a_redirect_is_named_and_not_followed() -> None:
    with strange_server(answer(200, {})) as elsewhere:
        error = _failure(answer(302, b"", Location=f"{elsewhere.uri}/login?token=s3cret"))
        assert elsewhere.asked == []
    assert isinstance(error, Unsuitable)
    assert "redirects to http://127.0.0.1" in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (503, False), (429, False), (400, True)])
def test_trouble_of_the_server_may_pass_our_own_does_not(status: int, permanent: bool) -> None:
    error = _failure(answer(status, {"error_code": "X", "message": "broken\n\x1b[31mpipe"}))
    assert error.permanent is permanent
    assert "(broken [31mpipe)" in str(error)


def test_a_forbidden_experiment_is_refused_with_the_servers_words() -> None:
    error = _failure(answer(403, {"error_code": "PERMISSION_DENIED", "message": "Permission denied"}))
    assert isinstance(error, Refused)
    assert "Permission denied" in str(error)


def _silence(_: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(3)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(60):
        try:
            handler.wfile.write(b"x")
            handler.wfile.flush()
        except OSError:
            return
        threading.Event().wait(0.05)


@pytest.mark.parametrize("respond", [_silence, _drip], ids=["silent", "a byte now and then"])
def test_a_server_that_takes_for_ever_is_given_up_in_time(respond: Respond) -> None:
    started = time.monotonic()
    error = _failure(respond, seconds=0.5)
    assert time.monotonic() - started < 2
    assert "in time" in str(error)
    assert not error.permanent


def test_time_is_counted_over_all_questions() -> None:
    with strange_server(answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})) as server:
        tracking = connect(server.uri, inside=True, seconds=0.3)
        with pytest.raises(Unavailable, match="in time"):
            all(tracking.experiment("flights") is None for _ in range(100_000))


def test_an_endless_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models_app.gateways.mlflow.wire.MOST_BYTES", 1000)
    assert "sent more than" in str(_failure(answer(200, b"x" * 2000)))


def test_a_broken_connection_may_be_tried_again() -> None:
    error = _failure(lambda handler: handler.connection.close())
    assert not error.permanent


def test_a_closed_port_is_said_to_refuse() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with pytest.raises(Unavailable, match="refuses connections") as caught:
        connect(f"http://127.0.0.1:{port}", inside=True).experiment("flights")
    assert not caught.value.permanent


def test_an_unknown_host_is_said_to_be_unknown() -> None:
    with pytest.raises(Unavailable, match="No server is called"):
        connect("http://nowhere.invalid", inside=True).experiment("flights")


def test_a_server_without_tls_behind_https_is_unreachable_not_a_crash() -> None:
    with strange_server(answer(200, {})) as server, pytest.raises(Unavailable):
        connect(server.uri.replace("http://", "https://"), inside=True).experiment("flights")


def _old_server(handler: BaseHTTPRequestHandler) -> None:
    """An MLflow from before aliases, data set inputs and run names."""
    run = {
        "info": {
            "run_uuid": "r1",
            "experiment_id": "1",
            "start_time": str(int(NOW.timestamp() * 1000)),
            "status": "FINISHED",
        },
        "data": {"metrics": [{"key": "mae", "value": "NaN"}, {"key": "rmse"}], "tags": [{"key": "mlflow.user"}]},
    }
    documents: dict[str, Any] = {
        "/runs/search": {"runs": [run]},
        "/registered-models/get": {"registered_model": {"name": "flights-delay"}},
        "/model-versions/search": {"model_versions": [{"name": "flights-delay", "version": "1"}]},
    }
    path = handler.path.partition("?")[0].removeprefix("/api/2.0/mlflow")
    answer(200, documents[path])(handler) if path in documents else answer(404, b"")(handler)


def test_an_old_server_is_read_as_far_as_it_goes() -> None:
    with strange_server(_old_server) as server:
        tracking = connect(server.uri, inside=True)
        run = tracking.runs(["1"], since=SINCE, most=10).items[0]
        assert (run.id, run.inputs, run.params) == ("r1", (), {})
        assert run.metrics.keys() == {"mae", "rmse"}
        model = tracking.model("flights-delay")
        assert model is not None
        assert model.aliases == {}
        assert tracking.versions("flights-delay", most=5)[0].run_id == ""


@pytest.mark.parametrize(
    "page",
    [
        {"runs": 7},
        {"runs": [7]},
        {"runs": [{}]},
        {"runs": [{"info": {"start_time": NOW.timestamp() * 1000}, "data": {"tags": "none"}}]},
    ],
)
def test_runs_in_an_unknown_shape_are_unsuitable(page: dict[str, Any]) -> None:
    with strange_server(answer(200, page)) as server, pytest.raises(Unsuitable):
        connect(server.uri, inside=True).runs(["1"], since=SINCE, most=10)


def test_a_server_whose_pages_never_end_is_left_at_the_first_repetition() -> None:
    run = {"info": {"run_id": "r1", "start_time": int(NOW.timestamp() * 1000)}}
    with strange_server(answer(200, {"runs": [run], "next_page_token": "again"})) as server:
        runs = connect(server.uri, inside=True).runs(["1"], since=SINCE, most=10)
        assert len(server.asked) == 2
    assert [item.id for item in runs.items] == ["r1"]


def test_the_operators_credentials_go_to_the_operators_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "dana")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "s3cret")
    with strange_server(answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})) as server:
        connect(server.uri, trusted=frozenset({server.uri})).experiment("flights")
        connect(server.uri, inside=True).experiment("flights")
    sent = [header for _, _, header in server.asked]
    assert sent == ["Basic ZGFuYTpzM2NyZXQ=", ""]


def test_a_name_with_odd_letters_stays_one_name() -> None:
    with strange_server(answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})) as server:
        assert connect(server.uri, inside=True).model("a&name=b/../c d") is None
    assert server.asked[0][1].endswith("/registered-models/get?name=a%26name%3Db%2F..%2Fc+d")
