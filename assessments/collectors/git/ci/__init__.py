"""Topic ``git.ci``: what the pipelines of a repository really do, followed to the commands they run.

Payload (JSON, bounded; paths are relative to the repository, ``target`` to the sub-path)::

    {"pipelines": [{"path", "system", "triggers": ["push", "pull_request", "tag", "schedule", "manual", "event"],
                    "default_branch": bool,
                    "effects": [{"kind": "test"|"integration-test"|"build"|"publish"|"deploy"|"provision"|"train"
                                         |"lint",
                                 "tool", "command", "where": "path:line", "via": ["ci.yml:12", "Makefile:3"],
                                 "target": ["tests"], "triggers", "default_branch", "soft": "why a failure is ignored",
                                 "registry": "models:/name@alias"}]}],
     "pipeline_count": int, "effect_counts": {"test": 2, …},
     "unresolved": [{"what", "where", "why", "may": ["release", "test"]}], "unresolved_count": int,
     "unread": [{"system", "where"}],          # CI systems that are seen but not read
     "outside": [{"text", "where"}],           # signs that building or releasing happens elsewhere
     "problems": [{"where", "text"}]}          # files that could not be read

``{}``: looked, no CI there. Pipelines without effects are listed only while there is room.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assessments.collectors.git.ci.pipelines import survey

if TYPE_CHECKING:
    from assessments.collectors.git.reading import Reading


def read(reading: Reading) -> Mapping[str, Any]:
    """The payload of ``git.ci`` (see the module); never raises for what a repository contains."""
    return survey(reading.root, reading.subpath)
