"""Every change of a project, its members and its tokens: authorised, checked, done and recorded in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise, is_allowed
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.digest import digest
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, Stale
from mlops_portal.projects.models import Membership, Project, ProjectToken, RiskTier, Role
from mlops_portal.projects.profiles import AFTER_PROFILE, PROFILES
from mlops_portal.projects.selectors import roles_of
from mlops_portal.projects.sources import checked_names, checked_repository, checked_subpath
from mlops_portal.projects.tokens import digest_of, new_secret

#: What ``create_project`` and ``update_project`` take; the target has an action of its own.
FIELDS = (
    "slug",
    "name",
    "description",
    "repository",
    "subpath",
    "experiments",
    "model_names",
    "slack_channel",
    "risk_tier",
    "visibility",
)

#: Short names that stand for pages.
RESERVED = frozenset({"new"})
#: How many days may lie between two assessments of a project; the policies of the tiers keep to the same.
CADENCES = range(7, 731)


@transaction.atomic
def create_project(*, actor: Actor, slug: str, name: str, **values: Any) -> Project:
    """Create a project; a person who creates it becomes its owner. ``values`` are ``FIELDS``. Raises Invalid."""
    authorise(actor, "projects.create_project")
    project = Project(**checked_values({"slug": slug, "name": name, **values}))
    _validate(project)
    project.save(force_insert=True)
    if actor.kind is ActorKind.PERSON:
        Membership.objects.create(project=project, user=actor.principal, role=Role.OWNER)
    record(actor, "project.created", project, after=_state(project, FIELDS), project=project)
    return project


def state_digest(project: Project) -> str:
    """What a project's ``FIELDS`` are now, for an editor who later says what it was that was changed."""
    return digest(_state(project, FIELDS))


@transaction.atomic
def update_project(*, actor: Actor, project: Project, seen: str = "", **values: Any) -> Project:
    """Change some of a project's ``FIELDS``; without a difference nothing is written.

    ``seen`` is the ``state_digest`` of what the editor saw; "" does not ask. Raises Invalid, also for a lower risk
    tier by anybody but governance, whose policies it would evade; Stale when somebody else has changed the project.
    """
    authorise(actor, "projects.change_project", project)
    project = _locked(project)
    if seen and seen != state_digest(project):
        raise Stale("Somebody else changed this project meanwhile.", do="Compare, then save again what you want.")
    values = checked_values(values)
    changed = [name for name in values if getattr(project, name) != values[name]]
    before = _state(project, changed)
    for name in changed:
        setattr(project, name, values[name])
    _validate(project)
    if "risk_tier" in changed:
        _may_take_the_risk(actor, project, before["risk_tier"])
    if changed:
        project.save(update_fields=changed)
        record(actor, "project.changed", project, before=before, after=_state(project, changed), project=project)
    return project


def _may_take_the_risk(actor: Actor, project: Project, before: str) -> None:
    tiers = RiskTier.values
    if tiers.index(project.risk_tier) < tiers.index(before) and not is_allowed(actor, "projects.lower_risk", project):
        what = "Fewer people and longer waivers would do for a lower risk: only governance lowers it."
        raise Invalid(what, do="Ask somebody who governs.", field="risk_tier")


@transaction.atomic
def set_target(*, actor: Actor, project: Project, level: int | None, reason: str) -> Project:
    """Set the level that is asked of the project, with the reason; None takes the target back. Raises Invalid."""
    authorise(actor, "projects.set_target", project)
    project = _locked(project)
    reason = reason.strip()
    if not reason:
        raise Invalid("A target needs a reason.", do="Say why this level is the right one.", field="reason")
    before = _state(project, ("target_level", "target_reason"))
    project.target_level, project.target_reason = level, reason if level is not None else ""
    _validate(project)
    project.save(update_fields=["target_level", "target_reason"])
    after = _state(project, ("target_level", "target_reason"))
    record(actor, "project.target-set", project, before=before, after=after, reason=reason, project=project)
    return project


@transaction.atomic
def set_profile(*, actor: Actor, project: Project, profile: str) -> Project:
    """Say what kind of project it is; "" is an ordinary one. Scores follow at once. Raises Invalid.

    A profile takes criteria out, which otherwise takes two people: only governance gives one.
    """
    authorise(actor, "projects.change_project", project)
    if profile and profile not in PROFILES:
        raise Invalid(f"There is no profile {profile[:60]!r}.", do="Choose one that is offered.", field="profile")
    if profile not in ("", project.profile):
        authorise(actor, "projects.set_profile", project)
    project, changed = _set(actor, "project.profile-set", _locked(project), profile=profile)
    if changed:
        for _, consequence in AFTER_PROFILE:
            consequence(actor, project)
    return project


@transaction.atomic
def set_cadence(*, actor: Actor, project: Project, days: int | None) -> Project:
    """Say how many days may pass between assessments; None leaves it to the policy of the tier. Raises Invalid."""
    authorise(actor, "projects.change_project", project)
    if days is not None and days not in CADENCES:
        raise Invalid(
            f"{days} days are not possible.", do=f"Choose {CADENCES[0]} to {CADENCES[-1]} days.", field="cadence_days"
        )
    return _set(actor, "project.cadence-set", _locked(project), cadence_days=days)[0]


@transaction.atomic
def archive_project(*, actor: Actor, project: Project, reason: str) -> Project:
    """Put a project away: it leaves the lists and its tokens open nothing; nothing of it is lost.

    Raises Invalid without a reason; InvalidTransition when it is archived already.
    """
    authorise(actor, "projects.archive_project", project)
    project = _locked(project)
    if project.archived_at is not None:
        raise InvalidTransition(f"{project} is already archived.")
    if not reason.strip():
        raise Invalid("Archiving needs a reason.", do="Say why the project is put away.", field="reason")
    return _set(actor, "project.archived", project, reason.strip(), archived_at=clock.now())[0]


@transaction.atomic
def unarchive_project(*, actor: Actor, project: Project) -> Project:
    """Take a project back into the lists. Raises InvalidTransition when it is not archived."""
    authorise(actor, "projects.archive_project", project)
    project = _locked(project)
    if project.archived_at is None:
        raise InvalidTransition(f"{project} is not archived.")
    return _set(actor, "project.unarchived", project, archived_at=None)[0]


def _set(actor: Actor, verb: str, project: Project, reason: str = "", **values: Any) -> tuple[Project, bool]:
    """Set fields of a locked project and record it; nothing is written where nothing differs."""
    before = _state(project, values)
    if before == values:
        return project, False
    for name, value in values.items():
        setattr(project, name, value)
    project.save(update_fields=list(values))
    record(actor, verb, project, before=before, after=values, reason=reason, project=project)
    return project, True


@transaction.atomic
def set_member(*, actor: Actor, project: Project, user: User, roles: Iterable[str]) -> list[str]:
    """Give a person exactly these roles, at least one, and return them. Raises Invalid; Conflict for the last owner."""
    authorise(actor, "projects.manage_members", project)
    wanted = set(roles)
    if not wanted or wanted - set(Role.values):
        raise Invalid("A member has one or more roles.", do=f"Choose from {', '.join(Role.values)}.", field="roles")
    return _give_roles(actor, "member.set", _locked(project), user, wanted)


@transaction.atomic
def remove_member(*, actor: Actor, project: Project, user: User) -> None:
    """Take every role from a person. Raises Conflict for the last owner."""
    authorise(actor, "projects.manage_members", project)
    _give_roles(actor, "member.removed", _locked(project), user, set())


def _give_roles(actor: Actor, verb: str, project: Project, user: User, wanted: set[str]) -> list[str]:
    before = roles_of(user, project)
    if before == sorted(wanted):
        return before
    _keep_an_owner(project, user, wanted)
    project.memberships.filter(user=user).exclude(role__in=wanted).delete()
    for role in sorted(wanted - set(before)):
        Membership.objects.create(project=project, user=user, role=role)
    person = {"member": user.username}
    after = {**person, "roles": sorted(wanted)}
    record(actor, verb, project, before={**person, "roles": before}, after=after, project=project)
    return sorted(wanted)


def _keep_an_owner(project: Project, user: User, wanted: set[str]) -> None:
    owners = set(project.memberships.filter(role=Role.OWNER).values_list("user_id", flat=True))
    if owners == {user.pk} and Role.OWNER not in wanted:
        raise Conflict(f"{user} is the last owner of {project}.", do="Make somebody else an owner first.")


@transaction.atomic
def issue_token(
    *, actor: Actor, project: Project, name: str, expires_at: datetime | None = None
) -> tuple[ProjectToken, str]:
    """A new token and its secret. The secret is shown this once: only its SHA-256 is kept. Raises Invalid."""
    authorise(actor, "projects.manage_tokens", project)
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("The token would expire before it exists.", do="Choose a later time.", field="expires_at")
    secret = new_secret()
    token = ProjectToken(project=project, name=name.strip(), digest=digest_of(secret), expires_at=expires_at)
    _validate(token)
    token.save(force_insert=True)
    after = {"name": token.name, "expires_at": expires_at}
    record(actor, "token.issued", project, after=after, project=project)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token: ProjectToken, reason: str = "") -> None:
    """Make a token useless, at once and for good. Raises InvalidTransition when it already is."""
    authorise(actor, "projects.manage_tokens", token.project)
    now = clock.now()
    if not ProjectToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        raise InvalidTransition(f"{token.name} is already revoked.")
    token.revoked_at = now
    record(actor, "token.revoked", token.project, after={"name": token.name}, reason=reason, project=token.project)


def _locked(project: Project) -> Project:
    # Rows that point to the project may be inserted meanwhile: a request for a job does so while it holds the trail's
    # head, for which we shall wait.
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _state(project: Project, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(project, name) for name in names}


def checked_values(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises Invalid; TypeError for a field that is not one of ``FIELDS``."""
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"Projects have no settable {', '.join(sorted(unknown))}.")
    roots = [Path(root) for root in settings.REPOSITORY_ROOTS]
    checks: dict[str, Callable[[Any], Any]] = {
        "slug": _checked_slug,
        "repository": lambda text: checked_repository(text, roots=roots),
        "subpath": checked_subpath,
        "experiments": lambda names: checked_names(names, field="experiments"),
        "model_names": lambda names: checked_names(names, field="model_names", forbidden="/:"),
    }
    return {name: checks.get(name, _plain)(value) for name, value in values.items()}


def _checked_slug(slug: Any) -> Any:
    if _plain(slug) in RESERVED:
        raise Invalid(f"{slug!r} is an address of the portal itself.", do="Choose another one.", field="slug")
    return _plain(slug)


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _validate(row: Project | ProjectToken) -> None:
    """Hold a row against its own rules. Raises Invalid, naming the first field that is wrong."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        where = "" if field == "__all__" else f"{field}: "
        raise Invalid(f"{where}{messages[0]}", field="" if field == "__all__" else field) from error
