"""How assessments, their questions and answers look, and what is asked of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.api.shapes import Interval
from assessments.models import Assessment
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from mlops_portal.api.bodies import Body
from mlops_portal.reviews.selectors import open_review_of

Shape = serializers.Serializer[Any]


class Person(Shape):
    """A person."""

    username = serializers.CharField()
    name = serializers.CharField(source="display_name")


class AssessmentRow(Shape):
    """An assessment in a list. ``version`` counts every change."""

    id = serializers.IntegerField()
    project = serializers.CharField(source="project.slug")
    framework = serializers.CharField()
    framework_version = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    confirmed = serializers.IntegerField(allow_null=True)
    possible = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField()
    started_by = Person()
    started_at = serializers.DateTimeField()
    submitted_by = Person(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class AssessmentShape(AssessmentRow):
    """An assessment. ``reasons`` maps a criterion to what the reviewer wants changed; ``review`` is the open review."""

    agreements = serializers.DictField()
    reasons = serializers.DictField(child=serializers.CharField())
    review = serializers.SerializerMethodField()

    def get_review(self, assessment: Assessment) -> int | None:
        """The id of the review that waits for a decision."""
        found = open_review_of("assessment", str(assessment.pk))
        return found.pk if found else None


class NewAssessment(Body):
    """Under which framework to assess."""

    framework = serializers.CharField(default=DEFAULT_FRAMEWORK, max_length=60)


class AnswerShape(Shape):
    """An answer as drafted. ``said_by`` names who gave it, where it was taken over from ``mlops.yaml``."""

    item = serializers.CharField()
    answer = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField()
    expires = serializers.DateField(allow_null=True)
    by = Person()
    said_by = serializers.CharField()
    at = serializers.DateTimeField()
    version = serializers.IntegerField()


class NewAnswer(Body):
    """An answer: yes, no, not-sure or a choice of the question. A yes to a criterion needs a link and an end."""

    answer = serializers.CharField(max_length=20)
    text = serializers.CharField(required=False, allow_blank=True, default="")
    link = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    expires = serializers.DateField(required=False, allow_null=True, default=None)


class Agreements(Body):
    """What the project's people agreed on, as the whole of it: slices, staleness_days and the like."""

    agreements = serializers.DictField()


class SeenShape(Shape):
    """One thing that a machine saw."""

    text = serializers.CharField()
    where = serializers.CharField()
    link = serializers.CharField()


class MachineShape(Shape):
    """What machines saw about an item."""

    id = serializers.CharField()
    question = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    seen = SeenShape(many=True)


class ItemShape(Shape):
    """One thing to answer. ``settled``: machines have met it already, and no answer is needed."""

    id = serializers.CharField()
    kind = serializers.CharField()
    text = serializers.CharField()
    why = serializers.CharField()
    counts = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    decides = serializers.ListField(child=serializers.CharField())
    choices = serializers.SerializerMethodField()
    machines = MachineShape(many=True)
    settled = serializers.BooleanField()
    answer = AnswerShape(allow_null=True)
    ran_out = serializers.BooleanField()
    contradiction = serializers.CharField()

    def get_choices(self, item: Any) -> list[str]:
        """The values that ``answer`` may have."""
        return [value for value, _ in item.choices]


class PartShape(Shape):
    """One dimension of the questions."""

    key = serializers.CharField()
    title = serializers.CharField()
    total = serializers.IntegerField()
    answered = serializers.IntegerField()
    items = ItemShape(many=True)


class QuestionnaireShape(Shape):
    """Everything that is asked, and the level with the answers as they are now."""

    assessment = serializers.IntegerField(source="assessment.pk")
    overall = Interval(source="scorecard.overall")
    dimensions = PartShape(many=True)


#: With which assessment to compare; the parameter's name is a word of Python's.
Against = type(
    "Against",
    (Body,),
    {
        "__doc__": "With which assessment to compare.",
        "__module__": __name__,
        "with": serializers.IntegerField(
            required=False, min_value=1, help_text="Another assessment of the project; else the live scorecard."
        ),
    },
)


class ChangeShape(Shape):
    """One thing that is different, with its one cause."""

    kind = serializers.CharField()
    id = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    cause = serializers.CharField()
    sentence = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())


class ComparisonShape(Shape):
    """What is different in this assessment."""

    before = serializers.CharField(help_text="“live”, or the id of the other assessment.")
    after = serializers.CharField()
    changes = ChangeShape(many=True)


class ReasonBody(Body):
    """Why."""

    reason = serializers.CharField(max_length=10_000)
