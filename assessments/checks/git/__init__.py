"""Checks on what a repository shows. One file per group of topics; importing this package registers them all."""

from __future__ import annotations

from assessments.checks.git import history as history
