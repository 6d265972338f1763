"""Scoring scripts: the shapes platforms call (Azure ML, SageMaker, functions) and batch scripts of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessments.collectors.git.code.entries import entries
from assessments.collectors.git.code.facts import Module
from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.models_in_use import Use, loads, model_behind, predicts
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.serving_entry import Serving
from assessments.collectors.git.code.training import all_training

_SCORING_NAME = re.compile(r"predict|infer|scor(?:e|ing)|serv(?:e|ing)|forecast|batch", re.IGNORECASE)
_EVALUATING_NAME = re.compile(r"eval|valid|metric|test|explain|train|tun(?:e|ing)|compar|promot|regist", re.IGNORECASE)
_WRITING = re.compile(
    r"^(?:to_csv|to_parquet|to_sql|to_gbq|to_json|to_feather|write\w*|save\w*|put_object|insert\w*|upload\w*|saveAsTable"
    r"|bulk_create|put_item|writerow\w*|dump|echo|print|secho)$"
)
_PARTS = re.compile(r"[^/]+$")


def platform_script(index: PythonIndex, module: Module) -> Serving | None:
    """``init``/``run`` of Azure ML, ``model_fn`` and friends of SageMaker, a cloud function – with a model behind."""
    functions = {each.name: each for each in module.definitions if each.kind == "function" and "." not in each.name}
    if {"init", "run"} <= functions.keys() and functions["run"].parameters and _uses_model(index, module):
        batch = functions["run"].parameters[0] == "mini_batch"
        return Serving(
            module.path, functions["run"].line, "batch" if batch else "online", "Azure ML", "", _use(index, module)
        )
    if "model_fn" in functions and functions.keys() & {"predict_fn", "input_fn", "transform_fn"}:
        return Serving(
            module.path, functions["model_fn"].line, "online", "SageMaker", "", _use(index, module), complete=True
        )
    handler = functions.get("lambda_handler")
    if handler and _uses_model(index, module):
        return Serving(module.path, handler.line, "online", "AWS Lambda", "", _use(index, module))
    return _cloud_function(index, module)


def _cloud_function(index: PythonIndex, module: Module) -> Serving | None:
    if not module.imports_any(frozenset({"functions_framework", "azure.functions"})) or not _uses_model(index, module):
        return None
    line = next((each.line for each in module.definitions if each.kind == "function"), 1)
    return Serving(module.path, line, "online", "cloud function", "", _use(index, module))


def _use(index: PythonIndex, module: Module) -> Use | None:
    return next(iter(loads(module)), None) or model_behind(index, module.path)


def _uses_model(index: PythonIndex, module: Module) -> bool:
    return _use(index, module) is not None


def batch_scripts(index: PythonIndex, taken: set[str]) -> Iterator[Serving]:
    """Scripts reached from an entry point that ask a model and hand its answers on, without training or judging it."""
    started = [entry.path for entry in entries(index) if is_own(entry.path)]
    reached = index.reach(started, 3)
    trained = all_training(index)
    for path in sorted(reached):
        module = index.modules[path]
        if path in taken or path in trained or not is_own(path) or not _scores(module):
            continue
        use = model_behind(index, path)
        if use:
            yield Serving(path, predicts(module)[0].line, "batch", "batch scoring script", "", use)


def _scores(module: Module) -> bool:
    """Asks a model; by its name it scores, or it writes tables and does not evaluate by its name or imports."""
    if not predicts(module):
        return False
    match = _PARTS.search(module.path)
    name = match[0] if match else module.path
    if _EVALUATING_NAME.search(name):
        return False
    writes = any(_WRITING.match(call.method) for call in module.calls)
    judges = module.imports_any(frozenset({"sklearn.metrics", "torchmetrics"}))
    return writes and (_SCORING_NAME.search(name) is not None or (not judges and _writes_table(module)))


def _writes_table(module: Module) -> bool:
    return any(
        call.method in ("to_csv", "to_parquet", "to_sql", "to_gbq", "saveAsTable", "bulk_create")
        for call in module.calls
    )
