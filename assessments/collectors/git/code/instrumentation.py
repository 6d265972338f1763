"""Operational metrics: clients used in code, metrics and health routes, and what a platform is told to measure.

Topic ``git.instrumentation``::

    {"tools": [{"tool", "path", "line", "what", "in_service": bool}],     # in_service: part of the service
     "count": int,
     "metrics_routes": [{"path", "line", "route"}], "health_routes": [{"path", "line", "route"}],
     "platform": [{"tool", "path", "line"}], "built_in": [framework, …],        # servers with metrics of their own
     "left_out": int}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assessments.collectors.git.code.facts import Call, Module
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.live_text import find_live, line_at
from assessments.collectors.git.code.models_in_use import DEPTH
from assessments.collectors.git.code.places import is_example, is_own
from assessments.collectors.git.code.serving import serving
from assessments.collectors.git.code.vocabulary import INSTRUMENTATION, ROUTES
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.tree import Tree

#: At most so many configuration files are searched, none larger than so many bytes.
MOST_FILES, LARGEST = 500, 200_000

#: Calls that add a route.
_ADDING = frozenset(
    {"path", "re_path", "url", "mount", "Mount", "Route", "add_url_rule", "add_api_route", "add_route", "add_get"}
)
_METRICS = re.compile(r"^/?(?:[\w-]+/)*(?:metrics|prometheus)/?$")
_HEALTH = re.compile(
    r"^/?(?:[\w-]+/)*(?:health|healthz|healthcheck|health-check|livez?|liveness|readyz?|readiness|ping|status|heartbeat)/?$"
)
_CONFIGURED = re.compile(
    r"\.(?:ya?ml|json|tf|bicep|toml|ini|cfg|env|sh|conf)$|(?:^|/)(?:[^/]*Dockerfile[^/]*|Procfile|Makefile)$"
)
_PLATFORM = {
    re.compile(pattern, re.IGNORECASE): tool
    for pattern, tool in (
        (r"\b(?:app_?insights_?enabled|enable_?app_?insights)[\"']?\s*[:=]\s*[\"']?true", "Azure Application Insights"),
        (r"(?:azurerm_application_insights|Microsoft\.Insights/components)\b", "Azure Application Insights"),
        (r"\bkind:\s*[\"']?(?:ServiceMonitor|PodMonitor)\b", "Prometheus operator"),
        (r"prometheus\.io/scrape[\"']?\s*[:=]\s*[\"']?true", "Prometheus"),
        (r"enable-prometheus-scraping[\"']?\s*[:=]\s*[\"']?true", "Prometheus"),
        (r"\bscrape_configs\s*:", "Prometheus"),
        (r"\b(?:opentelemetry-instrument|OTEL_EXPORTER_OTLP_\w+)\b", "OpenTelemetry"),
        (r"\b(?:ddtrace-run|DD_AGENT_HOST)\b", "Datadog"),
        (r"\b(?:aws_cloudwatch_metric_alarm|AWS::CloudWatch::Alarm)\b", "CloudWatch"),
        (r"\bgoogle_monitoring_\w+\b", "Cloud Monitoring"),
    )
}
#: Nothing is searched in a file without one of these words.
_HINT = re.compile(r"insights|monitor|prometheus|scrape|opentelemetry|OTEL|ddtrace|DD_AGENT|cloudwatch", re.IGNORECASE)
#: Model servers that expose operational metrics without being told to.
_BUILT_IN = frozenset({"BentoML", "MLServer", "Seldon Core", "KServe", "Triton", "TorchServe", "Ray Serve"})


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.instrumentation``."""
    index = reading.python
    tools = list(_tools(index))
    metrics, health = list(_routes(index, _METRICS)), list(_routes(index, _HEALTH))
    platform = list(_platform(index.tree))
    built_in = sorted({entry.framework for entry in serving(index).entries} & _BUILT_IN)
    if not (tools or metrics or health or platform or built_in) and not index.unread:
        return {}
    return {
        "tools": sorted(tools, key=lambda each: (not each["in_service"], each["path"]))[:MOST_LISTED],
        "count": len(tools),
        "metrics_routes": metrics[:MOST_LISTED],
        "health_routes": health[:MOST_LISTED],
        "platform": platform[:MOST_LISTED],
        "built_in": built_in,
        "left_out": index.unread,
    }


def _tools(index: PythonIndex) -> Iterator[dict[str, Any]]:
    """One per file and tool: the first call into the library (an import alone measures nothing)."""
    service = service_files(index)
    for module in index.modules.values():
        for tool, call in _used(module).items() if is_own(module.path) else ():
            place = {"tool": tool, "path": module.path, "line": call.line, "what": call.name}
            yield {**place, "in_service": module.path in service}


def _used(module: Module) -> dict[str, Call]:
    found: dict[str, Call] = {}
    decorators = (each for definition in module.definitions for each in definition.decorators)
    for call in (*module.calls, *decorators):
        for library, tool in INSTRUMENTATION.items():
            if call.name.startswith(f"{library}.") and tool not in found:
                found[tool] = call
        if call.method == "put_metric_data":
            found.setdefault("CloudWatch", call)
    return found


def service_files(index: PythonIndex) -> set[str]:
    """Files that are part of what serves: what an entry imports, what imports an entry, and what that imports."""
    entries = {entry.path for entry in serving(index).entries}
    above = {path for path in index.modules if is_own(path) and entries.intersection(index.edges.get(path, ()))}
    return set(index.reach(sorted(entries | above), DEPTH))


def _routes(index: PythonIndex, pattern: re.Pattern[str]) -> Iterator[dict[str, Any]]:
    for module in index.modules.values():
        if not is_own(module.path):
            continue
        for call in _adding_routes(module):
            if pattern.match(call.text):
                yield {"path": module.path, "line": call.line, "route": call.text}


def _adding_routes(module: Module) -> Iterator[Call]:
    """Route decorators with a path, and calls that add or mount one (``config.get("metrics")`` is neither)."""
    for definition in module.definitions:
        yield from (each for each in definition.decorators if each.method in ROUTES and each.text.startswith("/"))
    yield from (call for call in module.calls if call.method in _ADDING)


def _platform(tree: Tree) -> Iterator[dict[str, Any]]:
    paths = [
        path for path in tree.paths if _CONFIGURED.search(path) and not is_example(path) and tree.size(path) <= LARGEST
    ]
    for path in paths[:MOST_FILES]:
        text = tree.text(path) or ""
        for pattern, tool in _PLATFORM.items() if _HINT.search(text) else ():
            match = find_live(pattern, text)
            if match:
                yield {"tool": tool, "path": path, "line": line_at(text, match.start())}
