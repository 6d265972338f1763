"""The frameworks that ship with the product, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assessments.checks.catalogue import load_catalogue
from assessments.documents import read_document
from assessments.frameworks.criteria import Library, Profile, read_library
from assessments.frameworks.framework import Framework
from assessments.frameworks.read import read_framework

FOLDER = Path(__file__).parent

#: The default comes first.
FRAMEWORKS = ("mlops-levels", "azure-mlops", "google-mlops", "ml-test-score")


@cache
def library() -> Library:
    """The criteria that ship with the product."""
    return read_library(read_document(FOLDER / "criteria.yaml"), load_catalogue())


@cache
def shipped_frameworks() -> tuple[Framework, ...]:
    """Every framework that ships with the product, the default first."""
    return tuple(read_framework(read_document(FOLDER / f"{name}.yaml"), library()) for name in FRAMEWORKS)


def framework(id: str = FRAMEWORKS[0]) -> Framework:
    """The shipped framework called ``id``. Raises LookupError, naming those there are."""
    for candidate in shipped_frameworks():
        if candidate.id == id:
            return candidate
    raise LookupError(f"No framework is called {id!r}; there are {', '.join(FRAMEWORKS)}.")


def profile(id: str) -> Profile:
    """The shipped profile called ``id``, such as "single-maintainer". Raises LookupError, naming those there are."""
    try:
        return library().profiles[id]
    except KeyError:
        raise LookupError(f"No profile is called {id!r}; there are {', '.join(library().profiles)}.") from None
