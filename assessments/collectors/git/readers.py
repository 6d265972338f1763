"""Which reader looks at which topic of a repository. The order is the order of reading."""

from __future__ import annotations

from assessments.collectors.git import ci, history
from assessments.collectors.git.code import (
    instrumentation,
    kind,
    notebooks,
    pipelines,
    serving,
    testing,
    training,
    validation,
)
from assessments.collectors.git.config import environment, infrastructure, routing
from assessments.collectors.git.reading import Reader

READERS: dict[str, Reader] = {
    "git.history": history.read,
    "git.kind": kind.read,
    "git.code": training.read,
    "git.notebooks": notebooks.read,
    "git.serving": serving.read,
    "git.tests": testing.read,
    "git.pipelines": pipelines.read,
    "git.validation": validation.read,
    "git.instrumentation": instrumentation.read,
    "git.ci": ci.read,
    "git.environment": environment.read,
    "git.infrastructure": infrastructure.read,
    "git.routing": routing.read,
}
