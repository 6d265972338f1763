"""Topic git.validation: whether working code calls a validation of its data."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import look

MAIN = "\nif __name__ == '__main__':\n    go()\n"


@pytest.mark.parametrize(
    ("source", "tool"),
    [
        ("import pandera as pa\ns = pa.DataFrameSchema({})\ndef go():\n    s.validate(1)", "pandera"),
        ("import pandera as pa\n@pa.check_types\ndef go(): ...", "pandera"),
        ("import great_expectations as gx\ndef go():\n    gx.get_context().run_checkpoint('c')", "Great Expectations"),
        (
            "import tensorflow_data_validation as tfdv\ndef go():\n    tfdv.validate_statistics(1, 2)",
            "TensorFlow Data Validation",
        ),
        ("from evidently.test_suite import TestSuite\ndef go():\n    TestSuite([1]).run(1)", "Evidently"),
        ("import pandas\nfrom jsonschema import validate\ndef go():\n    validate(1, 2)", "JSON Schema"),
    ],
)
def test_a_call_from_code_that_is_started_is_found(source: str, tool: str) -> None:
    found = look("git.validation", {"job.py": source + MAIN})
    assert {each["tool"] for each in found["calls"]} == {tool}
    assert found["called_from_entry"] >= 1


def test_a_schema_of_another_file_is_followed_to_its_caller() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/schemas.py": "import pandera as pa\nclass Rows(pa.DataFrameModel): ...",
        "shop/train.py": f"from shop import schemas\ndef go():\n    schemas.Rows.validate(1){MAIN}",
    }
    call = look("git.validation", files)["calls"][0]
    assert (call["path"], call["line"], call["entry"]) == ("shop/train.py", 3, "shop/train.py")


def test_schemas_nobody_calls_are_only_defined() -> None:
    found = look("git.validation", {"schemas.py": "import pandera as pa\nclass Rows(pa.DataFrameModel): ..."})
    assert found["calls"] == []
    assert found["defined"] == [{"path": "schemas.py", "line": 1, "tool": "pandera"}]


def test_validation_in_tests_is_counted_apart() -> None:
    found = look("git.validation", {"tests/test_data.py": "import pandera as pa\npa.DataFrameSchema({}).validate(1)"})
    assert (found["count"], found["in_tests"]) == (0, 1)


def test_a_report_is_no_validation_and_json_schema_of_settings_is_none_either() -> None:
    report = "from evidently.report import Report\ndef go():\n    Report([1]).run(1)" + MAIN
    settings = "from jsonschema import validate\ndef go():\n    validate(1, 2)" + MAIN
    assert look("git.validation", {"report.py": report, "settings.py": settings})["count"] == 0


def test_own_checks_of_data_are_named_as_home_made() -> None:
    source = "import pandas\ndef check_schema(f): ...\ndef go():\n    check_schema(pandas.read_csv('x'))" + MAIN
    assert look("git.validation", {"job.py": source})["home_made"] == [
        {"path": "job.py", "line": 4, "what": "check_schema()"}
    ]
