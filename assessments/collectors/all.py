"""Every collector there is, and the one fact that takes two of them: whether run commits exist in the repository."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from assessments.collectors.git.access import Access
from assessments.collectors.git.collector import GitCollector, resolve_commits
from assessments.collectors.human import HumanCollector, in_repository
from assessments.collectors.mlflow import MlflowCollector
from assessments.collectors.request import Collector, Request
from assessments.evidence import Evidence


def collectors(
    *,
    trusted: Iterable[str] = (),
    salt: str = "",
    members: Mapping[str, str] = MappingProxyType({}),
    access: Access | None = None,
) -> tuple[Collector, ...]:
    """The collectors that look by themselves.

    ``trusted`` are MLflow addresses that the operator configured; ``salt`` is the secret behind the pseudonyms of
    authors, and ``members`` are the project's roles by e-mail address, which never leave the collector. ``access``
    says which hosts may be asked for a repository.
    """
    access = access or Access()
    git = GitCollector(access=access, salt=salt, members=members)
    return (git, MlflowCollector(trusted=frozenset(trusted)), HumanCollector(in_repository(access)))


def run_commits(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The commits that training runs claim to come from (full hashes), as the MLflow collector saw them."""
    commits = (item.payload.get("commits", ()) for item in evidence if item.topic == "mlflow.lineage")
    return tuple(sorted({commit for some in commits for commit in some}))


def resolved(request: Request, evidence: Iterable[Evidence], access: Access | None = None) -> tuple[Evidence, ...]:
    """Evidence on whether the runs' commits exist in the repository; nothing without runs or without a repository."""
    commits = run_commits(evidence)
    return (resolve_commits(request, commits, access),) if commits and request.repository else ()
