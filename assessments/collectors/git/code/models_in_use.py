"""Where trained models are loaded and asked: what makes a web application the serving of a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.facts import Call, Module, where
from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.vocabulary import LOADING_CALLS, LOADING_ENDINGS, PREDICTING

#: How many imports lie between a serving entry and the loading of its model at most.
DEPTH = 4

#: So many of the nearest files are searched for a model being asked.
MOST_NEAR = 12

#: Loaders of anything at all; they load a model only when a model is asked nearby.
_GENERIC = frozenset({"pickle.load", "pickle.loads", "joblib.load", "cloudpickle.load", "dill.load", "torch.load"})
#: Parts of a model that are no model by themselves.
_NO_MODEL = re.compile(r"[tT]okenizer|Config\b|Processor\b|FeatureExtractor\b|Scheduler\b")
_MODEL_WORD = re.compile(r"model|\.pkl|\.joblib|\.onnx|\.pt\b|weights|checkpoint", re.IGNORECASE)
#: Things with a ``predict`` or ``generate`` of their own that are no models.
_NOT_MODELS = ("openai", "uuid", "secrets", "random", "jinja2")
#: Model pages and hubs a ready-made model comes from.
_READY_MADE = frozenset(
    {"from_pretrained", "load_model", "WhisperModel", "SentenceTransformer", "pipeline", "YOLO", "LLM"}
)
_READY_MADE_FROM = (
    "whisper.",
    "faster_whisper.",
    "whisperx.",
    "transformers.",
    "sentence_transformers.",
    "ultralytics.",
    "vllm.",
    "spacy.",
)


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a model is loaded or asked."""

    path: str
    line: int
    what: str
    generic: bool = False
    scope: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form it has in payloads: what, and where."""
        return {"text": self.what, "where": where(self.path, self.line)}


def loads(module: Module) -> list[Use]:
    """Every call of the module that brings a trained model into memory."""
    return [
        Use(module.path, call.line, call.name.replace("?", "…"), _is_generic(call), call.scope)
        for call in module.calls
        if _loads(call)
    ]


def _loads(call: Call) -> bool:
    return call.name in LOADING_CALLS or (call.method in LOADING_ENDINGS and not _NO_MODEL.search(call.name))


def _is_generic(call: Call) -> bool:
    return call.name in _GENERIC and not any(_MODEL_WORD.search(text) for text in call.texts)


def predicts(module: Module) -> list[Use]:
    """Every call of the module that asks a model: ``predict`` and its like, on something and with something."""
    return [
        Use(module.path, call.line, call.name.replace("?", "…"), scope=call.scope)
        for call in module.calls
        if call.method in PREDICTING and "." in call.name and call.arguments and call.root not in _NOT_MODELS
    ]


def model_behind(index: PythonIndex, path: str) -> Use | None:
    """Return the model an entry stands for: loaded in it or in what it imports, or asked in the entry itself."""
    near = [index.modules[each] for each in index.reach([path], DEPTH) if is_own(each)]
    loaded = [use for module in near for use in loads(module)]
    certain = next((use for use in loaded if not use.generic), None)
    if certain:
        return certain
    asked = [use for module in near[:MOST_NEAR] for use in predicts(module)]
    asking = {use.path for use in asked}
    unpacked = next((use for use in loaded if use.path in asking), None)
    return unpacked or next((use for use in asked if loaded or use.path == path), None)


def ready_made(index: PythonIndex) -> Use | None:
    """Return a model that comes trained by somebody else, by its maker's own loader."""
    return next(_ready_made(index.modules.values()), None)


def _ready_made(modules: Iterable[Module]) -> Iterator[Use]:
    for module in modules:
        for call in module.calls if is_own(module.path) else ():
            if (
                call.method in _READY_MADE
                and not _NO_MODEL.search(call.name)
                and call.name.startswith(_READY_MADE_FROM)
            ):
                yield Use(module.path, call.line, call.name)
