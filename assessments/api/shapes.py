"""How scorecards, evidence, gates and frameworks look, and what is asked of them."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers

from assessments.frameworks.framework import Framework
from assessments.scoring.gate import Decision
from assessments.scoring.published import SCHEMA
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from mlops_portal.api.bodies import Body

Shape = serializers.Serializer[Any]

#: The name in the schema of the published scorecard, whose own description lies beside the engine.
SCORECARD = {"$ref": "#/components/schemas/Scorecard"}


def with_scorecard(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put the published scorecard's own JSON Schema into the API's schema (a hook of drf-spectacular)."""
    text = SCHEMA.read_text(encoding="utf-8").replace("#/$defs/", "#/components/schemas/Scorecard.")
    document = json.loads(text)
    parts = {f"Scorecard.{name}": part for name, part in document.pop("$defs").items()}
    document.pop("$schema", None)
    result["components"]["schemas"] |= {"Scorecard": document, **parts}
    return result


class Interval(Shape):
    """A level: what is confirmed, and what is possible while some of it cannot be seen."""

    confirmed = serializers.IntegerField()
    possible = serializers.IntegerField()


class PushedEvidence(Body):
    """What CI saw: a topic such as ``pushed.ci``, its payload, when it was so, and where to look."""

    topic = serializers.CharField()
    payload = serializers.DictField()
    effective_at = serializers.CharField(required=False)
    link = serializers.CharField(required=False)


class TakenEvidence(Shape):
    """What was taken."""

    topic = serializers.CharField()
    effective_at = serializers.DateTimeField()


class EvidenceShape(Shape):
    """One record of evidence, without its payload. ``standing``: verdicts rest on it."""

    id = serializers.IntegerField()
    topic = serializers.CharField()
    subject = serializers.CharField()
    sight = serializers.CharField()
    message = serializers.CharField()
    link = serializers.CharField()
    collector = serializers.CharField()
    digest = serializers.CharField()
    standing = serializers.BooleanField()
    valid_until = serializers.DateTimeField(allow_null=True)
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()


class EvidenceFilter(Body):
    """Which records a list has."""

    topic = serializers.CharField(required=False, max_length=80)
    standing = serializers.BooleanField(required=False, default=False, help_text="Only what verdicts rest on.")


class FrameworkChoice(Body):
    """Under which framework."""

    framework = serializers.CharField(default=DEFAULT_FRAMEWORK, max_length=60)


class ScoringShape(Shape):
    """One scoring: the level, since when, and what changed with it."""

    id = serializers.IntegerField()
    framework = serializers.CharField()
    framework_version = serializers.CharField()
    scored_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField()
    confirmed = serializers.IntegerField()
    possible = serializers.IntegerField()
    live = serializers.BooleanField()
    digest = serializers.CharField()
    changes = serializers.ListField(child=serializers.DictField())


class StepsQuestion(FrameworkChoice):
    """The framework, and what to take as done (may be given several times)."""

    finish = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=100)


class WhatIf(Shape):
    """The level once these criteria are met as well."""

    finished = serializers.ListField(child=serializers.CharField())
    leads_to = Interval()


class StepsShape(Shape):
    """The cheapest path to the next level, as in the scorecard; ``what_if`` where something is taken as done."""

    framework = serializers.CharField()
    overall = Interval()
    target = serializers.IntegerField(allow_null=True)
    leads_to = Interval()
    steps = serializers.ListField(child=serializers.DictField())
    what_if = WhatIf(allow_null=True)


class DimensionDemand(serializers.CharField):
    """``model-release:3``, as a dimension's key and a level."""

    default_error_messages = {"demand": "Write it as DIMENSION:LEVEL, for example model-release:3."}

    def to_internal_value(self, data: Any) -> Any:
        """The pair. Raises ValidationError."""
        key, colon, level = super().to_internal_value(data).rpartition(":")
        if not (key and colon and len(level) == 1 and level.isascii() and level.isdigit()):
            self.fail("demand")
        return key, int(level)


class _GateQuestion(FrameworkChoice):
    dimension = serializers.ListField(
        child=DimensionDemand(max_length=80), required=False, max_length=20, help_text="Such as model-release:3."
    )
    strict = serializers.BooleanField(default=False, help_text="What cannot be told counts as below.")
    waived = serializers.BooleanField(default=True, help_text="Whether a waiver opens the gate while it lasts.")


#: What is asked of a project, as parameters; the name of one is no name of Python's.
GateQuestion = type(
    "GateQuestion",
    (_GateQuestion,),
    {
        "__doc__": "The levels that are asked for.",
        "__module__": __name__,
        "min-level": serializers.IntegerField(required=False, min_value=0, max_value=9, help_text="The overall level."),
    },
)


class FindingShape(Shape):
    """The answer to one demand; ``dimension`` is null for the overall level."""

    dimension = serializers.CharField(allow_null=True)
    wanted = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    possible = serializers.IntegerField()
    waived = Interval()
    decision = serializers.ChoiceField(choices=[d.value for d in Decision])
    sentence = serializers.CharField()


class OpeningShape(Shape):
    """A waiver that opened the gate, and until when."""

    criterion = serializers.CharField()
    until = serializers.DateTimeField()


class GateShape(Shape):
    """Whether the project reaches what is asked for."""

    decision = serializers.ChoiceField(choices=[d.value for d in Decision])
    sentence = serializers.CharField()
    framework = serializers.CharField()
    checked_at = serializers.DateTimeField()
    fresh = serializers.BooleanField(help_text="Whether it was checked recently enough to rely on.")
    open_until = serializers.DateTimeField(allow_null=True)
    openings = OpeningShape(many=True)
    findings = FindingShape(many=True)


class LevelShape(Shape):
    """A level of a framework."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    meaning = serializers.CharField()


class DimensionShape(Shape):
    """A dimension of a framework."""

    key = serializers.CharField()
    title = serializers.CharField()


class SourceShape(Shape):
    """Where a framework comes from."""

    title = serializers.CharField()
    url = serializers.CharField()
    date = serializers.CharField()


class FrameworkRow(Shape):
    """A framework in force."""

    id = serializers.CharField()
    version = serializers.CharField()
    digest = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    rule = serializers.CharField()
    source = SourceShape()  # type: ignore[assignment]


class CriterionShape(Shape):
    """What a level demands."""

    id = serializers.CharField()
    dimension = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    statement = serializers.CharField()
    question = serializers.CharField()
    why = serializers.CharField()
    remedy = serializers.CharField()
    effort = serializers.CharField()
    owner = serializers.CharField()
    checks = serializers.ListField(child=serializers.CharField(), source="decided_by")
    attestable = serializers.BooleanField()


class FrameworkShape(FrameworkRow):
    """A framework in force with its levels, dimensions and criteria."""

    note = serializers.CharField()
    levels = LevelShape(many=True)
    dimensions = DimensionShape(many=True)
    criteria = serializers.SerializerMethodField()

    def get_criteria(self, framework: Framework) -> CriterionShape(many=True):  # type: ignore[valid-type]
        """In the framework's order."""
        return [
            {**CriterionShape(_Levelled(criterion, framework.level_of(criterion.id))).data}
            for criterion in framework.criteria
        ]


class _Levelled:
    """A criterion at its level in one framework."""

    def __init__(self, criterion: Any, level: int | None) -> None:
        self.criterion, self.level = criterion, level

    def __getattr__(self, name: str) -> Any:
        return getattr(self.criterion, name)
