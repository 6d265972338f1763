"""Checks on the serving side: the entry point is tracked (GIT-03), and the service is instrumented (GIT-18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.base import Facts
from assessments.checks.git.seen import absent, counted, place, seen
from assessments.checks.git.standing import project_check
from assessments.checks.verdict import DECLARED, Seen, Verdict, met, partial, unknown


@project_check("GIT-03", needs=("git.serving",))
def serving_entry_is_tracked(facts: Facts) -> Verdict:
    """An entry point through which the model answers is in the repository: online, in batches or on a stream."""
    found = facts["git.serving"]
    entries = found.get("entries", [])
    serious = [each for each in entries if each["kind"] != "demo"]
    if serious:
        kinds = " and ".join(kind for kind in found["kinds"] if kind != "demo")
        return met(f"{_subject(found['count'])} tracked ({kinds}).", [_entry(each) for each in serious])
    if entries:
        return partial(
            "Only a demo page answers with the model; there is no interface for programs.",
            [_entry(each) for each in entries],
        )
    return _no_entry(found)


def _subject(count: int) -> str:
    return f"{counted(count, 'serving entry point', 'serving entry points')} {'is' if count == 1 else 'are'}"


def _entry(each: Mapping[str, Any]) -> Seen:
    route = f" {each['route']}" if each["route"] else ""
    model = f", model: {each['model']['text']} ({each['model']['where']})" if each["model"] else ""
    return Seen(f"{each['framework']}{route}, {each['kind']}{model}", place(each))


def _no_entry(found: Mapping[str, Any]) -> Verdict:
    if found.get("external"):
        return unknown(f"mlops.yaml says that serving lives in {found['external']}: assess that repository too.")
    bare = found.get("without_model", [])
    if bare:
        reason = f"A web application ({bare[0]['framework']}), but no model is loaded or asked behind its routes."
        return absent(reason, found, seen(bare, text="{framework}"))
    return absent("No serving or batch-scoring entry point found; if it lives elsewhere, name it in mlops.yaml.", found)


@project_check("GIT-18", needs=("git.instrumentation", "git.serving"))
def service_is_instrumented(facts: Facts) -> Verdict:
    """The service emits operational metrics; strength 0.5: declared, not seen arriving."""
    measured, served = facts["git.instrumentation"], facts["git.serving"]
    if not served.get("entries"):
        return _no_service(served)
    tools = [each for each in measured.get("tools", []) if each["in_service"]]
    platform = measured.get("platform", [])
    shown = (*_tools(tools), *seen(platform, text="{tool} configured"), *_routes(measured))
    if tools or platform or measured.get("metrics_routes"):
        names = ", ".join(sorted({each["tool"] for each in (*tools, *platform)})) or "a metrics route"
        return met(f"Instrumented for operational metrics: {names}; not yet seen arriving.", shown, strength=DECLARED)
    return _half_instrumented(measured, shown)


def _no_service(served: Mapping[str, Any]) -> Verdict:
    if served.get("external"):
        return unknown(f"Serving lives in {served['external']}: assess that repository too.")
    return unknown(
        "No serving code in this repository; name the serving repository in mlops.yaml (serving_repository)."
    )


def _half_instrumented(measured: Mapping[str, Any], shown: tuple[Seen, ...]) -> Verdict:
    if measured.get("built_in"):
        servers = ", ".join(measured["built_in"])
        return partial(f"{servers} can expose metrics by itself; nothing here says that they are collected.", shown)
    if measured.get("tools"):
        return partial("A metrics library is used, but not in the code that serves.", _tools(measured["tools"]))
    if measured.get("health_routes"):
        return partial("A health route, but no operational metrics.", shown)
    return absent("No operational metrics: no metrics library, no metrics route, no platform setting.", measured)


def _tools(tools: list[Mapping[str, Any]]) -> tuple[Seen, ...]:
    return seen(tools, text="{tool}: {what}")


def _routes(measured: Mapping[str, Any]) -> tuple[Seen, ...]:
    return seen([*measured.get("metrics_routes", []), *measured.get("health_routes", [])], text="route {route}")
