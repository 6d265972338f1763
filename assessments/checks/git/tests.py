"""Checks on tests: they reach the scoring code (GIT-04), exist (GIT-05), and exercise the model (GIT-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.base import Facts
from assessments.checks.git.pipelines import Pipelines
from assessments.checks.git.seen import absent, counted, place, seen
from assessments.checks.git.standing import KIND, project_check
from assessments.checks.verdict import DECLARED, Seen, Verdict, met, not_applicable, partial, unknown


@project_check("GIT-04", needs=("git.tests", "git.serving"))
def tests_reach_the_scoring_code(facts: Facts) -> Verdict:
    """A test imports the serving entry, directly or through the application that holds it."""
    tests, served = facts["git.tests"], facts["git.serving"]
    in_python = [each for each in served.get("entries", []) if str(each["path"]).endswith(".py")]
    if not in_python:
        return _nothing_to_test(served)
    hits = tests.get("serving_tests", [])
    if hits:
        count = counted(len(hits), "test file reaches", "test files reach")
        return met(f"{count} the scoring entry point.", [_way(hit) for hit in hits])
    parts = tests.get("scoring_parts", [])
    if parts:
        return partial(
            "Tests import code behind the scoring entry point, but not the entry itself.",
            seen(parts, text="imports {part}"),
        )
    looked = seen(in_python, text="scoring entry point that no test imports")
    return absent("No test imports the scoring entry point.", tests or served, looked)


def _nothing_to_test(served: Mapping[str, Any]) -> Verdict:
    if served.get("external"):
        return unknown(f"Serving lives in {served['external']}: assess that repository too.")
    if served.get("left_out"):
        return unknown("No Python serving code found, but not every file was read.")
    return not_applicable("No Python serving code in this repository.")


def _way(hit: Mapping[str, Any]) -> Seen:
    through = f" through {', '.join(hit['through'])}" if hit["through"] else ""
    return Seen(f"imports {hit['entry']}{through}", place(hit))


@project_check("GIT-05", needs=("git.tests",))
def unit_tests_exist(facts: Facts) -> Verdict:
    """Collectable unit tests that check something, at least one of which imports the project's own code."""
    tests = facts["git.tests"]
    unit, integration = _number(tests, "unit"), _number(tests, "integration")
    shown = seen(tests.get("files", []), text="{tests} {kind} tests")
    if unit and any(each["imports_project"] for each in tests["files"]):
        return met(f"{counted(unit, 'unit test')} can be collected by {tests['framework']}{_details(tests)}.", shown)
    if unit:
        return partial(f"{counted(unit, 'unit test')}, but the tests import nothing of the project.", shown)
    if integration:
        return partial(f"Only integration tests ({integration}); no unit tests.", shown)
    return _no_python_tests(tests)


def _number(tests: Mapping[str, Any], kind: str) -> int:
    return int(tests.get(kind, {}).get("tests", 0))


def _details(tests: Mapping[str, Any]) -> str:
    parts = [f"{tests['parametrised']} parametrised"] if tests["parametrised"] else []
    parts += [f"{tests['without_assertion']} more check nothing"] if tests["without_assertion"] else []
    return f" ({', '.join(parts)})" if parts else ""


def _no_python_tests(tests: Mapping[str, Any]) -> Verdict:
    others = tests.get("other_languages", [])
    if others:
        names = ", ".join(each["language"] for each in others)
        return unknown(
            f"Tests in {names}, which we cannot read.",
            [Seen(f"{each['count']} files", each["where"]) for each in others],
        )
    left = seen(tests.get("uncollected", []), text="{why}")
    if left:
        return absent(
            "Files named like tests, but none holds a test that can be collected and checks something.", tests, left
        )
    return absent("No unit tests.", tests)


@project_check("GIT-08", needs=("git.tests",), may_read=("git.ci", "git.serving"))
def integration_tests_exercise_the_model(facts: Facts) -> Verdict:
    """A test asks the model behind its interface; strength 0.5: in the repository, not seen passing."""
    tests = facts["git.tests"]
    if (facts.get(KIND) or {}).get("kind") == "not-ml":
        return absent("No model of its own to exercise.", tests)
    hits = tests.get("model_tests", [])
    suite = [hit for hit in hits if "outside the test suite" not in hit["how"]]
    real = [hit for hit in suite if not hit["replaced"]]
    if real:
        count = counted(len(real), "test file asks", "test files ask")
        return met(
            f"{count} the model behind its interface; not yet seen passing.",
            seen(real, text="{how}"),
            strength=DECLARED,
        )
    if suite:
        return partial(
            "Tests go through the interface, but put a stand-in in the model's place.", seen(suite, text="{how}")
        )
    if hits:
        return partial("A smoke test script asks the service, outside the test suite.", seen(hits, text="{how}"))
    return _no_integration_tests(facts, tests)


def _no_integration_tests(facts: Facts, tests: Mapping[str, Any]) -> Verdict:
    others = seen(
        [each for each in tests.get("files", []) if each["kind"] == "integration"], text="{why}, but not of the model"
    )
    if others:
        return absent("There are integration tests, but none that reaches a model.", tests, others)
    if not facts.get("git.ci"):
        return unknown("No integration tests found, and no CI that could be running some from elsewhere can be seen.")
    if hidden := Pipelines(facts["git.ci"]).hidden("test"):
        return unknown("No integration tests here; CI goes where it could not be followed and may run some.", hidden)
    return absent("No integration test exercises the model, in the repository or its CI.", tests)
