"""Topic git.instrumentation: operational metrics in the service and in what its platform is told."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import SERVE, look


def test_a_metrics_client_in_the_service_is_part_of_it_and_one_elsewhere_is_not() -> None:
    files = {
        "api.py": "import metrics\n" + SERVE,
        "metrics.py": "from prometheus_client import Counter\nC = Counter('a', 'b')",
        "etl.py": "from statsd import StatsClient\nStatsClient().incr('x')",
    }
    tools = look("git.instrumentation", files)["tools"]
    assert [(each["tool"], each["path"], each["in_service"]) for each in tools] == [
        ("Prometheus", "metrics.py", True),
        ("StatsD", "etl.py", False),
    ]


def test_an_import_alone_measures_nothing() -> None:
    assert look("git.instrumentation", {"api.py": "import prometheus_client\n" + SERVE}) == {}


def test_metrics_and_health_routes_are_told_apart() -> None:
    source = SERVE + "@app.get('/health')\ndef h(): ...\n@app.get('/api/v1/metrics')\ndef m(): ...\n"
    found = look("git.instrumentation", {"api.py": source})
    assert [each["route"] for each in found["health_routes"]] == ["/health"]
    assert [each["route"] for each in found["metrics_routes"]] == ["/api/v1/metrics"]


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("aks.yml", "appInsightsEnabled: True", "Azure Application Insights"),
        ("monitor.yaml", "kind: ServiceMonitor", "Prometheus operator"),
        ("deployment.yaml", 'prometheus.io/scrape: "true"', "Prometheus"),
        ("prometheus.yml", "scrape_configs:\n", "Prometheus"),
        ("Dockerfile", "CMD opentelemetry-instrument uvicorn api:app", "OpenTelemetry"),
    ],
)
def test_platform_settings_are_found_with_their_line(path: str, text: str, tool: str) -> None:
    assert look("git.instrumentation", {path: text})["platform"] == [{"tool": tool, "path": path, "line": 1}]


def test_a_setting_that_is_off_or_commented_out_is_none() -> None:
    assert look("git.instrumentation", {"a.yml": "appInsightsEnabled: false\n# kind: ServiceMonitor\n"}) == {}


def test_a_lookup_of_a_key_named_metrics_is_no_route() -> None:
    assert look("git.instrumentation", {"api.py": SERVE + "model.meta.get('metrics')\n"}) == {}
