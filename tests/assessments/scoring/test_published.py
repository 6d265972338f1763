"""The published JSON: valid against its schema, readable back, and the same bytes for the same inputs."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assessments.checks.verdict import Seen, Verdict, met
from assessments.evidence import Sight, with_digest
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import profile, shipped_frameworks
from assessments.scoring.published import SCHEMA, canonical_bytes, from_json, to_json
from assessments.scoring.scorecard import Waiver
from tests.assessments.scoring.worlds import (
    CATALOGUE,
    NOT_MET,
    NOW,
    Verdicts,
    attestation,
    blind,
    everything,
    evidence_of,
    scored,
    verdicts_for,
)

VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
FRAMEWORKS = pytest.mark.parametrize("framework", shipped_frameworks(), ids=lambda framework: framework.id)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)


@FRAMEWORKS
@given(verdicts=verdicts_for(CATALOGUE), days=st.integers(0, 200))
@settings(max_examples=30)
def test_every_scorecard_is_valid_and_comes_back_as_it_was(framework: Framework, verdicts: Verdicts, days: int) -> None:
    scorecard = scored(verdicts, under=framework, now=NOW + timedelta(days=days))
    document = to_json(scorecard)
    VALIDATOR.validate(document)
    again = from_json(json.loads(json.dumps(document, sort_keys=True)))
    assert again == scorecard
    assert to_json(again) == document


def test_a_scorecard_with_everything_in_it_comes_back_as_it_was() -> None:
    waiver = Waiver("MC-2.6", "accepted risk", NOW, NOW + timedelta(days=9))
    scorecard = scored(
        everything(but={"MLF-05": NOT_MET, "GIT-11": NOT_MET}),
        attestation("MC-2.4"),
        blind("git.GIT-03", Sight.UNREACHABLE),
        waivers=[waiver],
        profile=profile("single-maintainer"),
    )
    assert scorecard.contradictions
    assert scorecard.waived != scorecard.overall or scorecard.notes
    document = to_json(scorecard) | {"collectors": [{"source": "git", "outcome": "ok", "seconds": 0.2}], "newer": 1}
    VALIDATOR.validate(document)
    assert from_json(document) == scorecard


def test_the_shape_is_the_one_that_is_promised() -> None:
    document = to_json(scored({"GIT-03": NOT_MET}))
    assert document["schema"] == 1
    assert document["framework"] == {"id": "mlops-levels", "version": "1.0"}
    assert set(document["overall"]) == {"confirmed", "possible"}
    assert list(document["dimensions"]) == ["people", "model-creation", "model-release", "application-integration"]
    release = document["dimensions"]["model-release"]
    first = release["criteria"][0]
    assert (first["id"], first["level"], first["verdict"], first["strength"]) == ("MR-1.1", 1, "not_met", 0.0)
    check = first["checks"][0]
    assert {"id", "verdict", "reason", "seen", "link"} <= set(check)
    assert (check["id"], check["verdict"], check["reason"]) == ("GIT-03", "not_met", "GIT-03 is not_met.")
    assert document["next_steps"][0]["criterion"]


def test_a_document_that_is_no_scorecard_is_refused_by_the_schema() -> None:
    document = to_json(scored({}))
    document["overall"]["confirmed"] = "2"
    del document["dimensions"]["people"]["criteria"][0]["verdict"]
    assert len(list(VALIDATOR.iter_errors(document))) == 2


def test_what_was_seen_is_published_with_its_place_and_link() -> None:
    verdict: Verdict = met("Tests run.", [Seen("pytest", ".github/workflows/ci.yml:12", "https://git.example/ci")])
    assert verdict.seen[0].as_json() == {
        "text": "pytest",
        "where": ".github/workflows/ci.yml:12",
        "link": "https://git.example/ci",
    }


def test_a_digest_that_is_known_already_is_used_and_not_computed_again() -> None:
    known = "f" * 64
    (item,) = evidence_of({"GIT-03": NOT_MET})
    result = scored({}, with_digest(item, known)).checks["GIT-03"]
    assert result.evidence == (f"git.GIT-03:{known}",)


def test_scoring_twice_gives_the_same_bytes_and_another_moment_gives_others() -> None:
    assert canonical_bytes(scored(everything())) == canonical_bytes(scored(everything()))
    assert canonical_bytes(scored({})) != canonical_bytes(scored({}, now=NOW + timedelta(seconds=1)))
