"""GIT-11, 14 and 16: environment, infrastructure and routing as the repository defines them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.base import Facts
from assessments.checks.git.standing import project_check
from assessments.checks.verdict import DECLARED, Seen, Verdict, met, not_applicable, not_met, partial, unknown

_ENOUGH_ENVIRONMENTS = 2


@project_check("GIT-11", needs=("git.environment",))
def environment_is_reproducible(facts: Facts) -> Verdict:
    """Answer: dependencies are locked or fully pinned, and a container or environment is defined.

    A fact about the repository itself, so strength 1 when it is met.
    """
    found = facts["git.environment"]
    if not found.get("manifests") and not found.get("locks"):
        return not_met(
            "No file declares the dependencies: nothing to rebuild the environment from.", _definitions(found)
        )
    fixed, definitions = _fixed(found), _definitions(found)
    if fixed and definitions:
        return met(_both(found), [*fixed, *definitions])
    if fixed:
        return partial("Dependencies are fixed, but no container or environment is defined to install them in.", fixed)
    if definitions or found.get("exact_count") or found.get("locks"):
        return partial(_loose_reason(found, bool(definitions)), [*_loose(found), *definitions])
    return not_met(_loose_reason(found, False), _loose(found))


def _fixed(found: Mapping[str, Any]) -> list[Seen]:
    """Lock files and requirements that are all exact – unless some requirements outside a lock's folder are not."""
    if found.get("loose_count"):
        return []
    locks = [Seen(f"{lock['tool']} lock file{_packages(lock)}", lock["path"]) for lock in found.get("locks", ())]
    if locks:
        return locks
    return [Seen(f"{file['requirements']} requirements, all exact", file["path"]) for file in found.get("pinned", ())]


def _packages(lock: Mapping[str, Any]) -> str:
    return f" with {lock['packages']} packages" if lock["packages"] > 0 else " (too large to read)"


def _definitions(found: Mapping[str, Any]) -> list[Seen]:
    return [Seen(_definition(one), one["path"]) for one in found.get("definitions", ())]


def _definition(one: Mapping[str, Any]) -> str:
    if one["kind"] != "Dockerfile":
        return f"{one['kind']} environment"
    return f"Dockerfile from {one['base']}" + (" (by digest)" if one["digest"] else " (not by digest)")


def _loose(found: Mapping[str, Any]) -> list[Seen]:
    return [Seen(f"not one exact version: {one['text']}", one["where"]) for one in found.get("loose", ())]


def _both(found: Mapping[str, Any]) -> str:
    digest = any(one["kind"] == "Dockerfile" and not one["digest"] for one in found["definitions"])
    how = "locked" if found.get("locks") else "fully pinned"
    note = " (a base image is not pinned by digest)" if digest else ""
    beside = found.get("loose_beside_lock")
    loose = f"; {beside} loose requirements stand beside the lock" if beside else ""
    return f"Dependencies are {how} and the environment is defined{note}{loose}."


def _loose_reason(found: Mapping[str, Any], defined: bool) -> str:
    missing = "" if defined else ", and no container or environment is defined"
    first = [one["where"] for one in found.get("loose", ())][:3]
    if first:
        return f"{found['loose_count']} requirements are not one exact version ({', '.join(first)}){missing}."
    names = ", ".join(found.get("manifests", ())[:2])
    return f"{names} declares dependencies, but no lock file fixes their versions{missing}."


@project_check("GIT-14", needs=("git.infrastructure",))
def infrastructure_is_code(facts: Facts) -> Verdict:
    """Answer: infrastructure is defined as code for at least two environments. A declaration: 0.5 by itself."""
    found = facts["git.infrastructure"]
    tools = [Seen(tool["tool"], tool["path"]) for tool in found.get("tools", ())]
    environments = [
        Seen(f"environment {one['name']} ({one['tool']})", one["where"]) for one in found.get("environments", ())
    ]
    names = ", ".join(tool["tool"] for tool in found.get("tools", ()))
    if tools and found["environment_count"] >= _ENOUGH_ENVIRONMENTS:
        listed = ", ".join(one["name"] for one in found["environments"])
        return met(
            f"{names} defines {found['environment_count']} environments: {listed}.", environments, strength=DECLARED
        )
    if tools:
        one = f"only the environment {found['environments'][0]['name']}" if environments else "no separate environments"
        return partial(f"{names} is there, but we saw {one}; two or more are asked for.", [*tools, *environments])
    return _no_infrastructure(found)


def _no_infrastructure(found: Mapping[str, Any]) -> Verdict:
    if found.get("elsewhere"):
        link = str(found["elsewhere"])
        return unknown("Infrastructure lives in another repository, which is not read here.", link=link)
    if found.get("templates"):
        seen = [Seen("a template source, not a working definition", path) for path in found["templates"]]
        return unknown("Only templates of infrastructure are here; what is made from them is not.", seen)
    if found.get("problems"):
        return unknown(
            "Infrastructure files could not be read.", [Seen(p["text"], p["where"]) for p in found["problems"]]
        )
    return unknown(
        "No infrastructure code is here; if it lives in another repository, name that in mlops.yaml "
        "(infrastructure_repository)."
    )


@project_check("GIT-16", needs=("git.routing",), may_read=("git.serving",))
def routing_is_defined(facts: Facts) -> Verdict:
    """Answer: canary, shadow or A/B routing is defined. Not applicable to a model that is only used in batches."""
    found, serving = facts["git.routing"], facts.get("git.serving") or {}
    rules = [rule for rule in found.get("rules", ()) if rule["kind"] != "blue-green"]
    if rules:
        return _routed(rules)
    kinds = set(serving.get("kinds", ()))
    if kinds and kinds <= {"batch"}:
        return not_applicable("The model is used in batches only: a backtest takes the place of routing.")
    if found.get("rules"):
        switch = [Seen(rule["text"], rule["where"]) for rule in found["rules"]]
        return partial("A blue-green switch is defined: all traffic moves at once, nothing is compared.", switch)
    return _unrouted(found, serving)


def _routed(rules: list[Mapping[str, Any]]) -> Verdict:
    seen = [
        Seen(f"{rule['tool']}: {rule['text']}{' (template)' if rule['template'] else ''}", rule["where"])
        for rule in rules
    ]
    note = "; a template, whose values decide the shares" if all(rule["template"] for rule in rules) else ""
    return met(f"{rules[0]['tool']} defines {rules[0]['kind']} routing{note}.", seen, strength=DECLARED)


def _unrouted(found: Mapping[str, Any], serving: Mapping[str, Any]) -> Verdict:
    if found.get("problems"):
        return unknown(
            "Files that speak of routing could not be read.", [Seen(p["text"], p["where"]) for p in found["problems"]]
        )
    if serving.get("external"):
        return unknown("Serving lives in another repository, which is not read here.", link=str(serving["external"]))
    return not_met("No canary, shadow or A/B routing is defined in the repository.")
