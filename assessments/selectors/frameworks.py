"""The frameworks that count: those shipped, each replaced by its uploaded version where governance activated one."""

from __future__ import annotations

import logging
from functools import lru_cache

from assessments.documents import InvalidDocument, parse_document
from assessments.frameworks.framework import Framework
from assessments.frameworks.read import read_framework
from assessments.frameworks.shipped import library, shipped_frameworks
from assessments.models import FrameworkVersion
from assessments.models.governance import FrameworkState
from mlops_portal.accounts.memory import remembered
from mlops_portal.kernel.errors import NotFound

logger = logging.getLogger(__name__)

#: No uploaded framework is longer, in bytes: those shipped have 4 kB.
LARGEST_UPLOAD = 100_000

Active = tuple[tuple[int, str], ...]


def read_uploaded(document: str) -> Framework:
    """The framework in an uploaded text, over the criteria that ship. Raises InvalidDocument with every mistake."""
    return read_framework(parse_document(document, "framework.yaml", largest=LARGEST_UPLOAD), library())


def _active() -> Active:
    rows = FrameworkVersion.objects.filter(state=FrameworkState.ACTIVE).order_by("framework")
    return tuple(rows.values_list("pk", "digest"))


def frameworks_in_force() -> tuple[Framework, ...]:
    """Every framework that projects are scored under, the default first; one small query, asked once a request.

    A stored version that this release cannot read is logged and the shipped one counts: no page goes down with it.
    """
    return in_force(remembered(("frameworks in force",), _active))


@lru_cache(maxsize=4)
def in_force(active: Active) -> tuple[Framework, ...]:
    """The frameworks with these versions activated, read once for each process."""
    stored = FrameworkVersion.objects.filter(pk__in=[pk for pk, _ in active]) if active else ()
    uploaded = {found.id: found for found in map(_read, stored) if found is not None}
    shipped = {framework.id: framework for framework in shipped_frameworks()}
    return tuple({**shipped, **dict(sorted(uploaded.items()))}.values())


def _read(version: FrameworkVersion) -> Framework | None:
    try:
        return read_uploaded(version.document)
    except InvalidDocument:
        logger.exception("The framework %s that is active cannot be read; what ships counts instead.", version)
        return None


def framework_in_force(id: str) -> Framework:
    """The one called ``id``. Raises LookupError, naming those there are."""
    found = {framework.id: framework for framework in frameworks_in_force()}
    if id not in found:
        raise LookupError(f"No framework is called {id!r}; there are {', '.join(found)}.")
    return found[id]


def framework_or_404(id: str) -> Framework:
    """The one called ``id``, for pages. Raises NotFound."""
    try:
        return framework_in_force(id)
    except LookupError:
        raise NotFound("There is no such framework.", do="Look at the list of frameworks.") from None


def known_version(id: str, number: str, *, candidates: bool = True) -> Framework:
    """A version of a framework that ships, counts or counted, or is a candidate where asked for. Raises NotFound."""
    for framework in (*shipped_frameworks(), *frameworks_in_force()):
        if (framework.id, framework.version) == (id, number):
            return framework
    rows = FrameworkVersion.objects.filter(framework=id, version=number)
    stored = (rows if candidates else rows.exclude(activated_at=None)).first()
    found = _read(stored) if stored else None
    if found is None:
        raise NotFound("There is no such version of the framework.", do="Look at the framework's page.")
    return found


def versions_of(id: str) -> tuple[FrameworkVersion, ...]:
    """The uploaded versions of a framework, the newest first."""
    return tuple(FrameworkVersion.objects.filter(framework=id).select_related("uploaded_by").defer("document"))


def uploaded_versions() -> tuple[FrameworkVersion, ...]:
    """Every uploaded version, by framework."""
    return tuple(FrameworkVersion.objects.select_related("uploaded_by").defer("document"))


def version_for(version_id: int) -> FrameworkVersion:
    """One uploaded version. Raises NotFound."""
    found = FrameworkVersion.objects.select_related("uploaded_by").filter(pk=version_id).first()
    if found is None:
        raise NotFound("There is no such version.", do="Look at the list of frameworks.")
    return found
