"""What follows in one app from a change in another: registered at the start, for neither may import the other."""

from __future__ import annotations

from assessments.frameworks.shipped import shipped_frameworks
from assessments.lifecycle.rescore import rescore
from assessments.models import Scoring
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project
from mlops_portal.projects.profiles import AFTER_PROFILE, PROFILES, ProfileChoice


def _score_again(actor: Actor, project: Project) -> None:
    """Score under the new profile what was scored before; a project that nobody looked at stays without a level."""
    if Scoring.objects.filter(project=project).exists():
        rescore(actor=actor, project=project)


def register() -> None:
    """Offer the profiles of the frameworks, and score again when a project gets another one."""
    found = {name: profile for framework in shipped_frameworks() for name, profile in framework.profiles.items()}
    for name, profile in found.items():
        PROFILES.register(name, ProfileChoice(name, profile.title, profile.reason))
    AFTER_PROFILE.register("score again", _score_again)
