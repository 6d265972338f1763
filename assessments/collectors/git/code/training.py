"""Training code: which calls train a model, and from which entry points they are reached.

Topic ``git.code``::

    {"python_files": int, "python_lines": int, "notebook_lines": int, "share": float,
     "entries": [{"path", "line", "how", "what", "trains": "path:line", "through": [path, …]}],  # reaches it
     "entry_count": int,
     "loose": [{"path", "line", "what"}], "loose_count": int,       # no entry point reaches it
     "in_notebooks": [{"path", "line", "what"}], "in_notebooks_count": int,
     "in_tests": int, "in_examples": int,                           # files that train only there: not counted
     "r_scripts": [{"path", "line", "what"}], "r_count": int,
     "external": "https://…",                                       # mlops.yaml: training_repository
     "ready_made": {"text", "where"},                               # a model that comes trained from elsewhere
     "faults": [{"path", "why"}], "fault_count": int, "left_out": int}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.declared import declared_link
from assessments.collectors.git.code.entries import Entry, entries
from assessments.collectors.git.code.facts import Call, Module, where
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.models_in_use import ready_made
from assessments.collectors.git.code.notebooks import notebooks, python_lines, share
from assessments.collectors.git.code.places import is_example, is_own, is_test
from assessments.collectors.git.code.vocabulary import (
    FIT_METHODS,
    PREPARING,
    SUBMITTING,
    TRAIN_METHODS,
    TRAINING,
    TRAINING_CALLS,
)
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.tree import Tree

#: How many imports lie between an entry point and the training at most.
DEPTH = 6

_R_TRAINING = re.compile(
    r"\b(lm|glm|randomForest|ranger|xgb\.train|xgboost|lgb\.train|gbm|rpart|svm|nnet|caret::train|train|fit|glmnet|keras_model)\s*\("
)


@dataclass(frozen=True, slots=True)
class Training:
    """One call that trains: the file, the line, and what is called."""

    path: str
    line: int
    what: str

    def as_json(self) -> dict[str, Any]:
        """The form it has in the payload."""
        return {"path": self.path, "line": self.line, "what": self.what}


def training_calls(module: Module | None) -> list[Training]:
    """Every call of a module that trains a model, in order of line."""
    if module is None:
        return []
    found = [Training(module.path, call.line, what) for call in module.calls if (what := _trains(call, module))]
    return sorted([*found, *_loops(module)], key=lambda training: training.line)


def _trains(call: Call, module: Module) -> str:
    """What the call trains, "" when it does not."""
    if call.name in TRAINING_CALLS:
        return TRAINING_CALLS[call.name]
    if call.name.startswith(PREPARING):
        return ""
    return _fits(call, module) or _submits(call)


def _fits(call: Call, module: Module) -> str:
    known = call.root in TRAINING or "Trainer()" in call.name
    if known and call.method in TRAIN_METHODS | FIT_METHODS and _is_method_of_a_thing(call.name):
        return call.name
    guessed = call.method in FIT_METHODS and call.arguments > 0 and "." in call.name
    if guessed and not known and _imports_training(module):
        return f"….{call.method}" if "?" in call.name else call.name
    return ""


def _imports_training(module: Module) -> bool:
    """Whether it imports a training library for more than preparing data."""
    return any(
        item.module.partition(".")[0] in TRAINING and not f"{item.module}.{item.name}".startswith(PREPARING)
        for item in module.imports
    )


def _is_method_of_a_thing(name: str) -> bool:
    """``model.fit`` and ``xgboost.train`` train; ``torch.nn.Module().train`` only switches a mode."""
    return not (name.startswith(("torch.", "timm.")) and name.endswith(".train"))


def _submits(call: Call) -> str:
    for library, methods in SUBMITTING.items():
        if call.name.startswith(f"{library}.") and call.method in methods:
            jobs_only = call.method == "create_or_update" and ".jobs." not in call.name
            return "" if jobs_only else f"submits a job: {call.name}"
    return ""


def _loops(module: Module) -> Iterator[Training]:
    """A hand-written loop: gradients are computed and applied in one file."""
    methods = {call.method: call for call in reversed(module.calls)}
    if "torch" in module.libraries and "backward" in methods and "step" in methods:
        yield Training(module.path, methods["backward"].line, "PyTorch training loop (backward, step)")
    if "GradientTape" in methods and "apply_gradients" in methods:
        yield Training(module.path, methods["GradientTape"].line, "TensorFlow training loop (GradientTape)")
    if (
        "jax" in module.libraries
        and methods.keys() & {"grad", "value_and_grad"}
        and methods.keys() & {"update", "apply_gradients"}
    ):
        yield Training(module.path, methods[min(methods.keys() & {"grad", "value_and_grad"})].line, "JAX training loop")


def all_training(index: PythonIndex) -> dict[str, list[Training]]:
    """Training calls by path, over every parsed file of the index, tests and examples included."""

    def find() -> dict[str, list[Training]]:
        found = {path: training_calls(module) for path, module in index.modules.items()}
        return {path: calls for path, calls in found.items() if calls}

    return index.once("training", find)


@dataclass(frozen=True, slots=True)
class Reached:
    """Training that an entry point reaches, and the files between them."""

    entry: Entry
    training: Training
    through: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The form it has in the payload."""
        return {
            "path": self.entry.path,
            "line": self.entry.line,
            "how": self.entry.how,
            "what": self.training.what,
            "trains": where(self.training.path, self.training.line),
            "through": list(self.through[1:-1]),
        }


def reached_training(index: PythonIndex) -> list[Reached]:
    """The project's own training that starts somewhere, nearest entry point first."""
    return index.once("reached", lambda: sorted(_reached(index), key=lambda each: (len(each.through), each.entry.path)))


def _reached(index: PythonIndex) -> Iterator[Reached]:
    own = {path: calls for path, calls in all_training(index).items() if is_own(path)}
    started = {entry.path: entry for entry in entries(index)}
    best: dict[str, Reached] = {}
    for path, calls in own.items():
        if path in started or _is_script(index.modules[path], calls):
            best[path] = Reached(started.get(path) or Entry(path, calls[0].line, "script"), calls[0], (path,))
    for entry in started.values():
        for target, way in index.reach([entry.path], DEPTH).items():
            if target in own and (target not in best or len(way) < len(best[target].through)):
                best[target] = Reached(entry, own[target][0], way)
    yield from best.values()


def _is_script(module: Module, calls: Iterable[Training]) -> bool:
    """Training that stands at module level runs when the file is run."""
    lines = {training.line for training in calls}
    return any(call.scope == "" and call.line in lines for call in module.calls)


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.code``."""
    index = reading.python
    r_files = [path for path in reading.tree.paths if path.endswith((".R", ".r"))]
    shelf = notebooks(index)
    if not index.modules and not r_files and not shelf.count:
        return {}
    training, reached = all_training(index), reached_training(index)
    loose = [calls[0] for path, calls in training.items() if is_own(path) and path not in _trained(reached)]
    books = [calls[0] for book in shelf.notebooks if (calls := training_calls(book.module))]
    scripts = list(_r_scripts(reading.tree, r_files))
    in_books, in_files = sum(book.code_lines for book in shelf.notebooks), python_lines(index)
    return {
        "python_files": len(index.modules),
        "python_lines": in_files,
        "notebook_lines": in_books,
        "share": share(in_books, in_files),
        "entries": [each.as_json() for each in reached[:MOST_LISTED]],
        "entry_count": len(reached),
        **_listing("loose", [each.as_json() for each in loose]),
        **_listing("in_notebooks", [each.as_json() for each in books]),
        "in_tests": sum(1 for path in training if is_test(path)),
        "in_examples": sum(1 for path in training if is_example(path) and not is_test(path)),
        "r_scripts": [each.as_json() for each in scripts[:MOST_LISTED]],
        "r_count": len(r_files),
        "external": declared_link(reading, "training_repository"),
        "ready_made": use.as_json() if (use := ready_made(index)) else None,
        "faults": [{"path": module.path, "why": module.fault} for module in index.faults[:MOST_LISTED]],
        "fault_count": len(index.faults),
        "left_out": index.unread,
    }


def _trained(reached: Iterable[Reached]) -> set[str]:
    return {each.training.path for each in reached}


def _listing(key: str, items: list[Any]) -> dict[str, Any]:
    return {key: items[:MOST_LISTED], f"{key}_count": len(items)}


def _r_scripts(tree: Tree, paths: Iterable[str]) -> Iterator[Training]:
    """R is matched by pattern, not parsed: it is reported, never judged as met."""
    for path in list(paths)[:200]:
        text = tree.text(path) or ""
        match = _R_TRAINING.search(text)
        if match:
            yield Training(path, text.count("\n", 0, match.start()) + 1, f"{match[1]}()")
