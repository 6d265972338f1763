"""What the systems share: settings of a job turned into a position, and actions or tasks that act by being used."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from assessments.collectors.git.ci import containers
from assessments.collectors.git.ci.delivery import bare_name, is_commanded, is_harmless, used_kinds
from assessments.collectors.git.ci.documents import Map, as_list, as_map, strings
from assessments.collectors.git.ci.findings import Ledger, Position
from assessments.collectors.git.ci.follow import note, walk

_MOST_VARIANTS = 12


def with_values(position: Position, *tables: object) -> Position:
    """The position with variables that are written out in the pipeline (names as written)."""
    values = dict(position.values)
    for table in tables:
        values.update({key: str(value) for key, value in as_map(table).items() if isinstance(value, str)})
    return replace(position, values=values)


def with_prefixed(position: Position, prefix: str, values: Mapping[str, Any]) -> Position:
    """The position with ``prefix.name`` variables, as ``inputs.x`` or ``parameters.x``."""
    named = {f"{prefix}.{key}": str(value) for key, value in values.items() if isinstance(value, str)}
    return replace(position, values={**position.values, **named})


def variants(matrix: object) -> Iterator[dict[str, str]]:
    """The combinations of a matrix, at most twelve; one empty combination when there is none."""
    axes = {
        key: [str(item) for item in as_list(value) if isinstance(item, str)]
        for key, value in as_map(matrix).items()
        if key not in ("include", "exclude")
    }
    axes = {key: items for key, items in axes.items() if items}
    included = [dict(item) for item in as_list(as_map(matrix).get("include")) if isinstance(item, Map)]
    combined = [dict(zip(axes, items, strict=True)) for items in itertools.product(*axes.values())] if axes else []
    extra = [{key: str(value) for key, value in item.items() if isinstance(value, str)} for item in included]
    yield from itertools.islice([*combined, *extra] or [{}], _MOST_VARIANTS)


def use(ledger: Ledger, name: str, inputs: Map, position: Position) -> None:
    """Note what an action or task does by being used; an unknown one that may test or release is reported."""
    given = [(key.lower(), str(value)) for key, value in inputs.items() if isinstance(value, str)]
    kinds = used_kinds(name, given)
    words = (name, *[f"{key}={' '.join(value.split())}" for key, value in given][:6])
    for kind in kinds:
        note(ledger, kind, words, with_prefixed(position, "with", dict(inputs)))
    if "build" in kinds and not bare_name(name).startswith("pypa"):
        file = next((value for key, value in given if key in ("file", "dockerfile")), "")
        context = next((value for key, value in given if key in ("context", "buildcontext")), ".")
        context = context if "$" not in context and "://" not in context else "."
        walk(
            ledger,
            containers.dockerfile_runs(ledger, "" if "*" in file else file, context, position.cwd),
            position,
            name,
        )
    if not kinds and not is_harmless(name) and not is_commanded(name):
        ledger.unseen(position, name, "an action or task from outside the repository", may_hide(name))


def may_hide(name: str) -> tuple[str, ...]:
    """What something outside may do, by its name: tests, a release, or – when the name tells nothing – both."""
    bare = bare_name(name)
    tests = any(word in bare for word in ("test", "tox", "nox", "check"))
    release = any(word in bare for word in ("deploy", "publish", "release", "push", "helm", "k8s", "kube"))
    kinds = [kind for kind, hit in (("release", release), ("test", tests)) if hit]
    return tuple(kinds) or ("release", "test")


def script_text(value: object) -> str:
    """A script given as one text or a list of lines."""
    return "\n".join(strings(value))
