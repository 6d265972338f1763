"""The git collector: one evidence per topic, each topic alone with its faults."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assessments.collectors.git.access import open_repository
from assessments.collectors.git.answers import answers_text
from assessments.collectors.git.bounds import Bounds
from assessments.collectors.git.collector import GitCollector, resolve_commits
from assessments.collectors.git.readers import READERS
from assessments.evidence import Sight, content_digest
from tests.assessments.collectors.git import readers_for_tests as readers
from tests.assessments.collectors.git.looking import look, request, skipped
from tests.assessments.collectors.git.repositories import BOB, Commit, git, make_repository, write

GOOD = {"git.contents": readers.contents}


def test_facts_about_the_repository_are_told(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"train.py": "print()\n", "src/a.txt": "ab"})
    seen = look(repository, GitCollector(readers=GOOD))
    payload = seen["git.repository"].payload
    assert payload["in_git"] is True
    assert payload["commit"] == git(repository, "rev-parse", "HEAD")
    assert payload["branch"] == "main"
    assert payload["committed_at"] == "2026-01-10T12:00:00+00:00"
    assert (payload["files"], payload["bytes"], payload["complete"]) == (2, 10, True)
    assert (payload["shallow"], payload["bare"], payload["dirty"]) == (False, False, False)
    assert seen["git.contents"].payload == {"src/a.txt": "ab", "train.py": "print()\n"}
    assert seen["git.repository"].subject == str(repository)


def test_only_what_is_committed_is_judged_and_the_rest_is_called_dirty(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"train.py": "committed"})
    write(repository, {"train.py": "changed", "new.py": "new"})
    seen = look(repository, GitCollector(readers=GOOD))
    assert seen["git.contents"].payload == {"train.py": "committed"}
    assert seen["git.repository"].payload["dirty"] is True


def test_a_bare_repository_is_read_like_a_work_tree(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"train.py": "x"})
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")
    seen = look(tmp_path / "bare.git", GitCollector(readers=GOOD))
    assert seen["git.contents"].payload == {"train.py": "x"}
    assert (seen["git.repository"].payload["bare"], seen["git.repository"].payload["dirty"]) == (True, None)


def test_a_folder_outside_git_is_read_from_disk_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    write(folder, {"train.py": "x", "sub/b.txt": "y", "node_modules/z.js": "z", ".venv/lib/q.py": "q"})
    seen = look(folder, GitCollector(readers={**READERS, **GOOD}))
    assert seen["git.repository"].payload["in_git"] is False
    assert seen["git.contents"].payload == {"sub/b.txt": "y", "train.py": "x"}
    assert seen["git.history"].sight is Sight.EMPTY
    assert {".venv", "node_modules"} <= set(skipped(seen))


def test_a_repository_without_commits_is_in_git_and_empty(tmp_path: Path) -> None:
    seen = look(make_repository(tmp_path, None), GitCollector(readers={**READERS, **GOOD}))
    payload = seen["git.repository"].payload
    assert (payload["in_git"], payload["commit"], payload["files"], payload["branch"]) == (True, "", 0, "main")
    assert seen["git.contents"].sight is Sight.EMPTY
    assert seen["git.history"].sight is Sight.EMPTY


def test_a_folder_that_does_not_exist_is_unreachable_on_every_topic(tmp_path: Path) -> None:
    seen = look(tmp_path / "nowhere", GitCollector(readers=GOOD))
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "no folder" in seen["git.repository"].message
    assert set(seen) == {"git.repository", "git.contents"}


def test_a_path_is_refused_where_paths_are_not_allowed(tmp_path: Path) -> None:
    seen = look(make_repository(tmp_path, {"a": "b"}), allow_local=False)
    assert seen["git.repository"].sight is Sight.UNREACHABLE
    assert "not allowed" in seen["git.repository"].message


def test_a_sub_path_is_read_alone_with_the_root_beside_it(tmp_path: Path) -> None:
    repository = make_repository(
        tmp_path, {"ml/train.py": "x", ".github/workflows/ci.yml": "on: push", "mlx/no.py": ""}
    )
    seen = look(repository, GitCollector(readers={"git.paths": readers.root_paths}), subpath="/ml/")
    assert seen["git.paths"].payload["tree"] == ["train.py"]
    assert seen["git.paths"].payload["root"] == [".github/workflows/ci.yml", "ml/train.py", "mlx/no.py"]
    assert seen["git.repository"].subject == f"{repository}#ml"
    assert seen["git.repository"].payload["files"] == 1


def test_a_path_below_the_work_tree_means_that_sub_path(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"ml/train.py": "x", "other.py": "y"})
    seen = look(repository / "ml", GitCollector(readers=GOOD))
    assert seen["git.contents"].payload == {"train.py": "x"}
    assert seen["git.repository"].subject == f"{repository}#ml"


def test_an_untracked_folder_inside_a_work_tree_is_not_in_git(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"other.py": "y"})
    write(repository, {"scratch/train.py": "x"})
    seen = look(repository / "scratch", GitCollector(readers=GOOD))
    assert seen["git.repository"].payload["in_git"] is False
    assert seen["git.contents"].payload == {"train.py": "x"}


@pytest.mark.parametrize("subpath", ["nowhere", "train.py", "../other", "ml/../..", ".git", "a\nb"])
def test_a_sub_path_that_is_not_there_or_leads_out_is_said(tmp_path: Path, subpath: str) -> None:
    repository = make_repository(tmp_path, {"train.py": "x"})
    seen = look(repository, GitCollector(readers=GOOD), subpath=subpath)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "sub-path" in seen["git.repository"].message


def test_a_readers_fault_costs_its_own_topic_only(tmp_path: Path) -> None:
    broken = {
        "git.raises": readers.raises,
        "git.not_json": readers.not_json,
        "git.crashes": readers.crashes,
        "git.memory": readers.devours_memory,
        "git.nothing": readers.nothing,
    }
    seen = look(make_repository(tmp_path, {"a.txt": "b"}), GitCollector(readers={**broken, **GOOD}))
    assert {topic for topic, item in seen.items() if item.sight is Sight.ERROR} == set(broken) - {"git.nothing"}
    assert seen["git.raises"].message == "ValueError: line 3: \\x1b[31mbroken"
    assert "crashed" in seen["git.crashes"].message
    assert "MemoryError" in seen["git.memory"].message
    assert seen["git.nothing"].sight is Sight.EMPTY
    assert seen["git.contents"].payload == {"a.txt": "b"}


def test_a_reader_that_never_ends_is_ended_and_the_next_ones_still_run(tmp_path: Path) -> None:
    collector = GitCollector(readers={"git.hangs": readers.hangs, **GOOD}, topic_seconds=1.0)
    seen = look(make_repository(tmp_path, {"a.txt": "b"}), collector)
    assert seen["git.hangs"].sight is Sight.ERROR
    assert "longer than 1 second" in seen["git.hangs"].message
    assert seen["git.contents"].payload == {"a.txt": "b"}


def test_what_no_time_was_left_for_says_so(tmp_path: Path) -> None:
    collector = GitCollector(readers={"git.hangs": readers.hangs, **GOOD})
    seen = look(make_repository(tmp_path, {"a.txt": "b"}), collector, seconds=2.0)
    assert seen["git.repository"].sight is Sight.OK
    assert seen["git.contents"].sight is Sight.ERROR
    assert "No time was left" in seen["git.contents"].message


def test_a_reader_that_prints_cannot_forge_what_was_seen(tmp_path: Path) -> None:
    seen = look(make_repository(tmp_path, {"a": "b"}), GitCollector(readers={"git.prints": readers.prints}))
    assert seen["git.prints"].payload == {"forged": False}


def test_no_secret_of_ours_reaches_the_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "only-ours")
    seen = look(make_repository(tmp_path, {"a": "b"}), GitCollector(readers={"git.env": readers.environment}))
    assert seen["git.env"].sight is Sight.OK
    assert "only-ours" not in str(seen["git.env"].payload)


def test_looking_twice_gives_the_same_digests(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"train.py": "import sklearn", ".github/workflows/ci.yml": "on: push"})
    first, second = (look(repository, GitCollector(salt="s")) for _ in range(2))
    assert {topic: content_digest(item) for topic, item in first.items()} == {
        topic: content_digest(item) for topic, item in second.items()
    }


def test_every_topic_has_evidence_in_the_readers_order(tmp_path: Path) -> None:
    collected = GitCollector().collect(request(make_repository(tmp_path, {"train.py": "x"})))
    assert [item.topic for item in collected] == ["git.repository", *READERS]
    assert {item.sight for item in collected} <= {Sight.OK, Sight.EMPTY}


def test_more_files_than_allowed_are_cut_and_reported(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {f"{number:02}.txt": "x" for number in range(20)} | {"z/keep.txt": "y"})
    collector = GitCollector(readers=GOOD, bounds=Bounds(files=5))
    seen = look(repository, collector, subpath="z")
    assert seen["git.contents"].payload == {"keep.txt": "y"}
    assert seen["git.repository"].payload["complete"] is False
    assert "more than 5 files" in skipped(seen)["…"]


def test_more_bytes_than_allowed_are_not_read_and_reported(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.txt": "x" * 600, "b.txt": "y" * 600, "c.txt": "z" * 100})
    seen = look(repository, GitCollector(readers=GOOD, bounds=Bounds(total_bytes=1000)))
    assert seen["git.contents"].payload["b.txt"] is None
    assert seen["git.contents"].payload["c.txt"] == "z" * 100
    assert "in all" in skipped(seen)["b.txt"]


def test_commits_that_runs_name_are_found_on_any_branch(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a": "1"}, then=(Commit({"a": "2"}, BOB),))
    first, second = git(repository, "rev-parse", "HEAD~1"), git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-q", "-b", "other", first)
    blob = git(repository, "rev-parse", "HEAD:a")
    seen = resolve_commits(request(repository), [second, first, "f" * 40, blob, "short", "HEAD", f"{second}\n--x"])
    assert seen.topic == "git.commits"
    assert seen.payload["asked"] == sorted([first, second, "f" * 40, blob])
    assert seen.payload["found"] == sorted([first, second])


def test_commits_of_an_unreachable_repository_are_unreachable(tmp_path: Path) -> None:
    assert resolve_commits(request(tmp_path / "nowhere"), ["f" * 40]).sight is Sight.UNREACHABLE


def test_answers_are_found_below_the_sub_path_before_the_root(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"mlops.yaml": "root: 1\n", "ml/mlops.yaml": "ml: 1\n", "web/a": "b"})
    with open_repository(request(repository)) as opened:
        assert answers_text(opened, "ml") == ("ml: 1\n", "ml/mlops.yaml")
        assert answers_text(opened, "web") == ("root: 1\n", "mlops.yaml")
    with open_repository(request(make_repository(tmp_path, {"a": "b"}, name="without"))) as opened:
        assert answers_text(opened) is None


def test_answers_that_are_a_symbolic_link_are_not_followed(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"real.yaml": "a: 1"})
    (repository / "mlops.yaml").symlink_to("real.yaml")
    git(repository, "add", "mlops.yaml")
    git(repository, "commit", "-q", "-m", "Link")
    with open_repository(request(repository)) as opened:
        assert answers_text(opened) is None


def test_a_lambda_cannot_be_a_reader(tmp_path: Path) -> None:
    collector = GitCollector(readers={"git.lambda": lambda reading: {}})
    seen = look(make_repository(tmp_path, {"a": "b"}), collector)
    assert {item.sight for item in seen.values()} == {Sight.ERROR}


def test_an_unconfigured_repository_is_not_looked_at() -> None:
    assert not GitCollector().configured(request("  "))
    assert GitCollector().configured(request("."))
    assert dataclasses.is_dataclass(GitCollector)
