"""Tables of the assessments app."""

from assessments.models.assessment import Assessment
from assessments.models.evidence import CollectorRun, EvidenceRecord

__all__ = ["Assessment", "CollectorRun", "EvidenceRecord"]
