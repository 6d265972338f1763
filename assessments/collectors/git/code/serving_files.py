"""Serving that is declared in files: model server commands, KServe and Seldon manifests, platform deployments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessments.collectors.git.ci.documents import Map, Unreadable, as_map, documents, line_of
from assessments.collectors.git.code.commands import command_files
from assessments.collectors.git.code.live_text import find_live, line_at
from assessments.collectors.git.code.serving_entry import Serving
from assessments.collectors.git.tree import Tree

#: What separates words of a command, written out or as a list.
_GAP = r"[\s\"',]+"
_MODEL_GIVEN = r"(?=[^`]{0,400}?(?:-m|--model-uri)\b)"
_COMMANDS = tuple(
    (re.compile(pattern.replace(" ", _GAP)), framework, kind)
    for pattern, framework, kind in (
        (rf"\bmlflow models (?:serve|build-docker)\b{_MODEL_GIVEN}", "MLflow", "online"),
        (rf"\bmlflow models predict\b{_MODEL_GIVEN}", "MLflow", "batch"),
        (r"\bmlflow (?:deployments|sagemaker) (?:create|update|deploy)\b", "MLflow", "online"),
        (r"\btorchserve --start\b", "TorchServe", "online"),
        (r"\btensorflow_model_server\b", "TensorFlow Serving", "online"),
        (r"\bFROM tensorflow/serving\b", "TensorFlow Serving", "online"),
        (r"\btritonserver --model-(?:repository|store)", "Triton", "online"),
        (r"\bmlserver start\b", "MLServer", "online"),
        (r"\bbentoml serve\b", "BentoML", "online"),
        (r"\bserve (?:run|deploy) [\w./-]+[:.]\w+", "Ray Serve", "online"),
        (r"\baz ml online-(?:deployment|endpoint) (?:create|update)\b", "Azure ML", "online"),
    )
)
#: Nothing is searched in a file without one of these words.
_HINT = re.compile(r"mlflow|torchserve|tensorflow|tritonserver|mlserver|bentoml|\bserve\b|online-")
_MANIFEST = re.compile(
    r"^\s*(?:kind:\s*[\"']?(?:InferenceService|SeldonDeployment|RayService)|\$schema:.*[dD]eployment|model_serving_endpoints:)",
    re.MULTILINE,
)
_KINDS = {"InferenceService": "KServe", "SeldonDeployment": "Seldon Core", "RayService": "Ray Serve"}


def declared_servers(tree: Tree) -> Iterator[Serving]:
    """Every declaration found; what does not parse declares nothing."""
    for path, text in command_files(tree):
        yield from _of_commands(path, text)
        if path.endswith((".yaml", ".yml")) and _MANIFEST.search(text):
            yield from _of_manifest(path, text)
    for path in tree.paths:
        if path.rpartition("/")[2] == "config.pbtxt":
            yield Serving(path, 0, "online", "Triton", complete=True)


def _of_commands(path: str, text: str) -> Iterator[Serving]:
    if not _HINT.search(text):
        return
    for pattern, framework, kind in _COMMANDS:
        match = find_live(pattern, text)
        if match:
            yield Serving(path, line_at(text, match.start()), kind, framework, complete=True)


def _of_manifest(path: str, text: str) -> Iterator[Serving]:
    try:
        found = [as_map(each) for each in documents(text)]
    except Unreadable:
        return
    for manifest in found:
        framework, kind = _declares(manifest)
        if framework:
            yield Serving(path, line_of(manifest), kind, framework, complete=True)


def _declares(manifest: Map) -> tuple[str, str]:
    """Return the tool and kind of serving a manifest declares, empty when it declares none."""
    kind, schema = str(manifest.get("kind", "")), str(manifest.get("$schema", ""))
    if kind in _KINDS and manifest.get("spec"):
        return _KINDS[kind], "online"
    if re.search(r"[oO]nlineDeployment", schema) and manifest.get("model"):
        return "Azure ML", "online"
    if re.search(r"batchDeployment", schema) and manifest.get("model"):
        return "Azure ML", "batch"
    endpoints = as_map(as_map(manifest.get("resources")).get("model_serving_endpoints"))
    return ("Databricks", "online") if endpoints else ("", "")
