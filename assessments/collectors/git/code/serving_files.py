"""Serving that is declared in files: model server commands, KServe and Seldon manifests, platform deployments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessments.collectors.git.ci.documents import Map, Unreadable, as_map, documents, line_of
from assessments.collectors.git.code.commands import command_files
from assessments.collectors.git.code.serving_entry import Serving
from assessments.collectors.git.tree import Tree

_COMMANDS = {
    re.compile(r"^[^#\n]*\bmlflow[\s\"',]+models[\s\"',]+(?:serve|build-docker)\b", re.MULTILINE): ("MLflow", "online"),
    re.compile(r"^[^#\n]*\bmlflow[\s\"',]+models[\s\"',]+predict\b", re.MULTILINE): ("MLflow", "batch"),
    re.compile(
        r"^[^#\n]*\bmlflow[\s\"',]+(?:deployments|sagemaker)[\s\"',]+(?:create|update|deploy)\b", re.MULTILINE
    ): ("MLflow", "online"),
    re.compile(r"^[^#\n]*\btorchserve[\s\"',]+--start\b", re.MULTILINE): ("TorchServe", "online"),
    re.compile(r"^[^#\n]*\btensorflow_model_server\b", re.MULTILINE): ("TensorFlow Serving", "online"),
    re.compile(r"^FROM\s+tensorflow/serving\b", re.MULTILINE): ("TensorFlow Serving", "online"),
    re.compile(r"^[^#\n]*\btritonserver[\s\"',]+--model-repository", re.MULTILINE): ("Triton", "online"),
    re.compile(r"^[^#\n]*\bmlserver[\s\"',]+start\b", re.MULTILINE): ("MLServer", "online"),
    re.compile(r"^[^#\n]*\bbentoml[\s\"',]+serve\b", re.MULTILINE): ("BentoML", "online"),
    re.compile(r"^[^#\n]*\bserve[\s\"',]+(?:run|deploy)[\s\"',]+[\w./-]+[:.]\w+", re.MULTILINE): (
        "Ray Serve",
        "online",
    ),
    re.compile(r"^[^#\n]*\baz[\s]+ml[\s]+online-(?:deployment|endpoint)[\s]+(?:create|update)\b", re.MULTILINE): (
        "Azure ML",
        "online",
    ),
}
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
    for pattern, (framework, kind) in _COMMANDS.items():
        match = pattern.search(text)
        if match:
            yield Serving(path, text.count("\n", 0, match.end()) + 1, kind, framework, complete=True)


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
