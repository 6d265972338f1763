"""The level that people accepted last, as pages show it beside the live one: ``assessments/accepted_level.html``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments.scoring.scorecard import Interval


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted and when; ``differs`` from the live level; ``href`` is "" for who may not read the whole."""

    interval: Interval
    at: datetime | None
    differs: bool
    href: str
