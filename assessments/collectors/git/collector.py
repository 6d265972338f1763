"""The git collector: one Evidence per topic of a repository, whatever the repository does to its readers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.collectors.git.access import Access, open_repository
from assessments.collectors.git.authors import pseudonymous_roles
from assessments.collectors.git.bounds import Bounds
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.commits import resolve_commits
from assessments.collectors.git.isolation import Seen, read_isolated
from assessments.collectors.git.outcomes import asked_subject, evidence, failed, subject_of
from assessments.collectors.git.readers import READERS
from assessments.collectors.git.reading import Reader
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.git.repository import Repository
from assessments.collectors.git.spec import Spec, reference
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight

__all__ = ["REPOSITORY", "GitCollector", "resolve_commits"]

REPOSITORY = "git.repository"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class GitCollector:
    """Looks at a repository through its readers. Fulfils the ``Collector`` protocol.

    ``salt`` is the installation's secret for pseudonyms; ``members`` are roles by e-mail address, of which only
    pseudonyms leave the collector. One topic may take ``topic_seconds``.
    """

    access: Access = field(default_factory=Access)
    readers: Mapping[str, Reader] = field(default_factory=lambda: READERS)
    bounds: Bounds = field(default_factory=Bounds)
    salt: str = field(default="", repr=False)
    members: Mapping[str, str] = field(default_factory=dict, repr=False)
    topic_seconds: float = 45.0
    source: str = "git"

    def configured(self, request: Request) -> bool:
        """Whether the request names a repository."""
        return bool(request.repository.strip())

    def collect(self, request: Request) -> list[Evidence]:
        """One Evidence for ``git.repository`` and for each reader's topic. Never raises."""
        try:
            return self._collect(request)
        except CannotLook as refusal:
            return self._all(request, refusal.sight, str(refusal))
        except Exception as error:  # noqa: BLE001 – a fault of ours is evidence too, never a lost assessment
            logger.error("The git collector failed: %s", type(error).__name__)
            return self._all(request, Sight.ERROR, f"The collector failed ({type(error).__name__}).")

    def _collect(self, request: Request) -> list[Evidence]:
        deadline = Deadline(request.seconds)
        with open_repository(request, self.access, deadline) as repository:
            seen = read_isolated(self._spec(repository, request), deadline, self.topic_seconds)
        subject = subject_of(repository.identity, repository.subpath)
        about = evidence(request, REPOSITORY, subject, repository_payload(repository, seen))
        return [about, *(_topic(request, topic, subject, seen) for topic in self.readers)]

    def _spec(self, repository: Repository, request: Request) -> Spec:
        salt = self.salt or repository.identity
        return Spec(
            repository=repository,
            readers={topic: reference(reader) for topic, reader in self.readers.items()},
            now=request.now,
            bounds=self.bounds,
            seconds=request.seconds,
            salt=salt,
            roles=pseudonymous_roles(self.members, salt),
        )

    def _all(self, request: Request, sight: Sight, message: str) -> list[Evidence]:
        subject = asked_subject(request)
        return [failed(request, topic, subject, sight, message) for topic in (REPOSITORY, *self.readers)]


def _topic(request: Request, topic: str, subject: str, seen: Seen) -> Evidence:
    if topic in seen.faults:
        return failed(request, topic, subject, Sight.ERROR, seen.faults[topic])
    return evidence(request, topic, subject, seen.payloads[topic])


def repository_payload(repository: Repository, seen: Seen) -> dict[str, Any]:
    """Facts about the repository itself; ``files`` and ``bytes`` count what lies below the sub-path."""
    moment = repository.committed_at
    return {
        "repository": repository.identity,
        "subpath": repository.subpath,
        "in_git": repository.in_git,
        "commit": repository.commit,
        "branch": repository.branch,
        "committed_at": moment.isoformat() if moment else None,
        "shallow": repository.shallow,
        "bare": repository.bare,
        "fetched": repository.fetched,
        "dirty": repository.dirty,
        **seen.listed,
        "skipped": seen.skipped,
        "skipped_total": seen.skipped_total,
    }
