"""What ``manage.py check`` tells the operator about projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_repository_roots(**_: Any) -> list[CheckMessage]:
    """Refuse roots that open the whole machine, or that depend on where a process was started."""
    found: list[CheckMessage] = []
    for root in map(Path, settings.REPOSITORY_ROOTS):
        if not root.is_absolute():
            hint = "Write REPOSITORY_ROOTS with absolute paths, separated by commas."
            found.append(
                Error(f"REPOSITORY_ROOTS contains {str(root)!r}, a relative path.", hint=hint, id="projects.E001")
            )
        elif root.resolve() == Path(root.anchor):
            hint = "Name the folder that holds the repositories."
            found.append(Error("REPOSITORY_ROOTS opens the whole machine.", hint=hint, id="projects.E002"))
    return found
