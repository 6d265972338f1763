"""Imports every module that answers checks, so that the registry holds a function for each check of the catalogue."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import assessments.checks
from assessments.checks.base import CHECKS, Check
from mlops_portal.kernel.registry import Registry


@cache
def load_checks() -> Registry[Check]:
    """Import all modules below ``assessments.checks`` and return the registry they fill. Idempotent."""
    for module in pkgutil.walk_packages(assessments.checks.__path__, f"{assessments.checks.__name__}."):
        import_module(module.name)
    return CHECKS
