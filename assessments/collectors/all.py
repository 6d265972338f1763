"""Every collector there is, and the one fact that takes two of them: whether run commits exist in the repository."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.collectors.git.collector import GitCollector, resolve_commits
from assessments.collectors.human import HumanCollector
from assessments.collectors.mlflow import MlflowCollector
from assessments.collectors.request import Collector, Request
from assessments.evidence import Evidence


def collectors(*, trusted: Iterable[str] = ()) -> tuple[Collector, ...]:
    """The collectors that look by themselves. ``trusted`` are MLflow addresses that the operator configured."""
    return (GitCollector(), MlflowCollector(trusted=frozenset(trusted)), HumanCollector())


def collector_for(source: str, *, trusted: Iterable[str] = ()) -> Collector:
    """The collector of one source. Raises LookupError for a source that does not look by itself."""
    for collector in collectors(trusted=trusted):
        if collector.source == source:
            return collector
    raise LookupError(f"No collector looks at {source!r} by itself.")


def run_commits(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The commits that training runs claim to come from (full hashes), as the MLflow collector saw them."""
    commits = (item.payload.get("commits", ()) for item in evidence if item.topic == "mlflow.lineage")
    return tuple(sorted({commit for some in commits for commit in some}))


def resolved(request: Request, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence on whether the runs' commits exist in the repository; nothing without runs or without a repository."""
    commits = run_commits(evidence)
    return (resolve_commits(request, commits),) if commits and request.repository else ()
