"""What people may do with assessments, exemptions, design reviews, roadmaps, frameworks and policies.

Each takes the project, except those of frameworks and policies, which are about the whole portal.
"""

from __future__ import annotations

from mlops_portal.accounts.permissions import is_governance, permit, predicate
from mlops_portal.projects.models import Project, RiskTier
from mlops_portal.projects.permissions import is_contributor, is_owner


@predicate
def is_low_risk(principal: object, project: Project | None) -> bool:
    """A project whose models can do little harm: its owners may decide what governance decides elsewhere."""
    return isinstance(project, Project) and project.risk_tier == RiskTier.LOW


_works = is_contributor | is_governance
_steers = is_owner | is_governance

permit("assessments.answer", _works, "answer the questions of an assessment")
permit("assessments.submit", _works, "submit an assessment")
permit("assessments.review", _works, "review an assessment")
permit("assessments.withdraw", _works, "withdraw an assessment")
permit("assessments.publish", _steers, "publish an assessment")
permit("assessments.view_draft", _works, "read an assessment that is not published")
permit("assessments.request_exemption", _works, "ask for a waiver or an exemption")
permit("assessments.decide_exemption", is_governance | (is_owner & is_low_risk), "grant a waiver or an exemption")
permit("assessments.revoke_exemption", _steers, "revoke a waiver or an exemption")
permit("assessments.plan", _works, "change the roadmap")
permit("assessments.review_design", _works, "answer a design review")
permit("assessments.manage_frameworks", is_governance, "manage frameworks")
permit("assessments.manage_policies", is_governance, "manage policies")
