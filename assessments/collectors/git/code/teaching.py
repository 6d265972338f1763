"""Signs of teaching material: a course, a tutorial, a workshop, a book's code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.signals import Signal, readme

_LESSON = re.compile(
    r"^(?:(?:week|lesson|module|chapter|ch|day|lecture|unit|session|lab|part|step|exercise|section|sprint|tutorial)"
    r"[-_ ]?\d+|\d{1,2}[-_. ][A-Za-z])",
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"^(?:homeworks?|assignments?|exercises?|solutions?|lectures?|slides|syllabus|cohorts?|lessons?|labs|curriculum"
    r"|workshops?|course[-_]\w+|\w+[-_]zoomcamp|quiz(?:zes)?|tutorials)(?:\.md)?$",
    re.IGNORECASE,
)
#: How teaching material speaks of itself; a product about courses does not.
_SPEAKS = re.compile(
    r"\b(?:in this (?:course|tutorial|lesson|chapter|workshop|book|module)|(?:this|our|free|online|full|video) course"
    r"|course (?:content|material|overview|book)|(?:boot|zoom)camp|learn(?:ing)? how|you(?:'ll| will) learn|homeworks?"
    r"|syllabus|curriculum|lessons?|workshop|nanodegree|step[- ]by[- ]step|code for the book"
    r"|companion (?:code|repository)|students?|instructors?|lectures?|tutorials?)\b",
    re.IGNORECASE,
)


def teaching_signals(index: PythonIndex) -> list[Signal]:
    """Everything that says teaching material."""
    paths = index.tree.paths
    return [*_lessons(paths), *_school_folders(paths), *_readme(index)]


def _lessons(paths: Iterable[str]) -> list[Signal]:
    """Numbered folders side by side: at the top, or all in one folder below it."""
    best: dict[str, set[str]] = {}
    for path in paths:
        parts = path.split("/")
        for depth, part in enumerate(parts[:-1][:2]):
            if _LESSON.match(part):
                best.setdefault("/".join(parts[:depth]), set()).add(part)
    parent, names = max(best.items(), key=lambda item: len(item[1]), default=("", set()))
    if len(names) < 3:
        return []
    first = min(names)
    return [
        Signal(
            f"{len(names)} numbered lesson folders",
            f"{parent}/{first}" if parent else first,
            3 if len(names) >= 5 else 2,
        )
    ]


def _school_folders(paths: Iterable[str]) -> list[Signal]:
    found: dict[str, str] = {}
    for path in paths:
        for depth, part in enumerate(path.split("/")[:3]):
            if _SCHOOL.match(part):
                found.setdefault(part.lower().removesuffix(".md"), "/".join(path.split("/")[: depth + 1]))
    signals = [Signal(f"A folder “{name}”", where, 1) for name, where in sorted(found.items())]
    return signals[:2]


def _readme(index: PythonIndex) -> list[Signal]:
    path, text = readme(index.tree)
    said = [word.lower() for word in _SPEAKS.findall(text)]
    if not said:
        return []
    kinds = len(set(said))
    weight = 3 if len(said) >= 8 and kinds >= 4 else 2 if len(said) >= 4 and kinds >= 3 else 1
    words = ", ".join(sorted(set(said), key=lambda word: (-said.count(word), word))[:4])
    return [Signal(f"The README speaks of teaching {len(said)} × ({words})", path, weight)]
