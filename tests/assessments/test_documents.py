"""Rule documents are read safely, and every mistake is named with its file and line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.documents import (
    LARGEST,
    InvalidDocument,
    Problem,
    check_schema,
    first_deeper,
    parse_document,
    read_document,
)


def problems(text: str) -> list[Problem]:
    """What is wrong with a text, whether it can be read or not."""
    try:
        return parse_document(text, "rules.yaml").problems
    except InvalidDocument as error:
        return list(error.problems)


def test_values_keep_their_lines() -> None:
    document = parse_document("a: 1\nb:\n  - x\n  - y: 2\n", "rules.yaml")
    assert document.content == {"a": 1, "b": ["x", {"y": 2}]}
    assert [document.line(place) for place in (("a",), ("b",), ("b", 1), ("b", 1, "y"))] == [1, 2, 4, 4]
    assert document.line(("b", 1, "missing", "deeper")) == 4


def test_dates_and_versions_in_quotes_are_text() -> None:
    assert parse_document('date: 2025-10-28\nversion: "1.0"\n', "r").content == {"date": "2025-10-28", "version": "1.0"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("a: [1, 2", 1, "not YAML"),
        ("a:\n  - b\n c: d\n", 3, "not YAML"),
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is given twice"),
        ("a: !!python/object/apply:os.system ['id']\n", 1, "tag"),
        ("a: 1\nb: !custom x\n", 2, "tag"),
        ("a: &x [1]\nb: *x\n", 2, "Aliases"),
        ("a: .nan\n", 1, "cannot be read"),
        ("a: .inf\n", 1, "cannot be read"),
        ("? [a, b]\n: c\n", 1, "plain text"),
        ("[" * 5000, 1, ""),
        ("a: 1\n---\nb: 2\n", 2, "not YAML"),
        ("\x00", 1, "not YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_do(text: str, line: int, words: str) -> None:
    found = problems(text)
    assert found
    assert words in found[0].what
    assert found[0].line == line
    assert found[0].do
    assert str(found[0]).startswith(f"rules.yaml:{line}: ")


def test_all_mistakes_are_collected() -> None:
    assert [problem.line for problem in problems("a: !x 1\nb: .nan\nb: 2\n")] == [1, 2, 3]


def test_a_few_lines_that_would_expand_to_gigabytes_are_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert "Aliases" in problems(bomb)[0].what


@pytest.mark.parametrize("text", ["[" * 900_000, "- " * 50_000, "[[1]," * 150_000, "[{" * 50_000, "? " * 50_000])
def test_a_bottomless_document_is_recognised_at_once(text: str) -> None:
    started = time.monotonic()
    assert first_deeper(text, 30) == 1
    assert "nested too deeply" in problems(text)[0].what
    assert time.monotonic() - started < 5


def test_the_line_is_the_one_that_goes_too_deep() -> None:
    assert first_deeper("a:\n  b:\n    c: 1\n", 2) == 3
    assert first_deeper("a:\n  b:\n    c: 1\n", 3) == 0


@pytest.mark.parametrize("text", ["a: [", "\x00", "", "@"])
def test_the_depth_of_what_is_no_yaml_is_left_to_others(text: str) -> None:
    assert first_deeper(text, 3) == 0


@pytest.mark.parametrize("number", ["1" + ":1" * 400_000, "9" * 900_000, "1" + ":1" * 300_000 + ".5"])
def test_a_number_without_end_is_refused_before_it_is_computed(number: str) -> None:
    started = time.monotonic()
    assert "cannot be read" in problems(f"a: {number}")[0].what
    assert time.monotonic() - started < 5


def test_the_largest_size_may_be_smaller_for_what_strangers_send() -> None:
    with pytest.raises(InvalidDocument, match="larger than 10 bytes"):
        parse_document("a: 1234567890", "rules.yaml", largest=10)


def test_a_huge_file_is_refused() -> None:
    assert "larger than" in problems("a: " + "x" * LARGEST)[0].what


def test_a_missing_or_binary_file_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.yaml", "binary.yaml"):
        with pytest.raises(InvalidDocument, match="cannot be read"):
            read_document(tmp_path / name)


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    problems(text)


def test_the_digest_follows_the_content_and_not_the_layout() -> None:
    first, second = parse_document("a: 1\nb: 2\n", "r"), parse_document("# note\nb: 2\n\na:   1\n", "other")
    assert first.digest == second.digest != parse_document("a: 1\nb: 3\n", "r").digest


def test_a_schema_violation_says_what_was_expected(tmp_path: Path) -> None:
    schema = tmp_path / "s.json"
    schema.write_text('{"properties": {"a": {"type": "integer", "description": "a whole number"}}, "required": ["b"]}')
    document = parse_document("\na: x\n", "rules.yaml")
    check_schema(document, schema)
    found = sorted(map(str, document.problems))
    assert found[0].startswith("rules.yaml:2: a: 'x' is not of type 'integer'. Expected: a whole number")
    assert "'b' is a required property" in found[1]
    with pytest.raises(InvalidDocument, match="required property"):
        document.insist()
