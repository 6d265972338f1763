"""The frameworks that count: those shipped, each replaced by its uploaded version where governance activated one."""

from __future__ import annotations

from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import shipped_frameworks


def frameworks_in_force() -> tuple[Framework, ...]:
    """Every framework that projects are scored under, the default first."""
    return shipped_frameworks()


def framework_in_force(id: str) -> Framework:
    """The one called ``id``. Raises LookupError, naming those there are."""
    found = {framework.id: framework for framework in frameworks_in_force()}
    if id not in found:
        raise LookupError(f"No framework is called {id!r}; there are {', '.join(found)}.")
    return found[id]
