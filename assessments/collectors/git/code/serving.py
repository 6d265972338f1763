"""Serving: the entry points through which a model answers – online, in batches, on a stream, or in a demo page.

Topic ``git.serving``; the payload's shape stands in the index's docstring. A web application counts only with a model
loaded or asked behind it; model servers (BentoML, KServe …) and platform scoring scripts count by their own shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.declared import declared_link
from assessments.collectors.git.code.facts import Call, Definition, Module
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.models_in_use import DEPTH, Use, loads, model_behind, predicts
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.scoring_scripts import batch_scripts, platform_script
from assessments.collectors.git.code.serving_entry import Serving
from assessments.collectors.git.code.serving_files import declared_servers
from assessments.collectors.git.code.vocabulary import (
    CONSUMING,
    DEMO_UI,
    DEPLOYING,
    MODEL_SERVERS,
    ROUTES,
    STREAMS,
    WEB,
)
from assessments.collectors.git.reading import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """Serving entries, and web applications behind which no model was found."""

    entries: tuple[Serving, ...]
    without_model: tuple[Serving, ...]


def serving(index: PythonIndex) -> Found:
    """Every serving entry of the project's own code and configuration."""
    return index.once("serving", lambda: _find(index))


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.serving``."""
    index = reading.python
    found, external = serving(index), declared_link(reading, "serving_repository")
    if not found.entries and not found.without_model and not external and not index.unread:
        return {}
    return {
        "entries": [entry.as_json() for entry in found.entries[:MOST_LISTED]],
        "count": len(found.entries),
        "kinds": sorted({entry.kind for entry in found.entries}),
        "without_model": [entry.as_place() for entry in found.without_model[:MOST_LISTED]],
        "external": external,
        "left_out": index.unread,
    }


_ORDER = ("online", "batch", "stream", "demo")


def _find(index: PythonIndex) -> Found:
    served: list[Serving] = []
    bare: list[Serving] = []
    for module in index.modules.values():
        for entry in _of_module(index, module) if is_own(module.path) and module.parsed else ():
            (served if entry.model or entry.complete else bare).append(entry)
    served += batch_scripts(index, {entry.path for entry in served})
    served += declared_servers(index.tree)
    served.sort(key=lambda entry: (_ORDER.index(entry.kind), entry.path.count("/"), entry.path))
    return Found(tuple(served), tuple(bare))


def _of_module(index: PythonIndex, module: Module) -> Iterator[Serving]:
    """At most one entry per file: the most specific shape wins."""
    found = _model_server(module) or platform_script(index, module)
    found = found or _deployed(module) or _web(index, module) or _stream(index, module) or _demo(index, module)
    if found:
        yield found


def _model_server(module: Module) -> Serving | None:
    names = [library for library in MODEL_SERVERS if module.imports_any((library,))]
    for name in names:
        for line, used in _uses(module):
            if used.startswith(f"{name}.") and used.rpartition(".")[2] in _SERVER_SHAPES:
                return Serving(
                    module.path, line, "online", MODEL_SERVERS[name], model=_first_use(module), complete=True
                )
    triton = next((each for each in module.definitions if each.name == "TritonPythonModel"), None)
    return Serving(module.path, triton.line, "online", "Triton", complete=True) if triton else None


#: What a model server's own building blocks are called.
_SERVER_SHAPES = frozenset(
    {"Service", "service", "api", "deployment", "ingress", "Model", "KFModel", "ModelServer", "MLModel", "LitAPI"}
    | {
        "LitServer",
        "BaseHandler",
        "BasePredictor",
        "Triton",
        "TritonConfig",
        "MLRunner",
        "run",
        "input_schema",
        "Runnable",
    }
    | {
        "VisionHandler",
        "TextHandler",
        "ImageClassifier",
        "TextClassifier",
        "DefaultHandlerService",
        "serve",
        "Potassium",
    }
)


def _uses(module: Module) -> Iterator[tuple[int, str]]:
    """Names a module builds on: bases and decorators of its definitions, then calls."""
    for definition in module.definitions:
        yield from ((definition.line, base) for base in definition.bases)
        yield from ((decorator.line, decorator.name) for decorator in definition.decorators)
    yield from ((call.line, call.name) for call in module.calls)


def _first_use(module: Module) -> Use | None:
    return next(iter([*loads(module), *predicts(module)]), None)


def _deployed(module: Module) -> Serving | None:
    """Code that puts a registered model behind a platform's endpoint: the platform answers, the code says with what."""
    for call in module.calls:
        platform = next((name for end, name in DEPLOYING.items() if call.name.endswith(end)), "")
        if platform:
            kind = "batch" if "batch_deployments" in call.name else "online"
            return Serving(module.path, call.line, kind, platform, complete=True)
    return None


def _web(index: PythonIndex, module: Module) -> Serving | None:
    framework = _framework(module, WEB)
    routes = list(_routes(module)) if framework else []
    if not routes:
        return None
    route = _nearest(module, routes)
    return Serving(module.path, route.line, "online", framework, route.text, model_behind(index, module.path))


def _framework(module: Module, table: Mapping[str, str]) -> str:
    return next((tool for library, tool in table.items() if module.imports_any((library,))), "")


def _routes(module: Module) -> Iterator[Call]:
    """Route decorators, and calls that add a route."""
    for definition in module.definitions:
        yield from (
            each
            for each in definition.decorators
            if (each.method in ROUTES and "." in each.name) or each.name.endswith("api_view")
        )
    yield from (
        each for each in module.calls if each.method.startswith(("add_", "path", "re_path")) and each.method in ROUTES
    )


def _nearest(module: Module, routes: list[Call]) -> Call:
    """The route of the function that asks the model, else the first that takes input, else the first."""
    asking = {use.scope.partition(".")[0] for use in predicts(module)}
    by_line = {decorator.line: each for each in module.definitions for decorator in each.decorators}
    for route in routes:
        handler: Definition | None = by_line.get(route.line)
        if handler and handler.name.partition(".")[0] in asking:
            return route
    return next((route for route in routes if route.method == "post"), routes[0])


def _stream(index: PythonIndex, module: Module) -> Serving | None:
    tool = _framework(module, STREAMS)
    consumer = next((call for call in _consumers(module) if call.method in CONSUMING), None) if tool else None
    model = model_behind(index, module.path) if consumer else None
    return Serving(module.path, consumer.line, "stream", tool, consumer.text, model) if consumer and model else None


def _consumers(module: Module) -> Iterator[Call]:
    yield from module.calls
    for definition in module.definitions:
        yield from definition.decorators


def _demo(index: PythonIndex, module: Module) -> Serving | None:
    tool = _framework(module, DEMO_UI)
    first = next((call for call in module.calls if call.root in DEMO_UI), None) if tool else None
    model = model_behind(index, module.path) if first else None
    return Serving(module.path, first.line, "demo", tool, "", model) if first and model else None


def reaches_serving(index: PythonIndex, start: str) -> tuple[Serving, tuple[str, ...]] | None:
    """Return the serving entry a file reaches by imports, with the way there; None when it reaches none."""
    ways = index.reach([start], DEPTH)
    reached = [entry for entry in serving(index).entries if entry.path in ways]
    nearest = min(reached, key=lambda entry: (entry.kind == "demo", len(ways[entry.path])), default=None)
    return (nearest, ways[nearest.path]) if nearest else None
