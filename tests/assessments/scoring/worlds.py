"""Projects whose checks answer what a test says, through real evidence, real checks and the real engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from assessments.checks.base import Check, Facts
from assessments.checks.catalogue import Catalogue, Entry, Kind, load_catalogue
from assessments.checks.verdict import DECLARED, NOTHING, OBSERVED, Outcome, Verdict
from assessments.evidence import Evidence, Sight
from assessments.frameworks.composition import Composition, Mode
from assessments.frameworks.criteria import Criterion
from assessments.frameworks.framework import Dimension, Framework, Level, Placed, Source
from assessments.frameworks.shipped import framework
from assessments.scoring.engine import score
from assessments.scoring.scorecard import CriterionResult, DimensionResult, Scorecard
from mlops_portal.kernel.registry import Registry

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

#: A verdict a test asks for: an outcome, or "declared" for met by a declaration only.
Wanted = Outcome | str

#: What a project's checks answer, and what people stated: criterion, answer, days until it runs out.
Verdicts = dict[str, Wanted]
Statements = list[tuple[str, str, int]]

MET, PARTIAL, NOT_MET, UNKNOWN = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET, Outcome.UNKNOWN
NOT_APPLICABLE, STALE, ERROR = Outcome.NOT_APPLICABLE, Outcome.STALE, Outcome.ERROR
DECLARATION = "declared"

STRENGTHS = {MET: OBSERVED, DECLARATION: DECLARED, PARTIAL: DECLARED}


def topic_of(entry: Entry) -> str:
    """The one topic that the fake check of an entry reads. Questions to people have a source of their own here."""
    source = "answers" if entry.source == "human" else entry.source
    return f"{source}.{entry.id}"


def _answer(topic: str, name: str) -> Any:
    def answer(facts: Facts) -> Verdict:
        wanted = facts[topic]["verdict"]
        outcome = MET if wanted == DECLARATION else Outcome(wanted)
        return Verdict(outcome, STRENGTHS.get(wanted, NOTHING), f"{name} is {wanted}.")

    return answer


def fake_checks(catalogue: Catalogue) -> Registry[Check]:
    """A check per entry that answers what the payload of its topic says."""
    registry: Registry[Check] = Registry("check")
    for entry in catalogue:
        topic = topic_of(entry)
        registry.register(entry.id, Check(entry.id, (topic,), (), _answer(topic, entry.id)))
    return registry


CATALOGUE = load_catalogue()
CHECKS = fake_checks(CATALOGUE)


def seen(topic: str, wanted: Wanted, *, at: datetime = NOW, until: datetime | None = None) -> Evidence:
    """Evidence that makes the fake check of the topic answer ``wanted``."""
    payload = {"verdict": wanted.value if isinstance(wanted, Outcome) else wanted}
    return Evidence(topic, "project", Sight.OK, at, at, payload, collector="test 1", valid_until=until)


def blind(topic: str, sight: Sight, *, at: datetime = NOW) -> Evidence:
    """Evidence that looking did not succeed."""
    return Evidence(topic, "project", sight, at, at, message="it did not answer", collector="test 1")


def attestation(criterion: str, answer: str = "yes", *, days: int = 90, at: datetime = NOW) -> Evidence:
    """People's answers with one attestation in it."""
    return attestations([(criterion, answer, days)], at=at)


def attestations(given: Iterable[tuple[str, str, int]], *, at: datetime = NOW) -> Evidence:
    """People's answers with attestations (criterion, answer, days until it runs out), made the day before."""
    answers = [
        {
            "id": criterion,
            "answer": answer,
            "text": "see there",
            "link": "https://wiki.example/proof",
            "by": "Alice",
            "at": (at - timedelta(days=1)).isoformat(),
            "expires": (at + timedelta(days=days)).isoformat(),
            "line": 1,
        }
        for criterion, answer, days in given
    ]
    return Evidence("human.form", "project", Sight.OK, at, at, {"answers": answers, "errors": []})


def evidence_of(
    verdicts: Mapping[str, Wanted], catalogue: Catalogue = CATALOGUE, *, at: datetime = NOW
) -> list[Evidence]:
    """The evidence on which the fake checks answer as asked. UNKNOWN is asked for by leaving a check out."""
    return [seen(topic_of(catalogue[name]), wanted, at=at) for name, wanted in verdicts.items()]


def everything(wanted: Wanted = MET, *, but: Mapping[str, Wanted] | None = None) -> dict[str, Wanted]:
    """The same verdict for every check of the catalogue, with exceptions."""
    return {**{entry.id: wanted for entry in CATALOGUE}, **(but or {})}


def scored(
    verdicts: Mapping[str, Wanted] | None = None,
    *extra: Evidence,
    under: Framework | None = None,
    now: datetime = NOW,
    **options: Any,
) -> Scorecard:
    """The scorecard of a project whose checks answer as asked, under the default framework."""
    evidence = [*evidence_of(verdicts or {}), *extra]
    return score(evidence, under or framework(), CATALOGUE, now=now, checks=CHECKS, **options)


def criterion(scorecard: Scorecard, name: str) -> CriterionResult:
    """One criterion's result."""
    return next(c for d in scorecard.dimensions for c in d.criteria if c.id == name)


def dimension(scorecard: Scorecard, key: str) -> DimensionResult:
    """One dimension's result."""
    return next(d for d in scorecard.dimensions if d.key == key)


def criteria(scorecard: Scorecard) -> dict[str, CriterionResult]:
    """Every criterion's result by id."""
    return {c.id: c for d in scorecard.dimensions for c in d.criteria}


# ------------------------------------------------------------------------------------------------ generated worlds

WANTED = st.sampled_from([MET, PARTIAL, NOT_MET, UNKNOWN, NOT_APPLICABLE, STALE, ERROR, DECLARATION])


def verdicts_for(catalogue: Catalogue) -> st.SearchStrategy[dict[str, Wanted]]:
    """Any verdict, or none, for every check."""
    return st.dictionaries(st.sampled_from([entry.id for entry in catalogue]), WANTED)


@dataclass(eq=False)
class World:
    """A small generated catalogue and framework, with fake checks."""

    catalogue: Catalogue
    framework: Framework

    def __post_init__(self) -> None:
        self.checks = fake_checks(self.catalogue)

    def score(self, evidence: Iterable[Evidence], *, now: datetime = NOW, **options: Any) -> Scorecard:
        """The scorecard of a project in this world."""
        return score(evidence, self.framework, self.catalogue, now=now, checks=self.checks, **options)

    def evidence(self, verdicts: Mapping[str, Wanted], *, at: datetime = NOW) -> list[Evidence]:
        """The evidence on which the checks of this world answer as asked."""
        return evidence_of(verdicts, self.catalogue, at=at)

    def again(self) -> World:
        """The same world, built anew: nothing that was worked out for the first one is used."""
        return World(replace(self.catalogue), replace(self.framework))


CHECK_IDS = [f"CHK-{number:02}" for number in range(1, 10)]
CRITERION_IDS = [f"C-{number}.1" for number in range(1, 9)]
DIMENSIONS = (Dimension("people", "People", self_reported=True), Dimension("rest", "The rest"))
LEVELS = tuple(Level(number, f"level {number}", "It means something.") for number in range(4))
KINDS = st.sampled_from([Kind.AUTOMATIC, Kind.AUTOMATIC, Kind.SELF_REPORTED])


def _entry(name: str, kind: Kind, confirmed_by: str) -> Entry:
    source = "human" if kind is Kind.SELF_REPORTED else "git"
    month = timedelta(days=30)
    return Entry(name, "Is it so?", "", kind, source, month, "", "It matters.", "Do it.", "S", "owner", confirmed_by)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A catalogue of nine checks; the last three may confirm what others declare."""
    confirming = [draw(st.sampled_from(["", "", *CHECK_IDS[6:]])) for _ in CHECK_IDS[:6]] + [""] * 3
    pairs = zip(CHECK_IDS, confirming, strict=True)
    return Catalogue("1.0", "", {name: _entry(name, draw(KINDS), by) for name, by in pairs})


COMPOSITIONS = st.recursive(
    st.builds(Composition, st.just(Mode.ALL), st.tuples(st.sampled_from(CHECK_IDS))),
    lambda parts: st.builds(
        Composition,
        st.sampled_from(Mode),
        st.lists(parts | st.sampled_from(CHECK_IDS), min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=4,
)

SOME_CHECKS = st.lists(st.sampled_from(CHECK_IDS), max_size=1).map(tuple)


@st.composite
def library(draw: st.DrawFn) -> dict[str, Criterion]:
    """Eight criteria; prerequisites always have a lower number, so that there are no circles."""
    found: dict[str, Criterion] = {}
    for name in CRITERION_IDS:
        met_by = draw(COMPOSITIONS | st.none())
        found[name] = Criterion(
            id=name,
            dimension=draw(st.sampled_from(DIMENSIONS)).key,
            statement="It is so.",
            question="Is it so?",
            why="It matters.",
            remedy="Do it.",
            effort=draw(st.sampled_from("SML")),
            owner="owner",
            met_by=met_by,
            partial_by=draw(SOME_CHECKS) if met_by else (),
            supports=draw(SOME_CHECKS),
            after=tuple(draw(st.lists(st.sampled_from(list(found)), max_size=2, unique=True))) if found else (),
        )
    return found


@st.composite
def supersessions(draw: st.DrawFn, criteria: Mapping[str, Criterion]) -> dict[str, tuple[str, ...]]:
    """What supersedes has a higher number than what it supersedes, and does not have to come after it."""
    found = {}
    for index, name in enumerate(CRITERION_IDS[:-1]):
        free = [other for other in CRITERION_IDS[index + 1 :] if name not in criteria[other].after]
        if free and (others := draw(st.lists(st.sampled_from(free), max_size=2, unique=True))):
            found[name] = tuple(others)
    return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A catalogue and a framework of three levels, each with a criterion."""
    criteria = draw(library())
    levels = {name: draw(st.sampled_from([1, 2, 3, None])) for name in CRITERION_IDS}
    levels |= dict(zip(CRITERION_IDS, (1, 2, 3), strict=False))
    small = Framework(
        id="small",
        version="1.0",
        digest="",
        title="A small framework",
        summary="For tests.",
        source=Source("tests", "https://example.org", "2026-01-01"),
        note="Ours.",
        rule="gated",
        declaration_suffices_up_to=draw(st.integers(0, 2)),
        dimensions=DIMENSIONS,
        levels=LEVELS,
        placed={name: Placed(criteria[name], levels[name]) for name in CRITERION_IDS},
        superseded_by=draw(supersessions(criteria)),
        profiles={},
    )
    return World(draw(catalogues()), small)


#: Sums of half points that end the first three bands of the small world whose rule is points.
BANDS = (0.0, 1.0, 2.5, None)


@st.composite
def point_worlds(draw: st.DrawFn) -> World:
    """A catalogue and a framework of two sections with four tests each, in bands."""
    world = draw(worlds())
    tests = {
        name: Placed(replace(placed.criterion, dimension=DIMENSIONS[index % 2].key, after=()), 1)
        for index, (name, placed) in enumerate(world.framework.placed.items())
    }
    bands = tuple(Level(n, f"band {n}", "It means something.", up_to) for n, up_to in enumerate(BANDS))
    small = replace(
        world.framework, rule="points", declaration_suffices_up_to=0, levels=bands, placed=tests, superseded_by={}
    )
    return World(world.catalogue, small)


#: Worlds with gates, worlds with points, either.
WORLDS = worlds()
POINT_WORLDS = point_worlds()
ANY_WORLDS = st.one_of(WORLDS, POINT_WORLDS)
