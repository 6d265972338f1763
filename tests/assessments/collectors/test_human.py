"""Reading what people say about their project: good answers are kept, bad ones are named with file and line."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.collectors.answers import read_answers
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.human import HumanCollector, answers_evidence
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = Request("flights", NOW, repository="/srv/flights", allow_local=True)
GOOD = """\
target: 3
serving_repository: https://git.example.org/flights/api
agreements: {slices: [carrier], staleness_days: 60}
tools:
  - {name: Metaflow, does: orchestration}
answers:
  - {id: HUM-01, answer: yes, text: "Alice, Bob", by: Dana, at: 2026-11-01}
  - id: MC-2.1
    answer: no
    by: Bob
    at: 2026-11-01
    expires: 2027-04-30
"""


def _errors(answer: str) -> list[str]:
    """What is wrong with one answer."""
    return list(read_answers(f"answers:\n  - {answer}\n", "mlops.yaml")["errors"])


def test_answers_are_read_with_their_line_and_times_in_utc() -> None:
    seen = read_answers(GOOD, "mlops.yaml")
    assert seen["errors"] == []
    first, second = seen["answers"]
    assert (first["id"], first["answer"], first["by"], first["line"]) == ("HUM-01", "yes", "Dana", 7)
    assert (second["answer"], second["at"], second["expires"], second["line"]) == (
        "no",
        "2026-11-01T00:00:00+00:00",
        "2027-04-30T00:00:00+00:00",
        8,
    )


def test_target_repository_tools_and_agreements_are_read() -> None:
    seen = read_answers(GOOD, "mlops.yaml")
    assert (seen["target"], seen["serving_repository"]) == (3, "https://git.example.org/flights/api")
    assert seen["tools"] == [{"name": "Metaflow", "does": "orchestration", "link": ""}]
    assert seen["agreements"] == {"slices": ["carrier"], "staleness_days": 60}


def test_a_bad_answer_is_named_with_file_and_line_and_the_good_ones_are_kept() -> None:
    text = GOOD + "  - {id: HUM-02, answer: maybe, by: Bob, at: 2026-11-01}\n"
    seen = read_answers(text, "ml/mlops.yaml")
    assert [item["id"] for item in seen["answers"]] == ["HUM-01", "MC-2.1"]
    assert len(seen["errors"]) == 1
    assert seen["errors"][0].startswith("ml/mlops.yaml:13: answers.2.answer")


def test_a_bad_field_elsewhere_costs_only_itself() -> None:
    seen = read_answers(GOOD.replace("target: 3", "target: 7"), "mlops.yaml")
    assert seen["target"] is None
    assert len(seen["answers"]) == 2
    assert "mlops.yaml:1:" in seen["errors"][0]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("{id: HUM-99, answer: yes, by: Bob, at: 2026-11-01}", "no such question"),
        ("{id: HUM-01, answer: pipeline, by: Bob, at: 2026-11-01}", "'pipeline' is not an answer"),
        ("{id: MC-2.1, answer: registry, by: Bob, at: 2026-11-01, expires: 2026-12-01}", "not an answer"),
        ("{id: MC-2.1, answer: yes, by: Bob, at: 2026-11-01, link: 'https://x.org'}", "must end"),
        ("{id: MC-2.1, answer: yes, by: Bob, at: 2026-11-01, expires: 2026-12-01}", "needs a proof"),
        ("{id: HUM-01, answer: yes, by: Bob, at: 2026-11-01, expires: 2026-10-01}", "must end after it was given"),
        ("{id: HUM-01, answer: yes, by: Bob, at: 2026-11-01, expires: 2099-10-01}", "within a year"),
        ("{id: HUM-01, answer: yes, by: Bob, at: 2026-13-45}", "is no date"),
        ("{id: HUM-01, answer: yes, by: Bob, at: yesterday}", "a date such as"),
        ("{id: HUM-01, answer: yes, by: Bob}", "'at' is a required property"),
        ("{id: HUM-01, answer: yes, at: 2026-11-01}", "'by' is a required property"),
        ("{id: HUM-01, answer: yes, by: Bob, at: 2026-11-01, link: 'javascript:alert(1)'}", "http:// or https://"),
        ("{id: HUM-01, answer: yes, by: Bob, at: 2026-11-01, link: 'https://bob:pw@x.org'}", "holds no password"),
        ("{id: '../../etc', answer: yes, by: Bob, at: 2026-11-01}", "a question such as HUM-01"),
        ("{id: HUM-01, answer: yes, by: Bob, at: 2026-11-01, level: 4}", "'level' was unexpected"),
        ("just text", "is not of type 'object'"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(answer: str, complaint: str) -> None:
    (error,) = _errors(answer)
    assert complaint in error
    assert error.startswith("mlops.yaml:2: ")


def test_the_hand_off_question_has_answers_of_its_own() -> None:
    assert _errors("{id: HUM-07, answer: registry, by: Bob, at: 2026-11-01}") == []


@pytest.mark.parametrize(
    "text",
    [
        "answers: [",
        "a: &a [1]\nb: *a",
        "a: !!python/object/apply:os.system [ls]",
        "[" * 50_000,
        "answers: 7",
        "- a",
        "just text",
        "",
        "\x00",
        "a: " + "x" * 1_100_000,
        "answers:\n" + "- " * 20_000,
    ],
)
def test_broken_and_hostile_files_end_in_errors_with_a_line(text: str) -> None:
    seen = read_answers(text, "mlops.yaml")
    assert seen["answers"] == []
    assert seen["errors"][0].startswith("mlops.yaml:")


@given(st.text(max_size=200))
def test_no_text_whatsoever_is_a_crash(text: str) -> None:
    assert isinstance(read_answers(text, "mlops.yaml")["errors"], list)
    assert isinstance(read_answers(f"answers:\n  - {text}", "mlops.yaml")["errors"], list)


def test_a_thousand_errors_are_not_all_kept() -> None:
    assert len(read_answers("answers:\n" + "  - nonsense\n" * 150, "mlops.yaml")["errors"]) == 30


def _collected(request: Request, collector: HumanCollector | None = None) -> Evidence:
    (evidence,) = (collector or HumanCollector()).collect(request)
    assert evidence.topic == "human.file"
    return evidence


def _repository(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "answers"]):
        subprocess.run(
            ["git", "-c", "user.name=Bob", "-c", "user.email=bob@example.org", *command], cwd=folder, check=True
        )
    return folder


def test_answers_are_found_in_a_real_repository_and_a_deleted_file_is_noticed(tmp_path: Path) -> None:
    folder = _repository(tmp_path / "flights", {"mlops.yaml": GOOD, "train.py": ""})
    request = replace(REQUEST, repository=str(folder))
    found = _collected(request)
    assert (found.sight, len(found.payload["answers"])) == (Sight.OK, 2)
    subprocess.run(["git", "rm", "-q", "mlops.yaml"], cwd=folder, check=True)
    subprocess.run(
        ["git", "-c", "user.name=Bob", "-c", "user.email=b@example.org", "commit", "-qm", "gone"],
        cwd=folder,
        check=True,
    )
    gone = _collected(request)
    assert (gone.sight, gone.payload["answers"]) == (Sight.EMPTY, [])


def test_a_projects_own_answers_come_before_those_at_the_root(tmp_path: Path) -> None:
    files = {"mlops.yaml": GOOD, "flights/mlops.yaml": "target: 2\n"}
    folder = _repository(tmp_path / "monorepo", files)
    seen = _collected(replace(REQUEST, repository=str(folder), subpath="flights"))
    assert (seen.payload["path"], seen.payload["target"]) == ("flights/mlops.yaml", 2)


def test_an_unreadable_repository_is_not_an_empty_one(tmp_path: Path) -> None:
    seen = _collected(replace(REQUEST, repository=str(tmp_path / "nowhere")))
    assert seen.sight is Sight.UNREACHABLE
    assert "no folder" in seen.message


def test_withdrawn_access_is_told_as_such() -> None:
    def refuse(_: Request) -> None:
        raise CannotLook("No.", Sight.UNAUTHORISED)

    assert _collected(REQUEST, HumanCollector(refuse)).sight is Sight.UNAUTHORISED


def test_a_fault_of_ours_is_an_error_that_tells_no_secret() -> None:
    def fail(_: Request) -> None:
        raise ZeroDivisionError("s3cret")

    seen = _collected(REQUEST, HumanCollector(fail))
    assert seen.sight is Sight.ERROR
    assert "s3cret" not in seen.message


def test_a_file_given_takes_the_place_of_the_repositorys(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("target: 1\n")
    seen = _collected(replace(REQUEST, answers=path))
    assert (seen.payload["target"], seen.subject) == (1, "answers.yaml")


def test_a_file_given_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    assert _collected(replace(REQUEST, answers=tmp_path / "none.yaml")).sight is Sight.UNREACHABLE


def test_a_file_with_errors_only_is_seen_with_its_errors() -> None:
    (evidence,) = answers_evidence("answers: [", "mlops.yaml", REQUEST)
    assert evidence.sight is Sight.OK
    assert evidence.payload["errors"]


def test_without_a_place_to_look_it_is_not_configured() -> None:
    assert not HumanCollector().configured(replace(REQUEST, repository=""))
    assert HumanCollector().configured(REQUEST)
