"""The verbs of the trail: what can have happened. Packages register theirs in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_portal.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Verb:
    """``name`` is stored (``project.created``); ``sentence`` follows the actor's name ("created the project")."""

    name: str
    sentence: str


VERBS: Registry[Verb] = Registry("audit verb")


def register_verbs(sentences: dict[str, str]) -> None:
    """Register verbs, name → sentence. Raises ValueError when a name is taken."""
    for name, sentence in sentences.items():
        VERBS.register(name, Verb(name, sentence))


def sentence(name: str) -> str:
    """How a stored verb reads; the name itself for one whose package is no longer installed."""
    return VERBS.get(name).sentence if name in VERBS else name
