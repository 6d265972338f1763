"""The demo's four projects, as their owners would register them. No level is stated here: that is what is found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.actions import create_project, set_member, set_target, update_project
from mlops_portal.projects.models import Project, RiskTier, Role, Visibility


@dataclass(frozen=True, slots=True)
class Registration:
    """What is written into the form when a project is registered."""

    slug: str
    name: str
    description: str
    risk_tier: RiskTier
    visibility: Visibility
    target: int
    target_reason: str
    slack_channel: str
    members: Mapping[str, tuple[Role, ...]]
    experiments: tuple[str, ...] = ()
    model_names: tuple[str, ...] = field(default=())


PROJECTS = (
    Registration(
        slug="flights",
        name="Flights",
        description="How late a flight from New York will arrive, told to connecting passengers at the gate.",
        risk_tier=RiskTier.MEDIUM,
        visibility=Visibility.PUBLIC,
        target=3,
        target_reason="Timetables change every season, so the model is retrained often and has to be watched.",
        slack_channel="#ml-flights",
        members={"alice": (Role.OWNER, Role.DATA_SCIENTIST), "bob": (Role.ML_ENGINEER, Role.SOFTWARE_ENGINEER)},
        experiments=("flights-arrival-delay",),
        model_names=("flights-arrival-delay",),
    ),
    Registration(
        slug="wine-cultivars",
        name="Wine cultivars",
        description="Names the cultivar of a wine from thirteen laboratory measurements.",
        risk_tier=RiskTier.LOW,
        visibility=Visibility.PUBLIC,
        target=1,
        target_reason="The laboratory's methods are stable: two trainings a year by hand are enough.",
        slack_channel="#ml-wine",
        members={"bob": (Role.OWNER, Role.SOFTWARE_ENGINEER), "alice": (Role.DATA_SCIENTIST,)},
    ),
    Registration(
        slug="breast-cancer-screening",
        name="Breast cancer screening",
        description="Ranks biopsies for a second reading by a pathologist; never decides alone.",
        risk_tier=RiskTier.HIGH,
        visibility=Visibility.MEMBERS,
        target=3,
        target_reason="A missed tumour costs a life: releases must be reviewed and the model watched.",
        slack_channel="#ml-screening",
        members={"alice": (Role.OWNER, Role.DATA_SCIENTIST), "bob": (Role.ML_ENGINEER,)},
        experiments=("breast-cancer-screening",),
        model_names=("breast-cancer-screening",),
    ),
    Registration(
        slug="diabetes-progression",
        name="Diabetes progression",
        description="A proof of concept: can the progression of diabetes be predicted at all?",
        risk_tier=RiskTier.LOW,
        visibility=Visibility.PUBLIC,
        target=0,
        target_reason="Whether a model is worth building is what the notebooks are to find out.",
        slack_channel="#ml-ideas",
        members={"alice": (Role.OWNER, Role.DATA_SCIENTIST)},
    ),
)


def register(registration: Registration, repository: Path, *, actor: Actor) -> Project:
    """The registered project: created through the same actions as the web form, or found and led to its repository."""
    project = Project.objects.filter(slug=registration.slug).first()
    if project is not None:
        return update_project(actor=actor, project=project, repository=str(repository))
    project = create_project(
        actor=actor,
        slug=registration.slug,
        name=registration.name,
        description=registration.description,
        repository=str(repository),
        experiments=list(registration.experiments),
        model_names=list(registration.model_names),
        slack_channel=registration.slack_channel,
        risk_tier=registration.risk_tier,
        visibility=registration.visibility,
    )
    set_target(actor=actor, project=project, level=registration.target, reason=registration.target_reason)
    for username, roles in registration.members.items():
        set_member(actor=actor, project=project, user=User.objects.get(username=username), roles=roles)
    return project
