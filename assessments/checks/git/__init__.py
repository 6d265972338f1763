"""Checks on what a repository shows. One file per group of topics; importing this package registers them all."""

from __future__ import annotations

from assessments.checks.git import ci as ci
from assessments.checks.git import delivery as delivery
from assessments.checks.git import history as history
