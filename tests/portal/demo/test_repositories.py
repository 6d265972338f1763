"""The demo's repositories: real, complete, reproducible, and good code themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from assessments.collectors.answers import read_answers
from mlops_portal.portal.demo.portfolio import PROJECTS
from mlops_portal.portal.demo.repositories import head, make_repository
from tests.installation import ROOT

TODAY = date(2026, 11, 23)
SLUGS = [project.slug for project in PROJECTS]


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(params=SLUGS)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make_repository(request.param, tmp_path, today=TODAY)


def test_a_repository_is_committed_completely_and_clean(repository: Path) -> None:
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert int(git(repository, "rev-list", "--count", "HEAD")) >= 2


def test_no_commit_is_empty(repository: Path) -> None:
    for commit in git(repository, "rev-list", "HEAD").split():
        assert git(repository, "show", "--format=", "--name-only", commit), commit


def test_its_history_lies_in_the_past_in_order_and_ends_recently(repository: Path) -> None:
    dates = [date.fromisoformat(day) for day in git(repository, "log", "--reverse", "--format=%as").splitlines()]
    assert dates == sorted(dates)
    assert 0 < (TODAY - dates[-1]).days < 30


def test_it_is_written_by_alice_and_bob(repository: Path) -> None:
    authors = set(git(repository, "log", "--format=%an <%ae>").splitlines())
    assert authors <= {"Alice Ahmed <alice@example.org>", "Bob Brandt <bob@example.org>"}


def test_no_place_in_a_template_is_left_open(repository: Path) -> None:
    for path in git(repository, "ls-files").splitlines():
        text = (repository / path).read_text(encoding="utf-8")
        assert "{{ " not in text.replace("${{ ", ""), path


def test_its_code_is_formatted_and_clean(repository: Path) -> None:
    config = ["--config", "line-length=120", "--isolated", "--no-cache", "--target-version", "py311"]
    for command in (["check", "--select", "E,F,I,UP,B,SIM", *config], ["format", "--check", *config]):
        files = [path for path in git(repository, "ls-files").splitlines() if path.endswith(".py")]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *(files or ["--exclude=*", "."])],
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_its_answers_are_valid(repository: Path) -> None:
    path = repository / "mlops.yaml"
    if path.exists():
        read = read_answers(path.read_text(encoding="utf-8"), "mlops.yaml")
        assert read["errors"] == []
        assert read["answers"]


def test_its_notebooks_can_be_read(repository: Path) -> None:
    for path in repository.glob("*.ipynb"):
        assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4


@pytest.mark.parametrize("slug", SLUGS)
def test_it_is_the_same_repository_on_every_machine(slug: str, tmp_path: Path) -> None:
    one, two = (head(make_repository(slug, tmp_path / name, today=TODAY)) for name in ("one", "two"))
    assert one == two


def test_one_that_is_there_is_left_alone(tmp_path: Path) -> None:
    repository = make_repository("flights", tmp_path, today=TODAY)
    git(repository, "rm", "-q", "Dockerfile")
    assert make_repository("flights", tmp_path, today=TODAY) == repository
    assert not (repository / "Dockerfile").exists()


def test_one_that_was_interrupted_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / ".flights.building"
    (half / ".git").mkdir(parents=True)
    (half / "rubbish").touch()
    repository = make_repository("flights", tmp_path, today=TODAY)
    assert git(repository, "status", "--porcelain") == ""
    assert not (repository / "rubbish").exists()
    assert not half.exists()


def test_every_template_of_a_project_is_in_its_repository() -> None:
    folders = {path.name for path in (ROOT / "mlops_portal/portal/demo/repositories").iterdir()}
    assert folders == set(SLUGS)
