"""What people stated about a project's criteria: attestations that hold or ran out, waivers, what is not applicable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assessments.checks.human import Attestation, attestations, expired_attestations
from assessments.evidence import Evidence
from assessments.frameworks.criteria import Profile
from assessments.scoring.scorecard import NotApplicable, Waiver


@dataclass(frozen=True, slots=True)
class Statements:
    """Per criterion: the attestation that holds or ran out, the active waiver, why it is not applicable."""

    attested: Mapping[str, Attestation] = field(default_factory=dict)
    expired: Mapping[str, Attestation] = field(default_factory=dict)
    waived: Mapping[str, Waiver] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    unreadable: str = ""


def _active(waivers: Iterable[Waiver], now: datetime) -> dict[str, Waiver]:
    """The waiver of each criterion that lasts longest, of those that have started and not yet expired."""
    active = [waiver for waiver in waivers if waiver.starts <= now < waiver.expires]
    return {waiver.criterion: waiver for waiver in sorted(active, key=lambda w: (w.expires, w.starts, w.reason))}


def _absent(not_applicable: Iterable[NotApplicable], profile: Profile | None) -> dict[str, str]:
    reasons = dict.fromkeys(profile.criteria, f"{profile.title}: {profile.reason}") if profile else {}
    return reasons | {
        item.criterion: item.reason for item in sorted(not_applicable, key=lambda i: (i.criterion, i.reason))
    }


def gather(
    standing: Mapping[str, Evidence],
    now: datetime,
    waivers: Iterable[Waiver],
    not_applicable: Iterable[NotApplicable],
    profile: Profile | None,
) -> Statements:
    """Everything people stated that bears on ``now``. Answers that cannot be read are noted, never fatal."""
    waived, absent = _active(waivers, now), _absent(not_applicable, profile)
    try:
        attested, expired = attestations(standing, now), expired_attestations(standing, now)
    except Exception as error:  # noqa: BLE001 – one malformed answer must not stop the scoring
        return Statements(waived=waived, absent=absent, unreadable=type(error).__name__)
    return Statements(attested, expired, waived, absent)
