"""``manage.py assess`` as CI and people use it. No test here touches a database: pytest-django forbids it."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import execute_from_command_line

from tests.assessments.collectors.git.repositories import make_repository

SCHEMA = Path(__file__).parents[3] / "assessments" / "scoring" / "scorecard.schema.json"


def assess(*arguments: str) -> tuple[int, str]:
    """Run the command as the shell does; the exit code and what it printed, to either stream."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            execute_from_command_line(["manage.py", "assess", *arguments])
        except SystemExit as leaving:
            return int(leaving.code or 0), said.getvalue()
    return 0, said.getvalue()


@pytest.fixture
def repository(tmp_path: Path) -> str:
    files = {
        "train.py": "from sklearn.linear_model import Ridge\n\ndef main():\n    Ridge().fit([[0]], [0])\n\n"
        "if __name__ == '__main__':\n    main()\n",
        "test_train.py": "import train\n\ndef test_it_trains():\n    assert train.main() is None\n",
        "requirements.txt": "scikit-learn==1.9.1\n",
    }
    return str(make_repository(tmp_path, files))


def document(*arguments: str) -> dict[str, Any]:
    code, text = assess(*arguments, "--json", "-")
    assert code == 0
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_the_published_json_matches_its_schema_and_says_where_it_looked(repository: str) -> None:
    found = document(repository)
    jsonschema.validate(found, json.loads(SCHEMA.read_text()))
    assert found["framework"]["id"] == "mlops-levels"
    assert {"git", "human"} <= {c["source"] for c in found["collectors"]}


def test_a_table_is_printed_for_people(repository: str) -> None:
    code, text = assess(repository, "--every")
    assert code == 0
    assert "Level 0" in text
    assert "MR-1.1" in text
    assert "test_train.py" in text


def test_the_table_says_why_in_words_and_what_next(repository: str) -> None:
    words = " ".join(assess(repository)[1].split())
    why, _, steps = words.partition("The cheapest way to level 1")
    assert "Why level 0: what level 1 asks for and was not seen" in why
    assert "✗ not met MR-1.1 The scoring script is version controlled. No serving or batch-scoring" in why
    assert "1. MR-1.1 The scoring script is version controlled. [S · software-engineer · do it]" in steps
    assert "Let us see the repository" not in steps  # it was seen; what it lacks is said instead


def test_the_ml_test_score_is_a_band_with_points(repository: str) -> None:
    code, text = assess(repository, "--framework", "ml-test-score", "--json", "-")
    document = json.loads(text)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert code == 0
    assert document["points"]["out_of"] == 7
    _, table = assess(repository, "--framework", "ml-test-score")
    assert "of 5 ·" in table
    assert "points of 7" in table


def test_a_band_can_be_asked_for_and_one_that_is_not_there_is_refused(repository: str) -> None:
    assert assess(repository, "--framework", "ml-test-score", "--min-level", "5")[0] in (1, 3)
    assert assess(repository, "--framework", "ml-test-score", "--min-level", "0")[0] == 0
    code, text = assess(repository, "--framework", "google-mlops", "--min-level", "3")
    assert (code, "write 0, 1 or 2" in text) == (2, True)


def test_the_json_file_and_the_table_come_together(repository: str, tmp_path: Path) -> None:
    target = tmp_path / "scorecard.json"
    _, text = assess(repository, "--json", str(target))
    assert json.loads(target.read_text())["overall"]["confirmed"] == 0
    assert "Level 0" in text


def test_below_the_minimum_is_1_and_possibly_reached_is_3_unless_strict(repository: str) -> None:
    reached = document(repository)["overall"]
    assert reached["confirmed"] == 0
    assert assess(repository, "--min-level", "0")[0] == 0
    above = str(reached["possible"] + 1) if reached["possible"] < 4 else None
    if above:
        assert assess(repository, "--min-level", above)[0] == 1
    if reached["possible"] >= 1:
        assert assess(repository, "--min-level", "1")[0] == 3
    assert assess(repository, "--min-level", "1", "--strict")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--min-level", "9"], "0, 1, 2, 3 or 4"),
        (["--dimension", "model-release"], "DIMENSION=LEVEL"),
        (["--dimension", "astrology=2"], "application-integration"),
        (["--as-of", "yesterday"], "2026-11-23"),
        (["--framework", "nonsense"], "mlops-levels"),
        (["--subpath", "does/not/exist"], "does/not/exist"),
        (["--json", "/does/not/exist/file.json"], "Cannot write"),
    ],
)
def test_wrong_usage_is_2_and_says_what_to_write(repository: str, arguments: list[str], says: str) -> None:
    code, text = assess(repository, *arguments)
    assert code == 2
    assert says in text


@pytest.mark.parametrize("source", ["does/not/exist", "ext::sh -c touch% pwned", "file:///etc", "--upload-pack=x"])
def test_a_source_that_cannot_be_read_is_2(source: str) -> None:
    code, text = assess("--", source)
    assert code == 2
    assert text


def test_the_moment_of_judgement_can_be_given(repository: str) -> None:
    then = document(repository, "--as-of", "2030-01-01")
    verdicts = {check["verdict"] for d in then["dimensions"].values() for c in d["criteria"] for check in c["checks"]}
    assert "met" not in {v.lower() for v in verdicts}, "in 2030 nothing seen today is valid any more"
