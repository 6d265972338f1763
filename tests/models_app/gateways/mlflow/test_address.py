"""Which addresses may be asked at all, by whom, and that passwords never show."""

from __future__ import annotations

import pytest

from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.address import is_outside, read_address
from models_app.gateways.mlflow.connect import connect
from tests.models_app.gateways.mlflow.strange_server import answer, strange_server


@pytest.mark.parametrize(
    "uri", ["databricks", "ftp://host/x", "gopher://host", "javascript://x", "uc:profile", "models:/x", "s3://bucket"]
)
def test_other_schemes_are_refused(uri: str) -> None:
    with pytest.raises(Unavailable) as caught:
        read_address(uri, inside=True)
    assert caught.value.permanent


@pytest.mark.parametrize("uri", ["./mlruns", "/srv/mlruns", "file:///srv/mlruns", "file:mlruns"])
def test_a_folder_of_runs_is_refused_with_the_way_out(uri: str) -> None:
    with pytest.raises(Unavailable, match="mlflow migrate-filestore"):
        read_address(uri, inside=True)


@pytest.mark.parametrize(
    "uri", ["http://[::1", "http://host:notaport/", "http://", "https:///path", "http://host:99999"]
)
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(Unavailable):
        read_address(uri, inside=True)


@pytest.mark.parametrize(
    "uri", ["sqlite:////srv/mlflow.db", "postgresql://db.example.org/mlflow", "mysql+pymysql://db.example.org/mlflow"]
)
def test_databases_are_the_operators_only(uri: str) -> None:
    assert read_address(uri, inside=True).shown == uri
    with pytest.raises(Unavailable, match="Only the operator"):
        read_address(uri, inside=False)


def test_credentials_are_read_but_never_shown() -> None:
    address = read_address("https://alice:p%40ss@mlflow.example.org:8443/base/?token=abc", inside=False)
    assert (address.user, address.password) == ("alice", "p@ss")
    assert address.shown == "https://mlflow.example.org:8443/base"
    assert "p@ss" not in repr(address)
    assert "p%40ss" not in repr(address)
    assert "abc" not in repr(address)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "255.255.255.255",
    ],
)  # fmt: skip
def test_addresses_inside_are_recognised_in_every_disguise(ip: str) -> None:
    assert not is_outside(ip)


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1"])
def test_addresses_outside_are_recognised(ip: str) -> None:
    assert is_outside(ip)


def test_a_strangers_address_on_loopback_is_refused_before_anything_is_sent() -> None:
    with strange_server(answer(200, {})) as server:
        for uri in (
            server.uri,
            server.uri.replace("127.0.0.1", "localhost"),
            server.uri.replace("127.0.0.1", "0x7f.1"),
        ):
            with pytest.raises(Unavailable, match="loopback or private") as caught:
                connect(uri).experiment("flights")
            assert caught.value.permanent
        assert server.asked == []


def test_only_exactly_the_operators_address_is_trusted() -> None:
    with strange_server(answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})) as server:
        trusted = frozenset({server.uri})
        assert connect(server.uri, trusted=trusted).experiment("flights") is None
        with pytest.raises(Unavailable, match="loopback or private"):
            connect(f"{server.uri}/other", trusted=trusted).experiment("flights")
