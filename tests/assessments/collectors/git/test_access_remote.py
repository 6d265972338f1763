"""Fetching over HTTP from a real forge on loopback: cache, credentials, faults, private networks."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assessments.collectors.git.access import Access, open_repository
from assessments.collectors.git.address import parse_address
from assessments.collectors.git.cache import cache_key, clone_folder, evict, in_use
from assessments.collectors.git.collector import GitCollector, resolve_commits
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.reach import Reach
from assessments.collectors.git.readers import READERS
from assessments.collectors.git.refusals import CannotLook
from assessments.evidence import Evidence, Sight
from tests.assessments.collectors.git import readers_for_tests as readers
from tests.assessments.collectors.git.forge import Forge, serve
from tests.assessments.collectors.git.looking import look, request, skipped
from tests.assessments.collectors.git.repositories import BOB, Commit, add_commit, git, make_repository

#: The other readers would make these tests slower and say no more about fetching.
COLLECTOR = GitCollector(readers={"git.history": READERS["git.history"], "git.contents": readers.contents})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    served = tmp_path / "served"
    return make_repository(served, {"train.py": "x = 1\n"}, name="flights", then=(Commit({"serve.py": "y"}, BOB),))


@pytest.fixture
def forge(repository: Path) -> Iterator[Forge]:
    with serve(Forge(repository.parent)) as running:
        yield running


def test_a_repository_is_fetched_with_its_history(forge: Forge, repository: Path, tmp_path: Path) -> None:
    seen = look(forge.url("flights/.git"), COLLECTOR, cache=tmp_path / "cache")
    assert seen["git.contents"].payload == {"serve.py": "y", "train.py": "x = 1\n"}
    payload = seen["git.repository"].payload
    assert (payload["commit"], payload["branch"]) == (git(repository, "rev-parse", "HEAD"), "main")
    assert (payload["fetched"], payload["dirty"], payload["shallow"]) == (True, None, False)
    assert seen["git.history"].payload["commits_in_window"] == 2


def test_without_a_cache_nothing_is_left_behind(forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert look(forge.url("flights/.git"), COLLECTOR)["git.contents"].sight is Sight.OK
    assert list(scratch.iterdir()) == []


def test_the_next_use_fetches_what_is_new_into_the_same_clone(forge: Forge, repository: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    inode = next(cache.glob("*.git")).stat().st_ino
    newest = add_commit(repository, Commit({"train.py": "x = 2\n"}))
    seen = look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    assert seen["git.repository"].payload["commit"] == newest
    assert seen["git.contents"].payload["train.py"] == "x = 2\n"
    assert [path.stat().st_ino for path in cache.glob("*.git")] == [inode]


def test_a_rewritten_branch_is_followed(forge: Forge, repository: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    git(repository, "reset", "-q", "--hard", "HEAD~1")
    git(repository, "branch", "-m", "main", "trunk")
    seen = look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    assert seen["git.repository"].payload["branch"] == "trunk"
    assert seen["git.contents"].payload == {"train.py": "x = 1\n"}


@pytest.mark.parametrize("damage", ["packs", "head", "truncate", "one bit"])
def test_a_damaged_cache_is_made_anew(forge: Forge, repository: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    clone = next(cache.glob("*.git"))
    if damage == "packs":
        shutil.rmtree(clone / "objects" / "pack")
        for fan in clone.glob("objects/??"):
            shutil.rmtree(fan)
    elif damage == "head":
        (clone / "HEAD").unlink()
    elif damage == "one bit":
        pack = next(clone.glob("objects/pack/*.pack"))
        pack.chmod(0o600)
        content = bytearray(pack.read_bytes())
        content[len(content) // 2] ^= 1
        pack.write_bytes(content)
    else:
        for file in (path for path in clone.glob("objects/**/*") if path.is_file()):
            file.chmod(0o600)
            file.write_bytes(b"")
    seen = look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    assert seen["git.contents"].payload == {"serve.py": "y", "train.py": "x = 1\n"}


def test_large_files_are_not_fetched_and_reported(forge: Forge, repository: Path, tmp_path: Path) -> None:
    import random

    add_commit(repository, Commit({"weights.bin": random.Random(0).randbytes(9 * 1024**2)}))
    cache = tmp_path / "cache"
    seen = look(forge.url("flights/.git"), COLLECTOR, cache=cache)
    assert seen["git.contents"].payload["weights.bin"] is None
    assert "larger than" in skipped(seen)["weights.bin"]
    assert sum(path.stat().st_size for path in cache.rglob("*.pack")) < 100_000


def test_two_collectors_of_one_repository_do_not_disturb_each_other(forge: Forge, tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def collect(_: int) -> dict[str, Evidence]:
        return look(forge.url("flights/.git"), COLLECTOR, cache=cache)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(collect, range(4)))
    assert [seen["git.contents"].payload["train.py"] for seen in outcomes] == ["x = 1\n"] * 4
    assert len(list(cache.glob("*.git"))) == 1


def test_a_wrong_password_is_unauthorised_and_never_shown(repository: Path, tmp_path: Path) -> None:
    with serve(Forge(repository.parent, login="alice:right")) as forge:
        wrong = look(forge.url("flights/.git", "alice:sw0rdfish"), COLLECTOR, cache=tmp_path / "cache")
        none = look(forge.url("flights/.git"), COLLECTOR, cache=tmp_path / "cache")
        right = look(forge.url("flights/.git", "alice:right"), COLLECTOR, cache=tmp_path / "cache")
        again = look(forge.url("flights/.git"), COLLECTOR, cache=tmp_path / "cache")
    assert {item.sight for item in wrong.values()} == {Sight.UNAUTHORISED}
    assert {item.sight for item in none.values()} == {Sight.UNAUTHORISED}
    assert {item.sight for item in right.values()} == {Sight.OK}
    assert {item.sight for item in again.values()} == {Sight.UNAUTHORISED}  # the clone of one account serves no other
    assert "sw0rdfish" not in str(wrong)
    assert "credentials" in wrong["git.repository"].message
    assert not any(b"right" in path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_a_password_never_stands_on_a_command_line(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    started: list[str] = []
    real = subprocess.Popen.__init__

    def spy(self: subprocess.Popen[bytes], command: list[str], **options: object) -> None:
        started.append(" ".join(command))
        real(self, command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", spy)
    with serve(Forge(repository.parent, login="alice:sw0rdfish")) as forge:
        seen = look(forge.url("flights/.git", "alice:sw0rdfish"), COLLECTOR, cache=tmp_path / "cache")
    assert seen["git.repository"].sight is Sight.OK
    assert any("fetch" in command for command in started)
    assert not any("sw0rdfish" in command for command in started)


def test_a_repository_that_is_not_there_is_unreachable(forge: Forge, tmp_path: Path) -> None:
    seen = look(forge.url("nowhere.git"), COLLECTOR, cache=tmp_path / "cache")
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "not found" in seen["git.repository"].message


def test_a_server_that_is_down_is_unreachable(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seen = look(f"http://127.0.0.1:{port}/flights.git", COLLECTOR, cache=tmp_path / "cache")
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "did not answer" in seen["git.repository"].message


def test_a_server_that_never_answers_is_given_up_in_time(repository: Path, tmp_path: Path) -> None:
    with serve(Forge(repository.parent, stalls=threading.Event())) as forge:
        seen = look(forge.url("flights/.git"), COLLECTOR, cache=tmp_path / "cache", seconds=1.0)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "in the time allowed" in seen["git.repository"].message


def test_an_empty_remote_repository_is_in_git_without_commits(tmp_path: Path) -> None:
    make_repository(tmp_path / "served", None, name="empty")
    with serve(Forge(tmp_path / "served")) as forge:
        seen = look(forge.url("empty/.git"), COLLECTOR, cache=tmp_path / "cache")
    assert (seen["git.repository"].payload["in_git"], seen["git.repository"].payload["commit"]) == (True, "")


def test_a_redirect_is_not_followed(forge: Forge, repository: Path, tmp_path: Path) -> None:
    with serve(Forge(repository.parent, redirect=f"http://127.0.0.1:{forge.port}")) as redirecting:
        seen = look(redirecting.url("flights/.git"), COLLECTOR, cache=tmp_path / "cache")
    assert "redirects" in seen["git.repository"].message
    assert forge.requests == []


def test_private_hosts_are_refused_before_anything_is_sent(forge: Forge, tmp_path: Path) -> None:
    url = forge.url("flights/.git")
    closed = GitCollector(access=Access(Reach(plain_http=True)))
    seen = look(url, closed, cache=tmp_path / "cache", allow_local=False)
    assert seen["git.repository"].sight is Sight.UNREACHABLE
    assert "private network" in seen["git.repository"].message
    assert forge.requests == []


def test_an_allowed_private_host_is_reached(forge: Forge, tmp_path: Path) -> None:
    reach = Reach(private_hosts=frozenset({"127.0.0.1"}), plain_http=True)
    seen = look(
        forge.url("flights/.git"), GitCollector(access=Access(reach)), cache=tmp_path / "cache", allow_local=False
    )
    assert seen["git.repository"].sight is Sight.OK


def test_plain_http_needs_to_be_allowed(forge: Forge, tmp_path: Path) -> None:
    access = Access(Reach(private_hosts=frozenset({"127.0.0.1"})))
    seen = look(forge.url("flights/.git"), GitCollector(access=access), cache=tmp_path / "cache", allow_local=False)
    assert "https://" in seen["git.repository"].message
    assert forge.requests == []


def test_a_clone_above_the_bound_is_given_up_and_removed(repository: Path, tmp_path: Path) -> None:
    import random

    noise = random.Random(0)
    add_commit(repository, Commit({f"{number}.bin": noise.randbytes(1024**2) for number in range(8)}))
    with serve(Forge(repository.parent)) as forge:
        collector = GitCollector(access=Access(clone_bytes=1024**2))
        seen = look(forge.url("flights/.git"), collector, cache=tmp_path / "cache")
    assert "larger than 1 MB" in seen["git.repository"].message
    assert sum(path.stat().st_size for path in (tmp_path / "cache").rglob("*") if path.is_file()) < 1024**2


def test_the_least_recently_used_clone_is_evicted_but_never_one_in_use(
    forge: Forge, repository: Path, tmp_path: Path
) -> None:
    import os

    make_repository(repository.parent, {"a": "b"}, name="other")
    cache = tmp_path / "cache"
    keys = []
    for age, name in ((200, "flights/.git"), (100, "other/.git")):
        look(forge.url(name), COLLECTOR, cache=cache)
        keys.append(cache_key(parse_address(forge.url(name))))
        os.utime(cache / f"{keys[-1]}.use", (1_000_000 - age, 1_000_000 - age))
    with in_use(cache, keys[0], Deadline(1)):
        assert evict(cache, 0) == [keys[1]]
    assert evict(cache, 0) == [keys[0]]
    assert not clone_folder(cache, keys[0]).exists()
    assert look(forge.url("flights/.git"), COLLECTOR, cache=cache)["git.repository"].sight is Sight.OK


def test_a_clone_in_too_many_pieces_is_made_anew_unless_it_is_in_use(
    forge: Forge, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.collectors.git.clone.MOST_PACKS", 1)
    cache, url = tmp_path / "cache", forge.url("flights/.git")
    look(url, COLLECTOR, cache=cache)
    add_commit(repository, Commit({"train.py": "x = 2\n"}))
    look(url, COLLECTOR, cache=cache)
    assert len(list(cache.rglob("*.pack"))) == 2
    with in_use(cache, cache_key(parse_address(url)), Deadline(1)):
        assert look(url, COLLECTOR, cache=cache)["git.contents"].payload["train.py"] == "x = 2\n"
    assert len(list(cache.rglob("*.pack"))) == 2
    assert look(url, COLLECTOR, cache=cache)["git.contents"].payload["train.py"] == "x = 2\n"
    assert len(list(cache.rglob("*.pack"))) == 1


def test_commits_that_runs_name_are_found_in_a_remote_repository(
    forge: Forge, repository: Path, tmp_path: Path
) -> None:
    commit = git(repository, "rev-parse", "HEAD~1")
    seen = resolve_commits(request(forge.url("flights/.git"), cache=tmp_path / "cache"), [commit, "0" * 40])
    assert seen.payload["found"] == [commit]


def test_a_locked_clone_is_waited_for_only_as_long_as_allowed(forge: Forge, tmp_path: Path) -> None:
    from assessments.collectors.git.cache import fetching

    cache = tmp_path / "cache"
    cache.mkdir()
    key = cache_key(parse_address(forge.url("flights/.git")))
    waiting = request(forge.url("flights/.git"), cache=cache, seconds=0.3)
    with (
        fetching(cache, key, Deadline(1)),
        pytest.raises(CannotLook, match="Another look"),
        open_repository(waiting),
    ):
        pass
