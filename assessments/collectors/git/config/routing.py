"""Topic ``git.routing``: canary, shadow and A/B routing, parsed from what defines it (GIT-16).

Payload (paths relative to the repository)::

    {"rules": [{"kind": "canary"|"shadow"|"split"|"blue-green", "tool", "text", "where", "template": bool}],
     "rule_count": int, "problems": [{"where", "text"}]}

``template``: the file is a Helm (or similar) template; values outside it decide the weights. ``{}``: looked, nothing
there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assessments.collectors.git.ci.documents import Map, Unreadable, as_list, as_map, documents, line_of
from assessments.collectors.git.tree import Tree

if TYPE_CHECKING:
    from assessments.collectors.git.reading import Reading

_MOST_LISTED, _MOST_FILES, _MOST_BYTES = 12, 600, 256_000
_MENTIONS = re.compile(
    r"[Cc]anary|[Ww]eight|[Tt]raffic|[Mm]irror|[Ss]hadow|kind:\s*Rollout|Variants|production_variants"
)
#: Kind, tool, sentence and line of one rule.
Rule = tuple[str, str, str, int]


def read(reading: Reading) -> Mapping[str, Any]:
    """The payload of ``git.routing``; a sub-path's own rules win over the repository's."""
    found = survey(reading.tree)
    return found if found or not reading.subpath.strip("/") else survey(reading.root)


def survey(tree: Tree) -> dict[str, Any]:
    """The payload for one tree, {} when no routing is defined."""
    rules: list[dict[str, Any]] = []
    problems: list[dict[str, str]] = []
    for path in _candidates(tree):
        text = tree.text(path) or ""
        if not _MENTIONS.search(text):
            continue
        plain, template = _plain(text)
        try:
            found = list(_terraform(text) if path.endswith(".tf") else _rules(plain))
        except Unreadable as error:
            problems.append({"where": path, "text": str(error)[:160]})
            continue
        rules += [
            {"kind": kind, "tool": tool, "text": text[:160], "where": f"{path}:{line}", "template": template}
            for kind, tool, text, line in found
        ]
    if not rules and not problems:
        return {}
    rules.sort(key=lambda rule: (rule["kind"] == "blue-green", rule["template"], rule["where"]))
    return {"rules": rules[:_MOST_LISTED], "rule_count": len(rules), "problems": problems[:4]}


def _candidates(tree: Tree) -> list[str]:
    unwanted = re.compile(r"(^|/)(?:tests?|docs?|node_modules|site-packages|\.github)/|(^|/)\.gitlab-ci")
    paths = [
        path for path in tree.paths if path.endswith((".yml", ".yaml", ".tf", ".json")) and not unwanted.search(path)
    ]
    small = [path for path in paths if tree.size(path) <= _MOST_BYTES and _may_route(path)]
    return sorted(small, key=lambda path: path.endswith(".json"))[:_MOST_FILES]


def _may_route(path: str) -> bool:
    """JSON is read only where its name says infrastructure: notebooks' and data sets' siblings are many and large."""
    return not path.endswith(".json") or bool(
        re.search(r"endpoint|cloudformation|template|deploy|traffic|rollout", path, re.I)
    )


def _plain(text: str) -> tuple[str, bool]:
    """A template made parseable: control lines dropped (their line kept), values replaced by a word."""
    if "{{" not in text:
        return text, False
    lines = [re.sub(r"^\s*\{\{-?.*?-?\}\}\s*$", "", line) for line in text.splitlines()]
    return "\n".join(re.sub(r"\{\{.*?\}\}", "TEMPLATED", line) for line in lines), True


def _rules(text: str) -> Iterator[Rule]:
    for value in documents(text):
        top = as_map(value)
        for item in [as_map(item) for item in as_list(top.get("items"))] or [top]:
            yield from _one(item)


def _one(top: Map) -> Iterator[Rule]:
    kind, version, spec = str(top.get("kind", "")), str(top.get("apiVersion", "")), as_map(top.get("spec"))
    for wanted, group, visit in _KINDS:
        if kind == wanted and group in version:
            yield from visit(top, spec)
    yield from _azure_endpoint(top)
    yield from _cloudformation(top)


def _argo(top: Map, spec: Map) -> Iterator[Rule]:
    strategy = as_map(spec.get("strategy"))
    canary = as_map(strategy.get("canary"))
    weights = [str(as_map(step)["setWeight"]) for step in as_list(canary.get("steps")) if "setWeight" in as_map(step)]
    if weights:
        yield "canary", "Argo Rollouts", f"canary in steps of {', '.join(weights[:6])} %", strategy.lines["canary"]
    elif "blueGreen" in strategy:
        yield "blue-green", "Argo Rollouts", "blue-green switch", strategy.lines["blueGreen"]


def _kserve(top: Map, spec: Map) -> Iterator[Rule]:
    for name, component in [("spec", spec), *[(name, as_map(part)) for name, part in spec.items()]]:
        percent = component.get("canaryTrafficPercent")
        if percent is not None:
            line = component.lines["canaryTrafficPercent"]
            yield "canary", "KServe", f"canaryTrafficPercent {percent} ({name})", line


def _istio(top: Map, spec: Map) -> Iterator[Rule]:
    for route in [*as_list(spec.get("http")), *as_list(spec.get("tcp"))]:
        entry = as_map(route)
        weighted = [as_map(one) for one in as_list(entry.get("route")) if "weight" in as_map(one)]
        if len(weighted) > 1:
            yield "split", "Istio", f"weights {_weights(weighted)}", entry.line
        if "mirror" in entry or "mirrors" in entry:
            yield "shadow", "Istio", "requests are mirrored", entry.lines.get("mirror", entry.line)


def _weights(entries: list[Map], key: str = "weight") -> str:
    return " / ".join(str(entry.get(key)) for entry in entries[:6])


def _gateway(top: Map, spec: Map) -> Iterator[Rule]:
    for rule in as_list(spec.get("rules")):
        backends = [as_map(one) for one in as_list(as_map(rule).get("backendRefs")) if "weight" in as_map(one)]
        if len(backends) > 1:
            yield "split", "Gateway API", f"weights {_weights(backends)}", as_map(rule).line


def _traffic(tool: str) -> Callable[[Map, Map], Iterator[Rule]]:
    def rules(top: Map, spec: Map) -> Iterator[Rule]:
        shares = [as_map(one) for one in as_list(spec.get("traffic")) if "percent" in as_map(one)]
        if len(shares) > 1:
            yield "split", tool, f"traffic {_weights(shares, 'percent')}", spec.lines["traffic"]

    return rules


def _seldon(top: Map, spec: Map) -> Iterator[Rule]:
    predictors = [as_map(one) for one in as_list(spec.get("predictors"))]
    shared = [one for one in predictors if "traffic" in one]
    if len(shared) > 1:
        yield "split", "Seldon", f"traffic {_weights(shared, 'traffic')}", spec.lines["predictors"]
    if any(str(one.get("shadow", "")).lower() == "true" for one in predictors):
        yield "shadow", "Seldon", "a shadow predictor", spec.lines["predictors"]


def _seldon_experiment(top: Map, spec: Map) -> Iterator[Rule]:
    candidates = [as_map(one) for one in as_list(spec.get("candidates"))]
    if len(candidates) > 1:
        yield "split", "Seldon", f"candidates {_weights(candidates)}", spec.lines["candidates"]
    if "mirror" in spec:
        yield "shadow", "Seldon", "a mirror", spec.lines["mirror"]


def _flagger(top: Map, spec: Map) -> Iterator[Rule]:
    analysis = as_map(spec.get("analysis") or spec.get("canaryAnalysis"))
    if analysis:
        yield (
            "canary",
            "Flagger",
            f"steps of {analysis.get('stepWeight', analysis.get('stepWeights', '?'))} %",
            analysis.line,
        )


def _ingress(top: Map, spec: Map) -> Iterator[Rule]:
    notes = as_map(as_map(top.get("metadata")).get("annotations"))
    prefix = "nginx.ingress.kubernetes.io/canary"
    if str(notes.get(prefix, "")).lower() == "true":
        yield (
            "canary",
            "NGINX Ingress",
            f"canary weight {notes.get(f'{prefix}-weight', 'by header')}",
            notes.lines[prefix],
        )


def _split(top: Map, spec: Map) -> Iterator[Rule]:
    backends = [as_map(one) for one in as_list(spec.get("backends")) if "weight" in as_map(one)]
    if len(backends) > 1:
        yield "split", "SMI TrafficSplit", f"weights {_weights(backends)}", spec.lines["backends"]


def _traefik(top: Map, spec: Map) -> Iterator[Rule]:
    services = [as_map(one) for one in as_list(as_map(spec.get("weighted")).get("services"))]
    if len(services) > 1:
        yield "split", "Traefik", f"weights {_weights(services)}", spec.lines["weighted"]
    if spec.get("mirroring"):
        yield "shadow", "Traefik", "requests are mirrored", spec.lines["mirroring"]


#: Kind, part of the apiVersion, reader.
_KINDS: tuple[tuple[str, str, Callable[[Map, Map], Iterator[Rule]]], ...] = (
    ("Rollout", "argoproj.io", _argo), ("InferenceService", "serving.k", _kserve),
    ("VirtualService", "istio.io", _istio),
    ("HTTPRoute", "gateway.networking", _gateway), ("Service", "serving.knative.dev", _traffic("Knative")),
    ("SeldonDeployment", "seldon.io", _seldon), ("Experiment", "mlops.seldon.io", _seldon_experiment),
    ("Canary", "flagger.app", _flagger), ("Ingress", "networking", _ingress), ("TrafficSplit", "smi-spec", _split),
    ("TraefikService", "traefik", _traefik),
)  # fmt: skip


def _azure_endpoint(top: Map) -> Iterator[Rule]:
    """An Azure ML online endpoint with traffic for two deployments, or mirrored traffic."""
    if "apiVersion" in top or not ("nlineEndpoint" in str(top.get("$schema", "")) or "auth_mode" in top):
        return
    traffic, mirror = as_map(top.get("traffic")), as_map(top.get("mirror_traffic"))
    if len(traffic) > 1:
        text = ", ".join(f"{name} {share} %" for name, share in list(traffic.items())[:6])
        yield "split", "Azure ML", f"traffic {text}", top.lines["traffic"]
    if mirror:
        yield "shadow", "Azure ML", "mirrored traffic", top.lines["mirror_traffic"]


def _cloudformation(top: Map) -> Iterator[Rule]:
    for resource in as_map(top.get("Resources")).values():
        entry = as_map(resource)
        properties = as_map(entry.get("Properties"))
        if entry.get("Type") != "AWS::SageMaker::EndpointConfig":
            continue
        if len(as_list(properties.get("ProductionVariants"))) > 1:
            yield "split", "SageMaker", "two or more production variants", line_of(entry)
        if as_list(properties.get("ShadowProductionVariants")):
            yield "shadow", "SageMaker", "a shadow variant", line_of(entry)


def _terraform(text: str) -> Iterator[Rule]:
    """SageMaker endpoint configurations in Terraform: blocks counted, comments left out."""
    bare = re.sub(r"(?m)(?:#|//).*$", "", text)
    for match in re.finditer(r'resource\s+"aws_sagemaker_endpoint_configuration"\s+"[^"]*"\s*\{', bare):
        body, line = _braced(bare, match.end()), bare.count("\n", 0, match.start()) + 1
        if len(re.findall(r"(?m)^\s*production_variants\s*\{", body)) > 1:
            yield "split", "SageMaker", "two or more production variants", line
        if re.search(r"(?m)^\s*shadow_production_variants\s*\{", body):
            yield "shadow", "SageMaker", "a shadow variant", line


def _braced(text: str, start: int) -> str:
    depth, at = 1, start
    while at < len(text) and depth:
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return text[start:at]
