"""What kind of repository this is: one project, teaching material, a template, a library, a collection, or no ML.

Topic ``git.kind``::

    {"kind": "project"|"teaching"|"template"|"library"|"collection"|"not-ml", "confidence": "high"|"medium"|"low",
     "signals": [{"text", "where"}],                     # what speaks for the kind, strongest first
     "also": [{"text", "where"}]}                        # weaker signals of other kinds that did not decide

Signals carry weights; a kind is named when its signals together weigh enough. One word in a README never decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assessments.collectors.git.code.collections_of_projects import collection_signals
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.libraries import library_signals
from assessments.collectors.git.code.notebooks import notebooks
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.serving import serving
from assessments.collectors.git.code.signals import Signal
from assessments.collectors.git.code.teaching import teaching_signals
from assessments.collectors.git.code.templates import template_signals
from assessments.collectors.git.code.training import all_training, training_calls
from assessments.collectors.git.code.vocabulary import TRAINING, WEB
from assessments.collectors.git.reading import Reading

#: In the order in which they are judged: kind, what speaks for it, and the weight that decides.
_KINDS: tuple[tuple[str, Callable[[PythonIndex], list[Signal]], int], ...] = (
    ("template", template_signals, 3),
    ("library", library_signals, 4),
    ("teaching", teaching_signals, 3),
    ("collection", collection_signals, 3),
)


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.kind``."""
    index = reading.python
    seen = [(kind, find(index), needed) for kind, find, needed in _KINDS]
    for kind, signals, needed in seen:
        weight = sum(signal.weight for signal in signals)
        if weight >= needed:
            return _payload(kind, signals, "high" if weight >= needed + 2 else "medium")
    also = [signal for _, signals, _ in seen for signal in signals if signal.weight > 0]
    kind, signals = _bare(index)
    return _payload(kind, signals, "low" if also or not signals else "medium", also)


def _payload(kind: str, signals: list[Signal], confidence: str, also: list[Signal] | None = None) -> dict[str, Any]:
    telling = sorted((signal for signal in signals if signal.weight > 0), key=lambda signal: -signal.weight)
    return {
        "kind": kind,
        "confidence": confidence,
        "signals": [signal.as_json() for signal in telling[:MOST_LISTED]],
        "also": [signal.as_json() for signal in (also or [])[:MOST_LISTED]],
    }


def _bare(index: PythonIndex) -> tuple[str, list[Signal]]:
    """Tell a project from an application without a model of its own."""
    if any(is_own(path) for path in all_training(index)):
        return "project", []
    books = [book for book in notebooks(index).notebooks if training_calls(book.module)]
    scripts = any(path.endswith((".R", ".r", ".Rmd", ".scala", ".jl")) for path in index.tree.paths)
    if books or serving(index).entries or scripts or not index.modules or index.unread:
        return "project", []
    return "not-ml", _without_model(index)


def _without_model(index: PythonIndex) -> list[Signal]:
    own = [module for module in index.modules.values() if is_own(module.path)]
    signals = [Signal("No code that trains a model, and none that serves one", "", 2)]
    web = next((module for module in own if module.libraries & WEB.keys()), None)
    if web:
        framework = next(tool for library, tool in WEB.items() if library in web.libraries)
        signals.append(Signal(f"A {framework} application", web.path, 1))
    uses = next((module for module in own if module.libraries & (TRAINING | {"mlflow"})), None)
    if uses:
        signals.append(
            Signal("Uses machine-learning libraries, but trains no model of its own: it is about ML", uses.path, 1)
        )
    return signals
