"""The catalogue that ships: complete, well-formed, answered by code; and every mistake in another one is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assessments.checks.base import SOURCE_NAMES
from assessments.checks.catalogue import SHIPPED, Entry, Kind, load_catalogue, parse_catalogue
from assessments.checks.load import load_checks
from assessments.documents import InvalidDocument

DESIGN = Path(__file__).resolve().parents[4] / "shared" / "design" / "catalogue.json"
KINDS = {"A": Kind.AUTOMATIC, "S": Kind.PARTLY, "H": Kind.SELF_REPORTED}
CATALOGUE = load_catalogue()
#: Ids, signs and abbreviations of roles: for tables, not for sentences.
SHORTHAND = re.compile(r"\b[A-Z]{2,4}-\d|[≥≤]|[<>!]=|->|\b(?:DE|DS|SE)\b")
#: Questions that the design has in shorthand and the catalogue in words: the design's, then ours.
REWORDED = {
    "GIT-02": (
        "Is training code a runnable module/CLI (not notebook-only)?",
        "Is the training code a module or command that a machine can run, not only a notebook?",
    ),
    "GIT-03": (
        "Is the scoring/serving entry point tracked in git?",
        "Is the entry point that scores or serves tracked in git?",
    ),
    "GIT-09": (
        "Is the application build+release automated?",
        "Are build and release of the application automated?",
    ),
    "GIT-11": (
        "Is the environment reproducible (lockfile or fully pinned + container/env definition)?",
        "Is the environment reproducible: a lock file or full pins, and a definition of the container or environment?",
    ),
    "GIT-12": (
        "Is there data-pipeline code (declared)?",
        "Is the gathering and preparing of data written as the code of a pipeline?",
    ),
    "GIT-13": (
        "Is data validation/schema code present and called in the pipeline?",
        "Is there code that validates data against a schema, and does the pipeline call it?",
    ),
    "GIT-15": (
        "Does a CI/CD job deploy a model by registry reference (alias/version), not a copied file?",
        "Does a CI/CD job deploy the model by its reference in the registry (alias or version), not as a copied file?",
    ),
    "GIT-16": (
        "Is canary/shadow/A-B routing defined?",
        "Is a canary, shadow or A/B route for new versions defined?",
    ),
    "GIT-17": (
        "Do >=2 roles author the training paths, and >=2 the serving paths?",
        "Do people in at least two roles change the training code, and in at least two the serving code?",
    ),
    "MLF-02": (
        "What share of orchestrated training runs has an MLflow run (>=80%)?",
        "Do at least four in five orchestrated training runs have an MLflow run?",
    ),
    "MLF-03": (
        "Do runs carry a git commit that resolves in the linked repo, clean tree?",
        "Do runs name a git commit of the linked repository, made from a clean working tree?",
    ),
    "MLF-04": (
        "Do runs log dataset inputs with a digest/version?",
        "Do runs log their data sets with a digest or a version?",
    ),
    "MLF-06": (
        "Does every served version resolve version -> run -> commit -> dataset digest?",
        "Does every served version lead back to its run, its commit and the digest of its data set?",
    ),
    "MLF-07": (
        "Does the live version have a signature, env files and input example?",
        "Does the live version have a signature, environment files and an input example?",
    ),
    "ORC-01": (
        "Did the data pipeline succeed without a human start in >=90% of due windows?",
        "Did the data pipeline succeed, without a person starting it, in at least nine of ten due windows?",
    ),
    "ORC-02": (
        "Is training a deployed flow/pipeline with an active schedule or event trigger?",
        "Is training a deployed flow or pipeline with an active schedule or event trigger?",
    ),
    "ORC-03": (
        "Did >=3 automated training runs succeed in the window?",
        "Did at least three automated training runs succeed in the window?",
    ),
    "ORC-04": (
        "Do training runs use managed compute (work pool/K8s/cloud), not a laptop process?",
        "Do training runs use managed machines (a work pool, Kubernetes, a cloud service) rather than a laptop?",
    ),
    "ORC-09": (
        "Is the path trigger->train->validate->register->deploy free of manual starts except policy approvals?",
        "Is the way from trigger through training, validation and registration to deployment free of manual starts, "
        "except for the approvals that a policy asks for?",
    ),
    "MON-02": (
        "Are drift reports produced for >=90% of due windows?",
        "Are drift reports produced for at least nine of ten due windows?",
    ),
    "MON-06": (
        "Are alerts acknowledged within the agreed time (>=80%)?",
        "Are at least four in five alerts acknowledged within the agreed time?",
    ),
    "APR-01": (
        "Does every production promotion have a decision record, approver != requester?",
        "Was every promotion to production decided on record, by somebody other than whoever asked for it?",
    ),
    "APR-02": (
        "Does the approver hold the release role (software/ML engineering)?",
        "Does whoever approves hold a release role, in software or ML engineering?",
    ),
    "APR-03": (
        "Is the Slack actor a mapped portal user, and the request signature verified?",
        "Is everybody who decides in Slack known to the portal, and was the signature of the request verified?",
    ),
    "HUM-01": (
        "Named owners for data science, data engineering, software engineering?",
        "Are owners named for data science, data engineering and software engineering?",
    ),
    "HUM-03": (
        "Where is the input/output contract that DE, DS and SE agreed?",
        "Where is the contract for inputs and outputs that data engineers, data scientists and software engineers "
        "agreed on?",
    ),
    "HUM-05": (
        "Is compute managed (who provisions, is it shared)?",
        "Are the machines for training managed: who provides them, and are they shared?",
    ),
    "HUM-06": (
        "Which production data markers/metrics did DS and SE agree?",
        "Which figures of production data did data scientists and software engineers agree to watch?",
    ),
    "HUM-08": (
        "Is a feature store needed (are features shared by >=2 models)?",
        "Is a feature store needed, because two models or more share features?",
    ),
}


def test_there_are_62_checks_each_with_its_texts() -> None:
    assert len(CATALOGUE) == 62
    for entry in CATALOGUE:
        assert entry.question.endswith("?")
        assert len(entry.why) > 40
        assert len(entry.remedy) > 40
        assert entry.source in SOURCE_NAMES


@pytest.mark.skipif(not DESIGN.exists(), reason="the design's catalogue is not here; it is compared where it is")
def test_ids_validities_and_kinds_are_those_of_the_design() -> None:
    checks = json.loads(DESIGN.read_text(encoding="utf-8"))["checks"]
    assert {entry.id for entry in CATALOGUE} == {check["id"] for check in checks}
    for check in checks:
        entry = CATALOGUE[check["id"]]
        assert (entry.validity.days, entry.kind) == (check["valid_days"], KINDS[check["cls"]])


@pytest.mark.skipif(not DESIGN.exists(), reason="the design's catalogue is not here; it is compared where it is")
def test_questions_are_those_of_the_design_save_those_that_were_put_into_plain_words() -> None:
    designed = {check["id"]: check["question"] for check in json.loads(DESIGN.read_text(encoding="utf-8"))["checks"]}
    assert {entry.id for entry in CATALOGUE if entry.question != designed[entry.id]} == REWORDED.keys()
    for name, (shorthand, question) in REWORDED.items():
        assert (designed[name], CATALOGUE[name].question) == (shorthand, question)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_what_people_read_is_in_words(entry: Entry) -> None:
    for text in (entry.question, entry.why, entry.remedy):
        assert not SHORTHAND.search(text)


@pytest.mark.parametrize("id", [entry.id for entry in CATALOGUE])
def test_every_check_of_the_catalogue_is_answered_by_a_function(id: str) -> None:
    assert id in load_checks()


def test_every_function_answers_a_check_of_the_catalogue() -> None:
    assert {name for name, _ in load_checks()} <= {entry.id for entry in CATALOGUE}


def test_every_topic_belongs_to_a_source_that_people_can_name() -> None:
    topics = {topic for _, check in load_checks() for topic in check.reads}
    assert {topic.partition(".")[0] for topic in topics} <= set(SOURCE_NAMES)


def test_declarations_are_confirmed_by_the_matching_run_time_check() -> None:
    confirmed = {entry.id: entry.confirmed_by for entry in CATALOGUE if entry.confirmed_by}
    assert confirmed == {
        "GIT-06": "GIT-07",
        "GIT-08": "GIT-07",
        "GIT-09": "GIT-07",
        "GIT-10": "GIT-07",
        "GIT-12": "ORC-01",
        "GIT-14": "ORC-08",
        "GIT-15": "ORC-08",
        "GIT-16": "MON-08",
        "GIT-18": "MON-01",
    }


def broken(old: str, new: str) -> list[str]:
    """The problems of the shipped catalogue after one replacement."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InvalidDocument) as caught:
        parse_catalogue(text.replace(old, new, 1))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("class: automatic", "class: magic", "'magic' is not one of"),
        ("valid_days: 180", "valid_days: soon", "'soon' is not of type 'integer'"),
        ("valid_days: 180", "valid_days: 0", "less than the minimum"),
        ("effort: S", "effort: XL", "'XL' is not one of"),
        ("owner: data-scientist", "owner: nobody", "'nobody' is not one of"),
        ("id: GIT-02", "id: GIT-01", "GIT-01 is defined twice, first on line"),
        ("confirmed_by: GIT-07", "confirmed_by: GIT-99", "No check is called 'GIT-99'"),
        ("confirmed_by: GIT-07", "confirmed_by: GIT-12", "GIT-12 needs a confirmation itself"),
        ('version: "1.0"', "version: 1.0", "1.0 is not of type 'string'"),
        ("source: git", "source: git\n    colour: red", "'colour' was unexpected"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_what_to_do(old: str, new: str, words: str) -> None:
    found = broken(old, new)
    assert any(words in problem for problem in found)
    assert all(problem.startswith("catalogue.yaml:") for problem in found)


def test_all_mistakes_are_reported_at_once() -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("effort: S", "effort: XL").replace("id: GIT-02", "id: GIT-01")
    with pytest.raises(InvalidDocument) as caught:
        parse_catalogue(text)
    assert len(caught.value.problems) > 20
