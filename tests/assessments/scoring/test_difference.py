"""Every change between two scorecards has exactly one cause, and it is the right one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.evidence import Evidence, Sight
from assessments.frameworks.framework import Placed
from assessments.frameworks.shipped import framework, profile
from assessments.scoring.changes import Cause, Change, Kind
from assessments.scoring.difference import difference
from assessments.scoring.engine import score
from assessments.scoring.published import to_json
from assessments.scoring.scorecard import NotApplicable, Scorecard, Waiver
from tests.assessments.scoring.worlds import (
    CATALOGUE,
    CHECK_IDS,
    CHECKS,
    CRITERION_IDS,
    DECLARATION,
    MET,
    NOT_MET,
    NOW,
    STALE,
    WANTED,
    WORLDS,
    Statements,
    Verdicts,
    Wanted,
    World,
    attestation,
    attestations,
    blind,
    criteria,
    everything,
    evidence_of,
    scored,
    seen,
)

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
DEFAULT = framework()


def stored(scorecard: Scorecard) -> dict[str, Any]:
    """A scorecard as it comes back from a database."""
    document: dict[str, Any] = json.loads(json.dumps(to_json(scorecard), sort_keys=True))
    return document


def changes(before: Scorecard, after: Scorecard) -> dict[str, Change]:
    """The changes between two stored scorecards by what changed."""
    found = difference(stored(before), stored(after))
    by_id = {f"{change.kind} {change.id}": change for change in found}
    assert len(by_id) == len(found), "a thing has two causes"
    return by_id


def causes(before: Scorecard, after: Scorecard) -> set[Cause]:
    """The causes of all changes together."""
    return {change.cause for change in changes(before, after).values()}


BASE = everything(but={"HUM-08": NOT_MET})


def test_nothing_changes_when_nothing_changed() -> None:
    assert difference(scored(BASE), scored(BASE, now=LATER)) == ()


def test_new_evidence_is_named_with_its_topic_all_the_way_up() -> None:
    found = changes(scored(BASE), scored(BASE | {"MLF-04": NOT_MET}))
    assert set(found) == {
        "check MLF-04",
        "criterion MC-2.6",
        "dimension model-creation",
        "overall Overall",
    }
    assert {change.cause for change in found.values()} == {Cause.NEW_EVIDENCE}
    assert found["check MLF-04"].sentence == "MLF-04 MET → NOT_MET: new evidence in mlflow.MLF-04."
    assert found["criterion MC-2.6"].sentence == "MC-2.6 MET → NOT_MET: new evidence in mlflow.MLF-04 (MLF-04)."
    assert found["overall Overall"].before == "4"
    assert found["overall Overall"].after == "1"
    assert found["check MLF-04"].as_json() == {
        "kind": "check",
        "id": "MLF-04",
        "before": "MET",
        "after": "NOT_MET",
        "cause": "new evidence",
        "sentence": "MLF-04 MET → NOT_MET: new evidence in mlflow.MLF-04.",
        "topics": ["mlflow.MLF-04"],
        "reasons": list(found["check MLF-04"].reasons),
    }
    assert all(found["check MLF-04"].reasons)
    assert found["overall Overall"].reasons == ("", "")


def test_evidence_that_runs_out() -> None:
    found = changes(scored(BASE), scored(BASE, now=NOW + 3 * DAY))
    assert found["check MON-01"].after == "STALE"
    assert found["check MON-01"].topics == ("monitoring.MON-01",)
    assert {change.cause for change in found.values()} == {Cause.EXPIRED}


def test_evidence_that_is_seen_again() -> None:
    before = scored(BASE, now=NOW + 3 * DAY)
    after = score(evidence_of(BASE, at=NOW + 3 * DAY), DEFAULT, CATALOGUE, now=NOW + 3 * DAY, checks=CHECKS)
    assert causes(before, after) == {Cause.NEW_EVIDENCE}


def test_access_that_is_lost_and_found_again() -> None:
    without = {name: wanted for name, wanted in BASE.items() if name != "MLF-05"}
    refused = scored(without, blind("mlflow.MLF-05", Sight.UNAUTHORISED))
    assert causes(scored(BASE), refused) == {Cause.VISIBILITY}
    assert causes(refused, scored(BASE)) == {Cause.VISIBILITY}


def test_a_source_connected_for_the_first_time_is_visibility_and_a_new_topic_of_it_is_new_evidence() -> None:
    no_mlflow = {name: wanted for name, wanted in BASE.items() if CATALOGUE[name].source != "mlflow"}
    assert causes(scored(no_mlflow), scored(BASE)) == {Cause.VISIBILITY}
    one_topic_less = {name: wanted for name, wanted in BASE.items() if name != "MLF-05"}
    assert causes(scored(one_topic_less), scored(BASE)) == {Cause.NEW_EVIDENCE}


def waiver(start: timedelta, end: timedelta) -> Waiver:
    return Waiver("MC-2.4", "accepted risk", NOW + start, NOW + end)


def test_waivers_that_start_and_end() -> None:
    verdicts = BASE | {"MLF-05": NOT_MET}
    plain = scored(verdicts)
    waived = scored(verdicts, waivers=[waiver(-DAY, DAY)])
    ended = scored(verdicts, waivers=[waiver(-DAY, DAY)], now=NOW + DAY)
    started = changes(plain, waived)
    assert set(started) == {"waiver MC-2.4", "waived With waivers"}
    assert {change.cause for change in started.values()} == {Cause.WAIVER_STARTED}
    assert causes(waived, ended) == {Cause.WAIVER_ENDED}
    assert started["waiver MC-2.4"].after == "waived until 2026-11-24"


def test_an_attestation_that_is_given_withdrawn_and_runs_out() -> None:
    verdicts = {name: wanted for name, wanted in BASE.items() if name != "MLF-05"}
    plain, attested = scored(verdicts), scored(verdicts, attestation("MC-2.4"))
    assert causes(plain, attested) == {Cause.ATTESTATION}
    assert causes(attested, plain) == {Cause.ATTESTATION}
    short = attestation("MC-2.4", days=1)
    found = changes(scored(verdicts, short), scored(verdicts, short, now=NOW + timedelta(hours=30)))
    assert found["criterion MC-2.4"].cause is Cause.EXPIRED


def test_an_answer_to_a_question_is_an_attestation() -> None:
    def answered(wanted: str) -> Scorecard:
        form = Evidence("human.form", "project", Sight.OK, NOW, NOW, {"answers": [reply(wanted)], "errors": []})
        return score([form], DEFAULT, now=NOW)

    def reply(wanted: str) -> dict[str, str]:
        return {"id": "HUM-03", "answer": wanted, "link": "https://x.example", "by": "Bob", "at": NOW.isoformat()}

    assert causes(answered("no"), answered("yes")) == {Cause.ATTESTATION}


def test_what_is_approved_as_not_applicable_is_a_statement_of_people() -> None:
    verdicts = BASE | {"MLF-05": NOT_MET}
    approved = scored(verdicts, not_applicable=[NotApplicable("MC-2.4", "rule-based")])
    assert causes(scored(verdicts), approved) == {Cause.ATTESTATION}


def test_a_profile_is_a_statement_of_people() -> None:
    verdicts = BASE | {"APR-01": NOT_MET}
    assert causes(scored(verdicts), scored(verdicts, profile=profile("single-maintainer"))) == {Cause.ATTESTATION}


def test_a_check_that_answers_otherwise_with_a_new_catalogue() -> None:
    stricter = replace(CATALOGUE, version="1.1", entries=_without_confirmation(CATALOGUE.entries))
    verdicts = BASE | {"GIT-14": DECLARATION}
    before = scored(verdicts)
    after = score(evidence_of(verdicts), DEFAULT, stricter, now=LATER, checks=CHECKS)
    assert before.checks["GIT-14"].verdict.strength == 1
    found = changes(before, after)
    assert found["check GIT-14"].after == "MET (declared)"
    assert {change.cause for change in found.values()} == {Cause.CHECK}


def _without_confirmation(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: replace(entry, confirmed_by="") for name, entry in entries.items()}


def test_a_validity_that_was_shortened_is_a_changed_check_and_not_an_expiry() -> None:
    entries = dict(CATALOGUE.entries)
    entries["GIT-03"] = replace(entries["GIT-03"], validity=timedelta(minutes=1))
    before = scored({"GIT-03": MET})
    after = score(
        evidence_of({"GIT-03": MET}),
        DEFAULT,
        replace(CATALOGUE, version="1.1", entries=entries),
        now=LATER,
        checks=CHECKS,
    )
    assert changes(before, after)["check GIT-03"].cause is Cause.CHECK


def test_a_framework_that_asks_for_more() -> None:
    placed = dict(DEFAULT.placed)
    placed["MR-1.2"] = Placed(placed["MR-1.2"].criterion, 1)
    stricter = replace(DEFAULT, version="1.1", placed=placed, superseded_by={})
    verdicts = BASE | {"HUM-07": NOT_MET}
    found = changes(scored(verdicts), scored(verdicts, under=stricter))
    assert {change.cause for change in found.values()} == {Cause.FRAMEWORK}
    assert found["criterion MR-1.2"].before == "NOT_MET (met through MR-2.2), not gating"
    assert found["criterion MR-1.2"].after == "NOT_MET at level 1"


def test_what_changes_through_supersession_has_the_cause_of_what_supersedes() -> None:
    verdicts = BASE | {"GIT-03": NOT_MET}
    found = changes(scored(verdicts), scored(verdicts | {"GIT-04": NOT_MET}))
    assert found["criterion MR-1.1"].sentence == (
        "MR-1.1 NOT_MET (met through MR-2.1) → NOT_MET: new evidence in git.GIT-04 (MR-2.1)."
    )


def test_a_declaration_that_is_seen_at_work_changes_through_what_saw_it() -> None:
    verdicts = BASE | {"GIT-14": DECLARATION}
    before = scored(verdicts | {"ORC-08": NOT_MET})
    found = changes(before, scored(verdicts))
    assert found["check GIT-14"].before == "MET (declared)"
    assert found["check GIT-14"].topics == ("orchestrator.ORC-08",)
    assert {change.cause for change in found.values()} == {Cause.NEW_EVIDENCE}


def test_scorecards_of_different_frameworks_are_not_compared() -> None:
    with pytest.raises(ValueError, match="azure-mlops"):
        difference(scored({}), scored({}, under=framework("azure-mlops")))


VERDICTS = st.dictionaries(st.sampled_from(CHECK_IDS), WANTED)
STATEMENTS = st.lists(
    st.tuples(st.sampled_from(CRITERION_IDS), st.sampled_from(["yes", "no"]), st.integers(-5, 5)),
    max_size=3,
    unique_by=lambda statement: statement[0],
)


def standings(scorecard: Scorecard) -> dict[str, object]:
    """Everything in a scorecard whose change has to be explained."""
    found: dict[str, object] = {
        f"check {name}": (result.verdict.outcome, result.verdict.strength) for name, result in scorecard.checks.items()
    }
    for name, result in criteria(scorecard).items():
        found[f"criterion {name}"] = (result.outcome, result.strength, result.level, result.superseded_by)
        found[f"waiver {name}"] = result.waived_until is not None
    for dimension in scorecard.dimensions:
        found[f"dimension {dimension.key}"] = dimension.interval
    return found | {"overall Overall": scorecard.overall}


@given(world=WORLDS, first=VERDICTS, second=VERDICTS, people=st.tuples(STATEMENTS, STATEMENTS), days=st.integers(0, 40))
def test_every_change_and_nothing_else_is_explained_once(
    world: World, first: Verdicts, second: Verdicts, people: tuple[Statements, Statements], days: int
) -> None:
    now = NOW + days * DAY
    before = world.score([*world.evidence(first), attestations(people[0])])
    after = world.score([*world.evidence(second), attestations(people[1])], now=now)
    old, new = standings(before), standings(after)
    found = changes(before, after)
    explained = {key for key in found if not key.startswith(Kind.WAIVED)}
    assert explained == {key for key in old if old[key] != new[key]}


FRESH = WANTED.filter(lambda wanted: wanted is not STALE)


@given(
    world=WORLDS,
    verdicts=st.dictionaries(st.sampled_from(CHECK_IDS), FRESH),
    name=st.sampled_from(CHECK_IDS),
    wanted=FRESH,
)
def test_one_new_fact_is_the_cause_of_everything_that_changes(
    world: World, verdicts: Verdicts, name: str, wanted: Wanted
) -> None:
    base = dict.fromkeys(CHECK_IDS, NOT_MET) | verdicts
    before, after = world.score(world.evidence(base)), world.score(world.evidence(base | {name: wanted}))
    assert {change.cause for change in changes(before, after).values()} <= {Cause.NEW_EVIDENCE}


@given(world=WORLDS, verdicts=VERDICTS, days=st.integers(1, 60))
def test_time_alone_is_the_cause_when_only_time_passed(world: World, verdicts: Verdicts, days: int) -> None:
    evidence = world.evidence(verdicts)
    before, after = world.score(evidence), world.score(evidence, now=NOW + days * DAY)
    assert {change.cause for change in changes(before, after).values()} <= {Cause.EXPIRED}


@given(world=WORLDS, verdicts=VERDICTS, lost=st.sets(st.sampled_from(CHECK_IDS)))
def test_lost_access_is_the_cause_when_only_access_was_lost(world: World, verdicts: Verdicts, lost: set[str]) -> None:
    topics = {f"{'answers' if world.catalogue[n].source == 'human' else 'git'}.{n}" for n in lost}
    evidence = world.evidence(verdicts)
    refused = [blind(topic, Sight.UNAUTHORISED, at=LATER) for topic in sorted(topics)]
    before, after = world.score(evidence), world.score([*evidence, *refused], now=LATER)
    assert {change.cause for change in changes(before, after).values()} <= {Cause.VISIBILITY}


def test_deleting_one_piece_of_evidence_changes_only_what_rests_on_it() -> None:
    verdicts = {name: wanted for name, wanted in BASE.items() if name != "GIT-05"}
    found = changes(scored(BASE), scored(verdicts))
    assert {change.id for change in found.values() if change.kind is Kind.CHECK} == {"GIT-05"}
    assert {change.cause for change in found.values()} == {Cause.VISIBILITY}
    assert scored(verdicts, seen("git.GIT-05", MET)).overall == scored(BASE).overall
