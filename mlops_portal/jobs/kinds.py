"""The kinds of jobs there are. Packages register theirs with ``@job_kind``, imported in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from mlops_portal.kernel.registry import Registry

Run = TypeVar("Run", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a kind of job does and how far it may go.

    ``run`` is called as ``run(context, **arguments)`` and returns a JSON value or None. It may be called again after a
    crash or a passing failure, so running it twice must do no more than running it once. ``permission`` is asked on
    the project of whoever requests it; without one only the system may. ``attempts`` bounds how often it is begun,
    ``seconds`` how long one attempt may take; ``backoff`` is the wait before the second attempt, in seconds, four
    times as long before the third.
    """

    name: str
    run: Callable[..., Any]
    title: str
    permission: str = ""
    attempts: int = 3
    seconds: float = 3600.0
    backoff: float = 10.0


JOB_KINDS: Registry[JobKind] = Registry("job kind")


def job_kind(
    name: str, *, title: str, permission: str = "", attempts: int = 3, seconds: float = 3600.0, backoff: float = 10.0
) -> Callable[[Run], Run]:
    """Register the decorated function as the job kind ``name``. Raises ValueError when the name is taken."""

    def register(run: Run) -> Run:
        kind = JobKind(name, run, title, permission, attempts, seconds, backoff)
        JOB_KINDS.register(name, kind)
        return run

    return register
