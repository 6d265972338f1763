"""The topic ``git.history``: dates, people without names, and what a cut or strange history cannot tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.collectors.git import history
from assessments.collectors.git.authors import parse_commit, pseudonym, pseudonymous_roles
from assessments.collectors.git.collector import GitCollector
from assessments.evidence import Sight
from tests.assessments.collectors.git.looking import NOW, look
from tests.assessments.collectors.git.repositories import ALICE, BOB, Commit, git, make_repository

BOT = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")


def read(repository: Path, members: dict[str, str] | None = None, salt: str = "s", **changes: Any) -> dict[str, Any]:
    collector = GitCollector(readers={"git.history": history.read}, members=members or {}, salt=salt)
    return dict(look(repository, collector, **changes)["git.history"].payload)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def test_commits_in_the_window_and_the_newest_are_told(tmp_path: Path) -> None:
    later = (Commit({"a": "2"}, when=ago(100)), Commit({"a": "3"}, when=ago(3)))
    payload = read(make_repository(tmp_path, {"a": "1"}, when=ago(400), then=later))
    assert (payload["commits_in_window"], payload["newest"]) == (2, ago(3).isoformat())
    assert (payload["shallow"], payload["complete"]) == (False, True)


def test_a_project_that_sleeps_still_has_a_newest_commit(tmp_path: Path) -> None:
    payload = read(make_repository(tmp_path, {"a": "1"}, when=ago(700)))
    assert (payload["commits_in_window"], payload["newest"]) == (0, ago(700).isoformat())


def test_nobody_is_named(tmp_path: Path) -> None:
    payload = read(make_repository(tmp_path, {"train.py": "1"}, then=(Commit({"serve.py": "2"}, BOB),)))
    text = str(payload).lower()
    assert not any(part in text for part in ("alice", "bob", "example.org"))
    assert payload["authors_by_path"] == {
        "serve.py": [pseudonym(BOB[1], "s")],
        "train.py": [pseudonym(ALICE[1], "s")],
    }


def test_roles_are_known_by_pseudonym_of_members_who_committed(tmp_path: Path) -> None:
    members = {"ALICE@example.org": "data scientist", "dana@example.org": "owner"}
    payload = read(make_repository(tmp_path, {"train.py": "1"}), members)
    assert payload["roles"] == {pseudonym(ALICE[1], "s"): "data scientist"}


def test_a_mailmap_joins_a_persons_addresses(tmp_path: Path) -> None:
    home = ("alice", "alice@home.example")
    mailmap = "Alice <alice@example.org> <alice@home.example>\n"
    payload = read(make_repository(tmp_path, {".mailmap": mailmap}, then=(Commit({"a.py": "1"}, home),)))
    assert payload["authors"] == {pseudonym(ALICE[1], "s"): 2}


def test_bots_are_counted_apart_from_people(tmp_path: Path) -> None:
    payload = read(
        make_repository(tmp_path, {"a.py": "1"}, then=(Commit({"a.py": "2"}, BOT), Commit({"a.py": "3"}, BOB)))
    )
    assert payload["bot_share"] == pytest.approx(0.333)
    assert len(payload["authors"]) == 2
    assert payload["authors_by_path"]["a.py"] == sorted(pseudonym(who[1], "s") for who in (ALICE, BOB))


def test_squashed_commits_are_counted(tmp_path: Path) -> None:
    squashed = Commit({"a.py": "2"}, message="Train on more data (#12)")
    assert read(make_repository(tmp_path, {"a.py": "1"}, then=(squashed,)))["squash_share"] == 0.5


def test_merges_are_no_work_of_the_merger(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": "1"})
    git(repository, "checkout", "-q", "-b", "side")
    (repository / "b.py").write_text("2")
    git(repository, "add", "b.py")
    git(repository, "commit", "-q", "-m", "Side", author=ALICE)
    git(repository, "checkout", "-q", "main")
    git(repository, "merge", "-q", "--no-ff", "-m", "Merge", "side", author=BOB)
    payload = read(repository)
    assert payload["commits_in_window"] == 3
    assert list(payload["authors"]) == [pseudonym(ALICE[1], "s")]


def test_the_history_of_a_sub_path_is_its_own(tmp_path: Path) -> None:
    later = (Commit({"web/app.py": "2"}, BOB, when=ago(3)),)
    repository = make_repository(tmp_path, {"ml/train.py": "1"}, when=ago(10), then=later)
    payload = read(repository, subpath="ml")
    assert (payload["newest"], payload["commits_in_window"]) == (ago(10).isoformat(), 1)
    assert list(payload["authors_by_path"]) == ["train.py"]


def test_a_shallow_clone_says_that_its_history_is_cut(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"}, then=(Commit({"a": "2"}),))
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    payload = read(tmp_path / "shallow")
    assert (payload["shallow"], payload["commits_in_window"]) == (True, 1)


def test_a_damaged_history_costs_its_own_topic_only(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"}, then=(Commit({"a": "2"}), Commit({"a": "3"})))
    parent = git(repository, "rev-parse", "HEAD~1")
    (repository / ".git" / "objects" / parent[:2] / parent[2:]).unlink()
    seen = look(repository, GitCollector(readers={"git.history": history.read}))
    assert seen["git.repository"].sight is Sight.OK
    assert seen["git.history"].sight is Sight.ERROR
    assert "git fsck" in seen["git.history"].message


@given(st.emails(), st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_pseudonym_is_stable_for_a_salt_and_differs_between_salts(email: str, salt: str, other: str) -> None:
    assert pseudonym(email.upper() if email.isascii() else email, salt) == pseudonym(email, salt)
    assert (pseudonym(email, salt) == pseudonym(email, other)) == (salt == other)
    assert email not in pseudonymous_roles({email: "owner"}, salt)


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_log_record_is_read_or_left_out(fields: list[str]) -> None:
    commit = parse_commit(fields, (), "s")
    assert commit is None or commit.when.tzinfo is UTC
