"""Checks on code that makes models: training (GIT-02), data pipelines (GIT-12), data validation (GIT-13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.base import Facts
from assessments.checks.git.seen import absent, counted, place, seen
from assessments.checks.git.standing import KIND, project_check
from assessments.checks.verdict import DECLARED, Seen, Verdict, met, not_applicable, not_met, partial, unknown

#: What an entry point is shown as.
_ENTRY = "{how} starts {what} in {trains}"


@project_check("GIT-02", needs=("git.code",), may_read=("git.notebooks",))
def training_is_runnable(facts: Facts) -> Verdict:
    """Training starts from an entry point: a module, a command, a pipeline step – not only from a notebook."""
    code = facts["git.code"]
    if not code:
        return not_applicable("No Python or R code, and no notebooks.")
    if code["entries"]:
        return _runnable(code)
    if code["loose_count"]:
        count = counted(code["loose_count"], "file trains a model", "files train models")
        return partial(f"{count}, but no entry point reaches the training.", seen(code["loose"], text="{what}"))
    return _no_training_module(code, facts.get(KIND) or {})


def _runnable(code: Mapping[str, Any]) -> Verdict:
    count = counted(code["entry_count"], "entry point reaches", "entry points reach")
    shown = seen(code["entries"], text=_ENTRY)
    if code["share"] > 0:
        shown = (*shown[:11], Seen(f"{code['share']:.0%} of the code lines are in notebooks"))
    return met(f"Training is a runnable module: {count} training code.", shown)


def _no_training_module(code: Mapping[str, Any], kind: Mapping[str, Any]) -> Verdict:
    if code["in_notebooks_count"]:
        books = counted(code["in_notebooks_count"], "notebook trains", "notebooks train")
        lines = f"{code['share']:.0%} of the code lines are in notebooks"
        reason = f"Training lives in notebooks only: {books} a model, {lines}."
        return absent(reason, code, seen(code["in_notebooks"], text="{what}"))
    if code["r_scripts"]:
        scripts = seen(code["r_scripts"], text="R script calls {what}")
        return unknown("R scripts look like training; R is searched by pattern, not understood.", scripts)
    if code["external"]:
        return unknown(f"mlops.yaml says that training lives in {code['external']}: assess that repository too.")
    if kind.get("kind") == "not-ml":
        signals = [Seen(signal["text"], signal["where"]) for signal in kind["signals"]]
        return absent("An application that trains no model of its own.", code, signals)
    return _nothing_trained(code)


def _nothing_trained(code: Mapping[str, Any]) -> Verdict:
    model = code["ready_made"]
    if model:
        reason = (
            "No training code here; the model comes ready-made. If you do train it, name the repository in mlops.yaml "
            "(training_repository)."
        )
        return unknown(reason, [Seen(f"loads {model['text']}", model["where"])])
    places = [
        f"{number} in {name}"
        for name, number in (("tests", code["in_tests"]), ("examples", code["in_examples"]))
        if number
    ]
    elsewhere = f" Files that train only as tests or examples do not count ({', '.join(places)})." if places else ""
    return absent(f"No code that trains a model among {counted(code['python_files'], 'Python file')}.{elsewhere}", code)


@project_check("GIT-12", needs=("git.pipelines",))
def data_pipeline_is_declared(facts: Facts) -> Verdict:
    """A pipeline definition that parses and has a step that loads data; strength 0.5: declared, not seen running."""
    found = facts["git.pipelines"]
    working = found.get("pipelines", [])
    shown = tuple(Seen(_pipeline(each), place(each)) for each in working)
    loading = [each for each in working if each["loads_data"]]
    if loading:
        first = Seen("loads data", loading[0]["loads_data"])
        tools = ", ".join(found["tools"])
        return met(
            f"Data pipeline declared with {tools}; not yet seen running.", (*shown[:11], first), strength=DECLARED
        )
    if working:
        return partial(
            f"A pipeline is declared ({', '.join(found['tools'])}), but no step that loads data was found.", shown
        )
    if found.get("broken"):
        broken = found["broken"][0]
        reason = f"{broken['path']} declares a pipeline that does not work: {broken['why']}."
        return not_met(reason, seen(found["broken"], text="{why}"))
    return absent("No definition of a data pipeline (DVC, Prefect, Kubeflow, Airflow, Dagster, dbt and others).", found)


def _pipeline(each: Mapping[str, Any]) -> str:
    steps = f", {counted(each['steps'], 'step')}" if each["steps"] else ""
    return f"{each['tool']} {each['what']}{steps}"


@project_check("GIT-13", needs=("git.validation",))
def data_validation_is_called(facts: Facts) -> Verdict:
    """Validation of data exists, and code that something starts calls it."""
    found = facts["git.validation"]
    calls = found.get("calls", [])
    called = [each for each in calls if each["entry"]]
    if called:
        tools = ", ".join(sorted({each["tool"] for each in called}))
        ways = tuple(Seen(f"{each['what']}, started from {each['entry']}", place(each)) for each in called)
        return met(f"Data is validated with {tools}, in code that an entry point starts.", ways)
    if calls:
        return partial(
            "Data validation is called, but from code that no entry point reaches.", seen(calls, text="{what}")
        )
    return _validation_elsewhere(found)


def _validation_elsewhere(found: Mapping[str, Any]) -> Verdict:
    if found.get("home_made"):
        shown = seen(found["home_made"], text="{what}")
        return partial("Own functions check data by their name; no schema or validation library is called.", shown)
    if found.get("defined"):
        return partial(
            "Schemas or a validation library are there, but no working code calls a validation.",
            seen(found["defined"], text="{tool}"),
        )
    tests = f" ({counted(found['in_tests'], 'test file uses', 'test files use')} one.)" if found.get("in_tests") else ""
    return absent(f"No data validation is called outside tests.{tests}", found)
