"""How the resources of this package look, and what they take."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mlops_portal.api.bodies import Body
from mlops_portal.api.scopes import Scope
from mlops_portal.jobs.lifecycle import State
from mlops_portal.kernel.redaction import redacted_text
from mlops_portal.projects.actions import CADENCES
from mlops_portal.projects.models import Project, RiskTier, Role, Visibility
from mlops_portal.reviews.models import Answer

Shape = serializers.Serializer[Any]


class PersonShape(Shape):
    """A person."""

    username = serializers.CharField()
    name = serializers.CharField(source="display_name")


class Interval(Shape):
    """A level: what is confirmed, and what is possible while some of it cannot be seen."""

    confirmed = serializers.IntegerField()
    possible = serializers.IntegerField()


class ProjectShape(Shape):
    """A project. Visitors see web addresses of repositories only, for a path speaks of our machines."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    repository = serializers.SerializerMethodField()
    subpath = serializers.CharField()
    experiments = serializers.ListField(child=serializers.CharField())
    model_names = serializers.ListField(child=serializers.CharField())
    slack_channel = serializers.CharField()
    risk_tier = serializers.CharField()
    visibility = serializers.CharField()
    target_level = serializers.IntegerField(allow_null=True)
    target_reason = serializers.CharField()
    profile = serializers.CharField()
    cadence_days = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)

    def get_repository(self, project: Project) -> str:
        """The address without credentials."""
        address = redacted_text(project.repository)
        return address if self.context.get("viewer") or address.startswith("https://") else ""


class ProjectFields(Body):
    """What is settable of a project."""

    slug = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    repository = serializers.CharField(required=False, allow_blank=True, max_length=500)
    subpath = serializers.CharField(required=False, allow_blank=True, max_length=300)
    experiments = serializers.ListField(required=False, child=serializers.CharField(max_length=500), max_length=100)
    model_names = serializers.ListField(required=False, child=serializers.CharField(max_length=500), max_length=100)
    slack_channel = serializers.CharField(required=False, allow_blank=True, max_length=80)
    risk_tier = serializers.ChoiceField(required=False, choices=RiskTier.values)
    visibility = serializers.ChoiceField(required=False, choices=Visibility.values)


class ProjectFilter(Body):
    """Which projects a list has."""

    q = serializers.CharField(required=False, max_length=200, help_text="A part of the name or slug.")
    archived = serializers.BooleanField(required=False, default=False, help_text="Archived ones as well.")


class Target(Body):
    """The level that is asked of a project, and why; null takes the target back."""

    level = serializers.IntegerField(allow_null=True, min_value=0, max_value=4)
    reason = serializers.CharField(max_length=10_000)


class ProfileChoice(Body):
    """What kind of project it is; empty is an ordinary one. What does not arise for such a project is left out."""

    profile = serializers.CharField(allow_blank=True, max_length=40)


class Cadence(Body):
    """How many days may pass between two assessments; null leaves it to the policy of the risk tier."""

    cadence_days = serializers.IntegerField(allow_null=True, min_value=CADENCES[0], max_value=CADENCES[-1])


class MemberShape(Shape):
    """A member and the roles they hold."""

    username = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class Roles(Body):
    """All the roles that a member is to hold."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.values), min_length=1, max_length=6)


class ProjectTokenShape(Shape):
    """A project's token, without its secret."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class IssuedProjectToken(ProjectTokenShape):
    """A new token; the secret is shown this once."""

    secret = serializers.CharField()


class NewProjectToken(Body):
    """What a new token of a project is called, and when it ends."""

    name = serializers.CharField(max_length=80)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class PersonalTokenShape(Shape):
    """A personal token, without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class IssuedPersonalToken(PersonalTokenShape):
    """A new token; the secret is shown this once."""

    secret = serializers.CharField()


class NewPersonalToken(Body):
    """What a new token is called, what it may be used for, and when it ends (90 days unless said, at most a year)."""

    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=[s.value for s in Scope]), min_length=1, max_length=10
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class MeShape(Shape):
    """Who is asking: a person or a project's token, and what the token may be used for."""

    kind = serializers.ChoiceField(choices=["person", "token"])
    name = serializers.CharField()
    username = serializers.CharField(allow_null=True)
    governance = serializers.BooleanField()
    project = serializers.CharField(allow_null=True, help_text="The slug of the token's project.")
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text="Null: a session.")
    reviews_waiting = serializers.IntegerField()


class Fact(Shape):
    """One line that a reviewer reads first."""

    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()


class DecisionShape(Shape):
    """What one reviewer said."""

    reviewer = PersonShape()
    answer = serializers.CharField()
    reason = serializers.CharField()
    details = serializers.DictField(child=serializers.CharField())
    at = serializers.DateTimeField()


class CommentShape(Shape):
    """One contribution to the conversation, in Markdown."""

    id = serializers.IntegerField()
    author = PersonShape()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class ReviewRow(Shape):
    """A review in a list."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    project = serializers.CharField(source="project.slug", allow_null=True, default=None)
    subject_id = serializers.CharField()
    requester = PersonShape()
    state = serializers.CharField()
    needed = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ReviewShape(ReviewRow):
    """A review: what it is about as it was shown, what was decided, what was said. A decision names its ``digest``."""

    digest = serializers.CharField()
    facts = Fact(many=True)
    decisions = DecisionShape(many=True)
    comments = CommentShape(many=True)


class ReviewTab(Body):
    """Which reviews a list has."""

    tab = serializers.ChoiceField(
        choices=["waiting", "requested", "decided"],
        default="waiting",
        help_text="Those waiting for you, those you asked for, or those decided.",
    )


class NewDecision(Body):
    """A yes or no about what was shown under ``digest``, with a reason; ``details`` maps a part to what is wrong."""

    answer = serializers.ChoiceField(choices=Answer.values)
    reason = serializers.CharField(max_length=10_000)
    digest = serializers.CharField(max_length=64)
    details = serializers.DictField(required=False, child=serializers.CharField(max_length=10_000))


class NewComment(Body):
    """Something to say, in Markdown."""

    text = serializers.CharField(max_length=10_000)


class Reason(Body):
    """Why."""

    reason = serializers.CharField(max_length=10_000)


class MaybeReason(Body):
    """Why, if there is something to say."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=10_000)


class JobFilter(Body):
    """Which jobs a list has."""

    state = serializers.ChoiceField(required=False, choices=[s.value for s in State])
    project = serializers.SlugField(required=False)
