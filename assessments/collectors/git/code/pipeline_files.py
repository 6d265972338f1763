"""Pipelines that are declared in files: dvc.yaml, Azure ML pipeline jobs, dbt, Argo workflows, Databricks jobs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.ci.documents import Map, Unreadable, as_list, as_map, documents, line_of, strings
from assessments.collectors.git.code.facts import where
from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.places import is_example
from assessments.collectors.git.tree import Tree

#: At most so many YAML files are opened in search of pipelines, none larger than so many bytes.
MOST_FILES, LARGEST = 400, 300_000

_HINT = re.compile(
    r"pipelineJob|^type:\s*pipeline\b|kind:\s*(?:Cron)?Workflow|pipelineSpec:|^resources:|^root:|^deploymentSpec:",
    re.MULTILINE,
)
_SCRIPT = re.compile(r"(?:^|\s)([\w./-]+\.(?:py|sh|R|r))(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Declared:
    """One pipeline: where, made with what, how many steps, where it loads data; ``broken`` says why it cannot run."""

    path: str
    line: int
    tool: str
    what: str
    steps: int = 0
    loads_data: str = ""
    broken: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form it has in the payload."""
        place = {"path": self.path, "line": self.line, "tool": self.tool, "what": self.what}
        return {**place, "steps": self.steps, "loads_data": self.loads_data}


def declared_pipelines(index: PythonIndex) -> Iterator[Declared]:
    """Every pipeline a file of the tree declares."""
    tree = index.tree
    opened = 0
    for path in tree.paths:
        name = path.rpartition("/")[2]
        if (
            is_example(path)
            or not name.endswith((".yaml", ".yml"))
            or tree.size(path) > LARGEST
            or opened >= MOST_FILES
        ):
            continue
        opened += 1
        yield from _of_file(tree, path, name)


def _of_file(tree: Tree, path: str, name: str) -> Iterator[Declared]:
    text = tree.text(path) or ""
    reader = _NAMED.get(name) or (_manifest if _HINT.search(text) else None)
    if reader is None:
        return
    try:
        for content in documents(text):
            yield from reader(tree, path, as_map(content))
    except Unreadable as error:
        yield Declared(path, 0, name, "file", broken=f"does not parse: {error}")


def _dvc(tree: Tree, path: str, content: Map) -> Iterator[Declared]:
    stages = as_map(content.get("stages"))
    lines = [(name, as_map(as_map(stage).get("do") or stage)) for name, stage in stages.items()]
    commands = {name: " && ".join(strings(stage.get("cmd"))) for name, stage in lines}
    missing = [script for command in commands.values() for script in _missing(tree, path, command)]
    if not any(commands.values()):
        yield Declared(path, 0, "DVC", "stages", broken="has no stage with a command")
    elif missing:
        yield Declared(path, 0, "DVC", "stages", broken=f"runs {missing[0]}, which is not in the repository")
    else:
        loading = next((line_of(stage) for _, stage in lines if _reads_data(stage)), 0)
        yield Declared(path, 1, "DVC", "stages", len(commands), where(path, loading) if loading else "")


def _missing(tree: Tree, path: str, command: str) -> list[str]:
    """Scripts a command names that are not in the tree (templated names are left alone)."""
    folder = path.rpartition("/")[0]
    known = set(tree.paths)
    named = (match[1].removeprefix("./") for match in _SCRIPT.finditer(command) if "$" not in command)
    return [script for script in named if script not in known and f"{folder}/{script}".lstrip("/") not in known]


def _reads_data(stage: Map) -> bool:
    """A stage with an input that is not code, or one that makes data without any input."""
    inputs = [str(key) for item in as_list(stage.get("deps")) for key in (item if isinstance(item, Map) else [item])]
    return any(not each.endswith((".py", ".sh", ".R", ".r")) for each in inputs) or (
        not inputs and bool(stage.get("outs"))
    )


def _dbt(tree: Tree, path: str, content: Map) -> Iterator[Declared]:
    folder = path.rpartition("/")[0]
    models = [each for each in tree.paths if each.endswith(".sql") and each.startswith(folder)]
    if not models or not content.get("name"):
        yield Declared(path, 0, "dbt", "project", broken="has no models")
    else:
        yield Declared(path, 1, "dbt", "project", len(models), models[0])


def _manifest(tree: Tree, path: str, content: Map) -> Iterator[Declared]:
    jobs = as_map(content.get("jobs"))
    if ("pipelineJob" in str(content.get("$schema", "")) or content.get("type") == "pipeline") and jobs:
        inputs = as_map(content.get("inputs")) or as_map(next(iter(jobs.values()), None)).get("inputs")
        yield Declared(path, 1, "Azure ML", "pipeline job", len(jobs), where(path, line_of(inputs)) if inputs else "")
    templates = as_list(as_map(content.get("spec")).get("templates"))
    if "Workflow" in str(content.get("kind", "")) and templates:
        yield Declared(path, 1, "Argo Workflows", "workflow", len(templates), _image_step(path, templates))
    if content.get("deploymentSpec") and content.get("root"):
        tasks = as_map(as_map(as_map(content.get("root")).get("dag")).get("tasks"))
        yield Declared(path, 1, "Kubeflow Pipelines", "compiled pipeline", len(tasks), where(path, line_of(tasks)))
    for name, job in as_map(as_map(content.get("resources")).get("jobs")).items():
        steps = [as_map(task) for task in as_list(as_map(job).get("tasks"))]
        if steps:
            yield Declared(path, line_of(job), "Databricks", f"job {name}", len(steps), _task_loading(path, steps))


def _image_step(path: str, templates: list[Any]) -> str:
    step = next((each for each in templates if _LOADS.search(str(as_map(each).get("name", "")))), None)
    return where(path, line_of(step)) if step is not None else ""


def _task_loading(path: str, tasks: list[Map]) -> str:
    step = next((task for task in tasks if _LOADS.search(str(task.get("task_key", "")))), None)
    return where(path, line_of(step)) if step is not None else ""


_LOADS = re.compile(r"load|ingest|extract|fetch|feature|prep|data|etl|bronze", re.IGNORECASE)
_NAMED: dict[str, Callable[[Tree, str, Map], Iterator[Declared]]] = {
    "dvc.yaml": _dvc,
    "dbt_project.yml": _dbt,
}
