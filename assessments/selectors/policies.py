"""What is asked of a project by its risk tier."""

from __future__ import annotations

from assessments.models import Policy
from mlops_portal.projects.models import Project


def policy_for(project: Project) -> Policy:
    """The policy of the project's tier; where governance set none, an unsaved one with the defaults."""
    return tier_policy(project.risk_tier)


def tier_policy(tier: str) -> Policy:
    """The same for a tier."""
    return Policy.objects.filter(risk_tier=tier).first() or Policy(risk_tier=tier)
