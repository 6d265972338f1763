"""Reading reviews: the queue of a person, one review, what stands open on a subject."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F, Q, QuerySet

from mlops_portal.accounts.memory import remembering
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_allowed, is_governance, is_operator, may
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Membership, Project
from mlops_portal.projects.permissions import remember_roles
from mlops_portal.reviews.kinds import KINDS, kind_of
from mlops_portal.reviews.models import Review, ReviewState


def review_for(viewer: Actor | User, review_id: int | str) -> Review:
    """One review, for whoever may see it. Raises NotFound, with the same words for a hidden one as for none."""
    found = _known().filter(pk=review_id).first() if str(review_id).isdecimal() else None
    if found is None or not _sees(viewer, found):
        raise NotFound("There is no such review, or you may not see it.", do="Look at your queue of reviews.")
    return found


def _sees(viewer: Actor | User, review: Review) -> bool:
    if isinstance(viewer, Actor):
        return is_allowed(viewer, "reviews.view_review", review)
    return may(viewer, "reviews.view_review", review)


def open_review_of(kind: str, subject_id: str) -> Review | None:
    """The open review of a subject, if there is one."""
    return Review.objects.filter(kind=kind, subject_id=subject_id, state=ReviewState.OPEN).first()


def has_changed(review: Review) -> bool:
    """Whether the subject is another than the one the review is about, or gone."""
    return kind_of(review).digest(review) != review.digest


def waiting_for(person: User) -> QuerySet[Review]:
    """The open reviews that the person may decide and has not decided yet, the oldest first.

    It takes two queries at most to know which those are, however many projects and reviews there are.
    """
    undecided = _known().filter(state=ReviewState.OPEN).exclude(expires_at__lte=clock.now())
    others = undecided.exclude(requester=person).exclude(decisions__reviewer=person).exclude(barred=person)
    return others.filter(_decidable_by(person)).order_by("opened_at", "id")


def requested_by(person: User) -> QuerySet[Review]:
    """What the person asked for: what is open first, then the newest."""
    return _known().filter(requester=person).order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-id")


def decided(person: User) -> QuerySet[Review]:
    """The closed reviews that the person may see, the newest first."""
    return _known().filter(_seen_by(person)).exclude(state=ReviewState.OPEN).order_by("-closed_at", "-id")


def _known() -> QuerySet[Review]:
    """Reviews whose kind somebody registers: nothing can be said about any other."""
    return Review.objects.select_related("project", "requester").filter(kind__in=[key for key, _ in KINDS])


def _seen_by(person: User) -> Q:
    if person.is_superuser or is_governance(person) or is_operator(person):
        return Q()
    own = Membership.objects.filter(user=person).values("project")
    return Q(project__in=own) | Q(requester=person)


def _decidable_by(person: User) -> Q:
    """Which reviews the kinds ask the person for: some of any project, some of the projects the person works in."""
    everywhere = [key for key, kind in KINDS if may(person, kind.permission)]
    within = Q(pk__in=[])
    if len(everywhere) < len(KINDS):
        with remembering():
            for project in _own_projects(person):
                allowed = [key for key, kind in KINDS if may(person, kind.permission, project)]
                within |= Q(project=project, kind__in=allowed)
    return Q(kind__in=everywhere) | within


def _own_projects(person: User) -> list[Project]:
    """The projects with open reviews in which the person holds a role; the roles are remembered."""
    asked = Review.objects.filter(state=ReviewState.OPEN).values("project")
    projects: dict[int, Project] = {}
    roles: dict[int, set[str]] = defaultdict(set)
    for membership in Membership.objects.filter(user=person, project__in=asked).select_related("project"):
        projects.setdefault(membership.project_id, membership.project)
        roles[membership.project_id].add(membership.role)
    remember_roles(person, roles)
    return list(projects.values())
