"""Versions of frameworks: uploaded, tried out on every project, activated, retired. For governance alone.

A version is never changed after its upload. What was scored under another one keeps naming it, and stays readable.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from assessments.documents import InvalidDocument
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import shipped_frameworks
from assessments.lifecycle.try_out import DRY_RUN, RESCORE_ALL
from assessments.models import FrameworkVersion
from assessments.models.governance import FrameworkState
from assessments.selectors.frameworks import frameworks_in_force, read_uploaded
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, Stale

MANAGE = "assessments.manage_frameworks"

#: A dry run counts for so long: afterwards the projects are others.
FRESH = timedelta(days=1)

#: So many mistakes of a document are told at once.
MOST_PROBLEMS = 20

VERBS = {
    "framework.uploaded": "uploaded the framework",
    "framework.tried": "tried out the framework",
    "framework.activated": "activated the framework",
    "framework.retired": "retired the framework",
}


@transaction.atomic
def upload_framework(*, actor: Actor, document: str) -> FrameworkVersion:
    """Keep a validated candidate. Raises Invalid with every mistake and its line, Conflict for a version there is."""
    authorise(actor, MANAGE)
    framework = _read(document)
    if (framework.id, framework.version) in {(shipped.id, shipped.version) for shipped in shipped_frameworks()}:
        raise _taken(framework)
    version = FrameworkVersion(
        framework=framework.id,
        version=framework.version,
        document=document,
        digest=framework.digest,
        uploaded_by=actor.principal,
        uploaded_at=clock.now(),
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(framework) from error
    record(actor, "framework.uploaded", version, after=_said(version))
    return version


def _read(document: str) -> Framework:
    try:
        framework = read_uploaded(document)
    except InvalidDocument as error:
        told = [str(problem) for problem in error.problems[:MOST_PROBLEMS]]
        more = len(error.problems) - len(told)
        raise Invalid("\n".join([*told, *([f"… and {more} more."] if more else [])]), field="document") from error
    for name, most in (("id", 60), ("version", 40)):
        if len(getattr(framework, name)) > most:
            raise Invalid(f"The {name} is too long.", do=f"Keep it below {most} characters.", field="document")
    return framework


def _taken(framework: Framework) -> Conflict:
    what = f"There is already a version {framework.version} of {framework.id}."
    return Conflict(what, do="A published version never changes: give this one a higher number.")


def _said(version: FrameworkVersion) -> dict[str, Any]:
    return {"framework": version.framework, "version": version.version, "digest": version.digest}


@transaction.atomic
def dry_run(*, actor: Actor, version: FrameworkVersion) -> Job:
    """Ask for the effect of a candidate on every project, to be worked out by a job. Raises InvalidTransition."""
    authorise(actor, MANAGE)
    _must_be(version, FrameworkState.CANDIDATE)
    return request_job(actor=actor, kind=DRY_RUN, subject=str(version), arguments={"version": version.pk})


@transaction.atomic
def activate_framework(*, actor: Actor, version: FrameworkVersion, reason: str) -> FrameworkVersion:
    """Let a candidate count from now on, in place of the version before, and have every project scored again.

    Raises Invalid without a reason, InvalidTransition without a dry run, Stale when that is too old or was made
    against another version than counts now.
    """
    authorise(actor, MANAGE)
    version = _held(version)
    _must_be(version, FrameworkState.CANDIDATE)
    said = _reason(reason)
    _must_be_tried(version)
    before = FrameworkVersion.objects.filter(framework=version.framework, state=FrameworkState.ACTIVE).first()
    if before is not None:
        _retire(actor, before, f"Replaced by {version}.")
    version.state, version.activated_at = FrameworkState.ACTIVE, clock.now()
    version.save(update_fields=["state", "activated_at"])
    request_job(actor=actor, kind=RESCORE_ALL, subject=str(version), key=f"activate {version.pk}")
    record(actor, "framework.activated", version, after=_said(version), reason=said)
    return version


@transaction.atomic
def retire_framework(*, actor: Actor, version: FrameworkVersion, reason: str) -> FrameworkVersion:
    """End an active version or a candidate; what ships counts again. Raises Invalid, InvalidTransition."""
    authorise(actor, MANAGE)
    version = _held(version)
    _must_be(version, FrameworkState.CANDIDATE, FrameworkState.ACTIVE)
    counted, said = version.state == FrameworkState.ACTIVE, _reason(reason)
    if counted:
        request_job(actor=actor, kind=RESCORE_ALL, subject=f"without {version}", key=f"retire {version.pk}")
    return _retire(actor, version, said)


def _held(version: FrameworkVersion) -> FrameworkVersion:
    """The version as it is now; it and the others of its framework are held, for only one of them can be active."""
    rows = FrameworkVersion.objects.filter(framework=version.framework).select_for_update().order_by("pk")
    return {row.pk: row for row in rows}[version.pk]


def _retire(actor: Actor, version: FrameworkVersion, reason: str) -> FrameworkVersion:
    before = version.state
    version.state = FrameworkState.RETIRED
    version.save(update_fields=["state"])
    record(actor, "framework.retired", version, before={"state": before}, after=_said(version), reason=reason)
    return version


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("This needs a reason.", do="Say why, for those who read the trail later.", field="reason")
    return reason.strip()


def _must_be(version: FrameworkVersion, *states: FrameworkState) -> None:
    if version.state not in states:
        raise InvalidTransition(f"{version} is {version.get_state_display().lower()}.", do="Upload a new version.")


def _must_be_tried(version: FrameworkVersion) -> None:
    if version.tried_at is None or version.effect is None:
        raise InvalidTransition(f"{version} has not been tried out.", do="Start a dry run and read its effect first.")
    if version.tried_at < clock.now() - FRESH or version.effect.get("against") != counted_digest(version.framework):
        raise Stale("The dry run is out of date.", do="Start it again and read its effect.")


def counted_digest(id: str) -> str:
    """The digest of what counts now under this id; "" when nothing does."""
    return next((framework.digest for framework in frameworks_in_force() if framework.id == id), "")
