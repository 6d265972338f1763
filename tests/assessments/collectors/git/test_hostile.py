"""Hostile repositories: nothing is executed, nothing outside is read, and everything else is still seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assessments.collectors.git.bounds import Bounds
from assessments.collectors.git.collector import GitCollector
from assessments.collectors.git.readers import READERS
from assessments.collectors.git.refusals import is_plain
from assessments.evidence import Evidence, Sight
from tests.assessments.collectors.git import readers_for_tests as readers
from tests.assessments.collectors.git.hostile_repositories import HOSTILE, MARKER, blob, good_repository
from tests.assessments.collectors.git.looking import look, skipped
from tests.assessments.collectors.git.repositories import Commit, add_commit, git, make_repository, write

COLLECTOR = GitCollector(readers={**READERS, "git.contents": readers.contents}, bounds=Bounds(files=31_000))

#: What must be reported as left out, and a word of why. A path ending in … need only begin so.
LEFT_OUT = {
    "symbolic links": dict.fromkeys(("absolute", "folder", "inside", "loop", "out"), "a symbolic link"),
    "a gigabyte": {"huge.csv": "larger than 2048 KB"},
    "a compressible file": {"zeros.bin": "larger than 2048 KB"},
    "a lying object": {"liar.txt": "damaged"},
    "a corrupt object": {"corrupt.txt": "damaged"},
    "a missing object": {"missing.txt": "missing"},
    "a thousand folders deep": {"d/d/d…": "deeper than 64 folders"},
    "a tree bomb": {"…": "more than 31000 files"},
    "odd names": {
        "latin-\\xe9.txt": "not UTF-8",
        "line\\nbreak.txt": "control characters",
        "\\x1b[31mred.txt": "control characters",
        "turned-\\u202etxt.exe": "control characters",
        "tab\\there": "control characters",
    },
    "names that lead out": dict.fromkeys(("..", ".git/config", ".GIT/config", "up/../up.txt", "./here"), "leads out"),
    "colliding names": {"Readme": "upper and lower case", "good.txt": "upper and lower case"},
    "submodules": {"sub": "a submodule"},
    "a notebook of 50 MB": {"large.ipynb": "larger than 8192 KB"},
}


def reported(evidence: dict[str, Evidence], path: str) -> str:
    found = skipped(evidence)
    if path.endswith("…") and path not in found:
        return next((why for name, why in found.items() if name.startswith(path[:-1])), "")
    return found.get(path, "")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Path, dict[str, Evidence]]:
    """One look at the hostile repository of the parameter's name."""
    folder = tmp_path_factory.mktemp("hostile")
    repository = good_repository(folder)
    HOSTILE[request.param](folder, repository)
    previous = Path.cwd()
    os.chdir(folder)  # relative traps would go off here
    try:
        return folder, look(repository, COLLECTOR, seconds=60)
    finally:
        os.chdir(previous)


@pytest.mark.parametrize(("seen", "kind"), [(kind, kind) for kind in HOSTILE], indirect=["seen"], ids=list(HOSTILE))
def test_a_hostile_repository_does_no_harm_and_hides_nothing(seen: tuple[Path, dict[str, Evidence]], kind: str) -> None:
    folder, evidence = seen
    assert not list(folder.rglob(MARKER)), "something from the repository was executed"
    assert evidence["git.repository"].sight is Sight.OK
    assert set(evidence) == {"git.repository", "git.contents", *READERS}
    faults = {topic: item.message for topic, item in evidence.items() if item.sight not in (Sight.OK, Sight.EMPTY)}
    assert faults == {}
    contents = evidence["git.contents"].payload
    assert contents.get("good.txt" if kind != "colliding names" else "train.py", "").strip()
    assert "secret" not in str(contents)
    for path, why in LEFT_OUT.get(kind, {}).items():
        assert why in reported(evidence, path), path
    shown = [*skipped(evidence), *skipped(evidence).values(), *(item.message for item in evidence.values())]
    assert all(is_plain(text) for text in shown)


def test_good_content_cannot_be_replaced_by_refs(tmp_path: Path) -> None:
    repository = good_repository(tmp_path)
    HOSTILE["replaced objects"](tmp_path, repository)
    assert look(repository, COLLECTOR)["git.contents"].payload["good.txt"] == "still here\n"


def test_thirty_thousand_files_are_all_listed(tmp_path: Path) -> None:
    repository = good_repository(tmp_path)
    HOSTILE["thirty thousand files"](tmp_path, repository)
    collector = GitCollector(readers={"git.count": readers.count_bytes})
    seen = look(repository, collector)
    assert seen["git.repository"].payload["files"] == 30_002
    assert seen["git.count"].payload["files"] == 30_002


def test_a_git_file_that_points_to_another_repository_is_refused(tmp_path: Path) -> None:
    make_repository(tmp_path, {"secret.txt": "secret"}, name="other")
    folder = tmp_path / "hostile"
    write(folder, {".git": "gitdir: ../other/.git\n", "good.txt": "x"})
    seen = look(folder, COLLECTOR)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "points to another repository" in seen["git.repository"].message


def test_a_forged_work_tree_link_is_refused(tmp_path: Path) -> None:
    other = make_repository(tmp_path, {"secret.txt": "secret"}, name="other")
    folder = tmp_path / "hostile"
    forged = {"HEAD": "ref: refs/heads/main\n", "commondir": str(other / ".git"), "gitdir": str(folder / ".git")}
    write(folder / "inside", forged)
    write(folder, {".git": "gitdir: inside\n"})
    assert "points to another repository" in look(folder, COLLECTOR)["git.repository"].message


def test_a_git_folder_that_is_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    other = make_repository(tmp_path, {"secret.txt": "secret"}, name="other")
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / ".git").symlink_to(other / ".git")
    assert "symbolic link" in look(folder, COLLECTOR)["git.repository"].message


@pytest.mark.parametrize("part", ["objects", "objects/pack"])
def test_objects_that_are_symbolic_links_are_refused(tmp_path: Path, part: str) -> None:
    other = make_repository(tmp_path, {"secret.txt": "secret"}, name="other")
    repository = good_repository(tmp_path)
    taken = repository / ".git" / part
    taken.rename(tmp_path / "taken")
    taken.symlink_to(other / ".git" / part)
    assert "symbolic link" in look(repository, COLLECTOR)["git.repository"].message


def test_objects_borrowed_from_elsewhere_are_not_followed(tmp_path: Path) -> None:
    other = make_repository(tmp_path, {"secret.txt": "secret"}, name="other")
    repository = good_repository(tmp_path)
    (repository / ".git" / "objects" / "info").mkdir(exist_ok=True)
    write(repository / ".git" / "objects" / "info", {"alternates": str(other / ".git" / "objects")})
    write(repository / ".git" / "refs" / "heads", {"main": git(other, "rev-parse", "HEAD") + "\n"})
    seen = look(repository, COLLECTOR)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "alternates" in seen["git.repository"].message


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("ref: refs/heads/nowhere\n", "does not exist"),
        ("ref: refs/../../../etc/passwd\n", "cannot be read"),
        ("ref: refs/heads/\x1b[31m\n", "cannot be read"),
        ("garbage\n", "cannot be read"),
        ("", "cannot be read"),
        ("0" * 40 + "\n", "cannot be read"),
        ("ref: refs/heads/loop\n", "in a circle"),
        ("x" * 10_000, "no readable HEAD"),
    ],
)
def test_a_head_that_leads_nowhere_is_said_on_every_topic(tmp_path: Path, head: str, says: str) -> None:
    repository = good_repository(tmp_path)
    write(repository / ".git", {"HEAD": head, "refs/heads/loop": "ref: refs/heads/loop\n"})
    seen = look(repository, COLLECTOR)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert says in seen["git.repository"].message
    assert is_plain(seen["git.repository"].message)


def test_a_ref_that_is_a_symbolic_link_does_not_show_what_it_leads_to(tmp_path: Path) -> None:
    repository = good_repository(tmp_path)
    (tmp_path / "secret").write_text("s3cret")
    (repository / ".git" / "refs" / "heads" / "main").unlink()
    (repository / ".git" / "refs" / "heads" / "main").symlink_to(tmp_path / "secret")
    seen = look(repository, COLLECTOR)
    assert "s3cret" not in str(seen)


def test_a_damaged_pack_is_said_on_every_topic(tmp_path: Path) -> None:
    repository = good_repository(tmp_path)
    git(repository, "gc", "-q")
    for pack in (repository / ".git" / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"PACK" + b"\xff" * (pack.stat().st_size - 4))
    seen = look(repository, COLLECTOR)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "git fsck" in seen["git.repository"].message


def test_a_head_that_is_no_commit_is_said(tmp_path: Path) -> None:
    repository = good_repository(tmp_path)
    write(repository / ".git" / "refs" / "heads", {"main": blob(repository) + "\n"})
    assert "cannot be read" in look(repository, COLLECTOR)["git.repository"].message


def test_pipes_links_and_sparse_files_in_a_plain_folder_do_not_stop_the_look(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    write(folder, {"good.txt": "x"})
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("/etc")
    (folder / "loop").symlink_to("loop")
    (folder / os.fsdecode(b"latin-\xe9.txt")).write_text("x")
    with (folder / "huge.bin").open("wb") as file:
        file.truncate(1024**3)
    seen = look(folder, COLLECTOR)
    assert seen["git.contents"].payload == {"good.txt": "x", "huge.bin": None}
    left = skipped(seen)
    assert (left["pipe"], left["link"], left["loop"]) == ("not a regular file", "a symbolic link", "a symbolic link")
    assert left["latin-\\xe9.txt"] == "the name is not UTF-8"
    assert "larger than" in left["huge.bin"]


def test_a_bare_repository_committed_inside_a_work_tree_is_not_entered(tmp_path: Path) -> None:
    repository = good_repository(tmp_path)
    decoy = {
        "HEAD": "ref: refs/heads/main\n",
        "objects/x": "",
        "refs/x": "",
        "config": "[core]\n\tfsmonitor = touch x\n",
    }
    add_commit(repository, Commit(decoy))
    assert look(repository, COLLECTOR)["git.contents"].payload["good.txt"] == "still here\n"


@pytest.mark.parametrize(
    "source", ["ext::sh -c 'touch owned'", "file:///etc", "--upload-pack=touch owned", "https://a:sw0rdfish@x/\n"]
)
def test_refused_addresses_are_said_on_every_topic_without_repeating_them(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = look(source, COLLECTOR)
    assert {item.sight for item in seen.values()} == {Sight.UNREACHABLE}
    assert "Refused" in seen["git.repository"].message
    assert "sw0rdfish" not in str(seen)
    assert list(tmp_path.iterdir()) == []


def test_the_traps_are_real(tmp_path: Path) -> None:
    """Plain git in the trapped repository runs them: the other tests prove something."""
    repository = good_repository(tmp_path)
    HOSTILE["a trapped configuration"](tmp_path, repository)
    git(repository, "--git-dir=.git", "--work-tree=.", "status")
    assert (tmp_path / MARKER).exists()
