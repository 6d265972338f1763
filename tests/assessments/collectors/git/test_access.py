"""Addresses that are accepted and refused, hosts that may be asked, and local repositories of every kind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.collectors.git.access import open_repository
from assessments.collectors.git.address import parse_address
from assessments.collectors.git.reach import Reach, allowed_addresses, is_public
from assessments.collectors.git.refusals import CannotLook, is_plain, shown
from assessments.collectors.git.remote import Remote, explained
from assessments.evidence import Sight
from tests.assessments.collectors.git.looking import request
from tests.assessments.collectors.git.repositories import Commit, git, make_repository


@pytest.mark.parametrize(
    ("source", "transport", "identity"),
    [
        ("https://forge.example/team/flights.git", "https", "https://forge.example/team/flights.git"),
        ("https://alice:secret@forge.example:8443/flights", "https", "https://forge.example:8443/flights"),
        ("https://token@forge.example/flights", "https", "https://forge.example/flights"),
        ("HTTPS://Forge.Example/flights", "https", "https://forge.example/flights"),
        ("ssh://git@forge.example:2222/team/flights", "ssh", "ssh://git@forge.example:2222/team/flights"),
        ("ssh://git:secret@forge.example/flights", "ssh", "ssh://git@forge.example/flights"),
        ("git@forge.example:team/flights.git", "ssh", "git@forge.example:team/flights.git"),
        ("forge.example:flights", "ssh", "forge.example:flights"),
        ("https://[2001:db8::1]/flights", "https", "https://[2001:db8::1]/flights"),
    ],
)
def test_addresses_are_understood_and_shown_without_credentials(source: str, transport: str, identity: str) -> None:
    address = parse_address(source)
    assert (address.transport, address.identity) == (transport, identity)
    assert "secret" not in address.url + repr(address)
    assert "token" not in address.url + repr(address)


@pytest.mark.parametrize(
    "source",
    [
        "ext::sh -c touch% /tmp/owned",
        "ext::https://forge.example/flights",
        "fd::17",
        "file:///srv/secret",
        "FILE:///srv/secret",
        "git://forge.example/flights",
        "ftp://forge.example/flights",
        "http+unix://x/y",
        "--upload-pack=touch owned",
        "-oProxyCommand=touch owned",
        "ssh://-oProxyCommand=touch/flights",
        "ssh://-x@forge.example/flights",
        "-x@forge.example:flights",
        "forge.example:-x",
        "git@-oProxyCommand=x:flights",
        "https://forge.example/flights\n[core]",
        "https://forge.example/\x1b[31m",
        "https://forge.example/flights?token=1",
        "https://forge.example/flights#x",
        "https://forge.example/",
        "https:///flights",
        "https://forge example/flights",
        "https://alice:a%0apassword=b@forge.example/flights",
        "https://forge.example:99999/flights",
        "https://[::1/flights",
        "",
        "  ",
        "\0",
    ],
)
def test_other_transports_options_and_disguises_are_refused(source: str) -> None:
    with pytest.raises(CannotLook, match=r"(?s)Refused: .* Give a path, an https:// or ssh:// URL"):
        parse_address(source)


@given(st.text(max_size=200))
def test_whatever_is_typed_gives_an_address_or_a_refusal_and_no_other_error(source: str) -> None:
    try:
        address = parse_address(source)
    except CannotLook as refusal:
        said, transport, url = str(refusal), "refused", ""
    else:
        said, transport, url = address.identity, address.transport, address.url
    assert is_plain(said)
    assert transport in ("path", "https", "http", "ssh", "refused")
    assert not url.startswith("-")


@given(st.text(alphabet=st.characters(categories=("L", "N"), max_codepoint=127), min_size=12, max_size=40))
def test_no_password_survives_in_what_is_shown(password: str) -> None:
    address = parse_address(f"https://alice:{password}@forge.example/flights")
    assert address.password == password
    said = explained(f"fatal: https://alice:{password}@forge.example: strange, said {password}", address)
    assert password not in str(said) + repr(address) + address.identity
    assert password not in shown(f"see https://alice:{password}@forge.example/x")


@given(st.binary(max_size=100))
def test_shown_text_is_always_printable(raw: bytes) -> None:
    assert is_plain(shown(raw))


@pytest.mark.parametrize(
    "numeric",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::",
    ],
)  # fmt: skip
def test_private_addresses_in_any_dress_are_not_public(numeric: str) -> None:
    assert not is_public(numeric)


def test_public_addresses_are_public() -> None:
    assert is_public("140.82.121.4")
    assert is_public("2606:50c0:8000::153")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]"])
def test_loopback_by_any_name_is_refused(host: str) -> None:
    with pytest.raises(CannotLook, match="private network"):
        allowed_addresses(parse_address(f"https://{host}/flights"), Reach())


def test_a_host_that_has_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (numeric, 443)) for numeric in ("140.82.121.4", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(CannotLook, match="private network"):
        allowed_addresses(parse_address("https://forge.example/flights"), Reach())


def test_git_is_pinned_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("140.82.121.4", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    web, shell = parse_address("https://forge.example/flights"), parse_address("git@forge.example:flights")
    assert "http.curloptResolve=forge.example:443:140.82.121.4" in Remote(web, allowed_addresses(web, Reach())).settings
    assert "HostName=140.82.121.4" in Remote(shell, allowed_addresses(shell, Reach())).variables["GIT_SSH_COMMAND"]


@pytest.mark.parametrize(
    ("complaint", "sight", "says"),
    [
        ("fatal: Authentication failed for 'https://x/'", Sight.UNAUTHORISED, "credentials"),
        ("fatal: could not read Username for 'https://x': terminal prompts disabled", Sight.UNAUTHORISED, "private"),
        ("git@x: Permission denied (publickey).\nfatal: Could not read from remote", Sight.UNAUTHORISED, "deploy key"),
        ("Host key verification failed.\nfatal: Could not read from remote", Sight.UNREACHABLE, "known_hosts"),
        ("fatal: unable to access 'https://x/': SSL certificate problem", Sight.UNREACHABLE, "TLS"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", Sight.UNREACHABLE, "not known"),
        ("ssh: connect to host x port 22: Connection refused", Sight.UNREACHABLE, "did not answer"),
        ("fatal: repository 'https://x/y/' not found", Sight.UNREACHABLE, "not found"),
        ("fatal: something nobody has seen before", Sight.UNREACHABLE, "something nobody has seen before"),
        ("", Sight.UNREACHABLE, "no reason"),
    ],
)
def test_gits_complaints_are_said_for_a_person(complaint: str, sight: Sight, says: str) -> None:
    refusal = explained(complaint, parse_address("https://forge.example/flights"))
    assert refusal.sight is sight
    assert says in str(refusal)
    assert "https://forge.example/flights" in str(refusal)


def test_a_linked_work_tree_is_read_at_its_own_head(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"}, then=(Commit({"a": "2"}),))
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"), "HEAD~1")
    with open_repository(request(tmp_path / "side")) as opened:
        assert opened.branch == "side"
        assert opened.commit == git(repository, "rev-parse", "HEAD~1")
        assert opened.dirty is False


def test_a_submodules_checkout_is_read(tmp_path: Path) -> None:
    inner = make_repository(tmp_path, {"b": "2"}, name="inner")
    outer = make_repository(tmp_path, {"a": "1"}, name="outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inner")
    with open_repository(request(outer / "inner")) as opened:
        assert opened.commit == git(inner, "rev-parse", "HEAD")


def test_a_detached_head_is_read_without_a_branch(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"}, then=(Commit({"a": "2"}),))
    git(repository, "checkout", "-q", "HEAD~1")
    with open_repository(request(repository)) as opened:
        assert (opened.commit, opened.branch) == (git(repository, "rev-parse", "HEAD"), "")


def test_packed_refs_are_read(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"})
    git(repository, "pack-refs", "--all")
    git(repository, "gc", "-q")
    with open_repository(request(repository)) as opened:
        assert opened.commit == git(repository, "rev-parse", "HEAD")


def test_a_sha256_repository_is_read(tmp_path: Path) -> None:
    repository = tmp_path / "modern"
    repository.mkdir()
    git(repository, "init", "-q", "-b", "main", "--object-format=sha256")
    (repository / "a").write_text("b")
    git(repository, "add", "a")
    git(repository, "commit", "-q", "-m", "Begin")
    with open_repository(request(repository)) as opened:
        assert len(opened.commit) == 64
        assert opened.dirty is False


def test_a_shallow_clone_is_called_shallow(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"}, then=(Commit({"a": "2"}),))
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    with open_repository(request(tmp_path / "shallow")) as opened:
        assert opened.shallow
        assert opened.commit == git(repository, "rev-parse", "HEAD")


def test_files_ignored_by_the_repository_do_not_make_it_dirty(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1", ".gitignore": "*.log\n"})
    (repository / "x.log").write_text("x")
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "exclude").write_text("mine\n")
    (repository / "mine").write_text("x")
    with open_repository(request(repository)) as opened:
        assert opened.dirty is False


def test_looking_leaves_the_repository_and_the_machine_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = make_repository(tmp_path, {"a": "1"})
    (repository / "a").touch()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before = {path: path.lstat().st_mtime_ns for path in repository.rglob("*")}
    with open_repository(request(repository)):
        pass
    assert {path: path.lstat().st_mtime_ns for path in repository.rglob("*")} == before
    assert list(scratch.iterdir()) == []
