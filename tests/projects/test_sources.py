"""Addresses of repositories and names in MLflow are judged before anything goes there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.kernel.errors import Invalid
from mlops_portal.projects.sources import checked_names, checked_repository, checked_subpath


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/example/flights.git",
        "https://git.example.org:8443/group/sub/flights",
        "ssh://git@git.example.org:2222/flights.git",
        "git@github.com:example/flights.git",
        "https://10.1.2.3/flights.git",
        "",
    ],
)
def test_usual_addresses_are_kept_as_they_are(address: str) -> None:
    assert checked_repository(f" {address} ", roots=[]) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://github.com/example/flights.git",
        "git://github.com/example/flights.git",
        "file:///etc",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "fd::7",
        "--upload-pack=touch",
        "-oProxyCommand=touch@x:y",
        "ssh://-oProxyCommand=touch/x",
        "ssh://-oProxyCommand@host/x",
        "git@-oProxyCommand:x",
        "https://alice:secret@github.com/x.git",
        "https://ghp_token@github.com/x.git",
        "ssh://git:secret@github.com/x.git",
        "https://",
        "https:///x.git",
        "https://host:port/x.git",
        "https://[::1]/x.git",
        "https://127.0.0.1/x.git",
        "https://localhost./x.git",
        "https://169.254.169.254/latest/meta-data",
        "git@localhost:x.git",
        "https://host/x\ny.git",
        "https://host/x\x00y.git",
        "relative/path",
        "../../etc",
        "~/flights",
        "/etc",
    ],
)
def test_hostile_and_mistaken_addresses_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        checked_repository(address, roots=[tmp_path])
    assert refused.value.field == "repository"
    assert refused.value.do
    assert "secret" not in str(refused.value)


def test_a_path_may_not_leave_the_opened_folder_by_dots_or_links(tmp_path: Path) -> None:
    root = tmp_path / "open"
    (root / "flights").mkdir(parents=True)
    (tmp_path / "closed").mkdir()
    (root / "link").symlink_to(tmp_path / "closed")
    assert checked_repository(str(root / "flights"), roots=[root]) == str((root / "flights").resolve())
    for way_out in (root / ".." / "closed", root / "link", tmp_path / "open-too"):
        with pytest.raises(Invalid, match="not below a folder"):
            checked_repository(str(way_out), roots=[root])


@given(st.text(max_size=80))
def test_any_text_is_either_refused_or_kept_without_credentials(text: str) -> None:
    try:
        kept = checked_repository(text, roots=[])
    except Invalid:
        return
    assert kept == text.strip()
    assert not kept.startswith(("-", "/"))


@pytest.mark.parametrize(
    ("text", "kept"), [("", ""), ("services/flights", "services/flights"), ("/a//b/", "a/b"), ("./a", "a")]
)
def test_a_folder_in_the_repository_is_kept_short(text: str, kept: str) -> None:
    assert checked_subpath(text) == kept


@pytest.mark.parametrize("text", ["..", "a/../../b", "a\\b", "a\x00b", "a\nb"])
def test_a_folder_outside_the_repository_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="inside the repository"):
        checked_subpath(text)


def test_names_are_trimmed_and_kept_once_in_their_order() -> None:
    assert checked_names([" b ", "a", "b"], field="experiments") == ["b", "a"]


@pytest.mark.parametrize(
    "names", [[""], ["x" * 251], ["a\x00"], [f"n{n}" for n in range(51)], "flights", [1], ["a\tb"]]
)
def test_names_that_mlflow_cannot_have_are_refused(names: list[str]) -> None:
    with pytest.raises(Invalid):
        checked_names(names, field="experiments")
