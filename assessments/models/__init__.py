"""Tables of the assessments app."""

from assessments.models.assessment import Answer, Assessment, Reminder
from assessments.models.evidence import CollectorRun, EvidenceRecord
from assessments.models.exemption import Exemption
from assessments.models.governance import FrameworkVersion, Policy
from assessments.models.planning import DesignReview, RoadmapStep
from assessments.models.scoring import LevelChange, Scoring

__all__ = [
    "Answer",
    "Assessment",
    "CollectorRun",
    "DesignReview",
    "EvidenceRecord",
    "Exemption",
    "FrameworkVersion",
    "LevelChange",
    "Policy",
    "Reminder",
    "RoadmapStep",
    "Scoring",
]
