"""Notebooks: how much code lives in them, whether their cells were run in order, and what they train.

Topic ``git.notebooks``::

    {"count": int, "code_lines": int, "python_lines": int, "share": float,      # share of code lines in notebooks, 0–1
     "notebooks": [{"path", "code_lines", "cells", "trains": line or 0}], "training": int,
     "out_of_order": [path, …], "out_of_order_count": int,                      # execution counts go backwards
     "repeated": [path, …], "repeated_count": int,                              # an execution count appears twice
     "jupytext": [path, …], "unreadable": [{"path", "why"}], "unreadable_count": int}

``python_lines`` leaves tests out: a notebook project with tests is still a notebook project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.extract import extract
from assessments.collectors.git.code.facts import Module
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.parsing import count_lines, parse
from assessments.collectors.git.code.places import is_test
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.tree import Tree

#: At most so many notebooks, and so many bytes of them, are opened; larger ones are named as unreadable.
MOST_NOTEBOOKS, MOST_BYTES, LARGEST = 300, 40_000_000, 8_000_000

_MAGIC = re.compile(r"^\s*[%!?].*$|^.*\?\??\s*$")
_JUPYTEXT = re.compile(rb"^#\s+jupytext:|^#\s+---\s*\n#\s+jupyter:|^# %%", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Notebook:
    """One notebook: its code cells as one module (None: not Python), and the order in which they were run."""

    path: str
    cells: int
    code_lines: int
    module: Module | None
    order: tuple[int, ...]

    @property
    def out_of_order(self) -> bool:
        """Whether a cell further down was run before one further up."""
        return any(later < earlier for earlier, later in zip(self.order, self.order[1:], strict=False))

    @property
    def repeated(self) -> bool:
        """Whether one execution count stands at two cells: the kernel was restarted in between."""
        return len(set(self.order)) < len(self.order)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All notebooks of a tree, and those that could not be read with the reason."""

    notebooks: tuple[Notebook, ...]
    unreadable: tuple[tuple[str, str], ...]
    count: int


def notebooks(index: PythonIndex) -> Shelf:
    """Every notebook of the index's tree, read once."""
    return index.once("notebooks", lambda: _shelf(index.tree))


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.notebooks``."""
    from assessments.collectors.git.code.training import training_calls  # noqa: PLC0415 – training reads notebooks too

    index = reading.python
    shelf = notebooks(index)
    jupytext = _jupytext(index)
    if not shelf.count and not jupytext:
        return {}
    trains = {book.path: _first(training_calls(book.module)) for book in shelf.notebooks if book.module}
    in_books, in_files = sum(book.code_lines for book in shelf.notebooks), python_lines(index)
    return {
        "count": shelf.count,
        "code_lines": in_books,
        "python_lines": in_files,
        "share": share(in_books, in_files),
        "notebooks": [_listed(book, trains.get(book.path, 0)) for book in _telling(shelf.notebooks, trains)],
        "training": sum(1 for line in trains.values() if line),
        **_listing("out_of_order", [book.path for book in shelf.notebooks if book.out_of_order]),
        **_listing("repeated", [book.path for book in shelf.notebooks if book.repeated]),
        "jupytext": jupytext[:MOST_LISTED],
        **_listing("unreadable", [{"path": path, "why": why} for path, why in shelf.unreadable]),
    }


def share(in_books: int, in_files: int) -> float:
    """Which part of all code lines is in notebooks, to three digits."""
    return round(in_books / (in_books + in_files), 3) if in_books else 0.0


def python_lines(index: PythonIndex) -> int:
    """Code lines in Python files that are not tests."""
    return sum(module.lines for module in index.modules.values() if not is_test(module.path))


def _first(calls: Iterable[Any]) -> int:
    return next((call.line for call in calls), 0)


def _listing(key: str, items: list[Any]) -> dict[str, Any]:
    return {key: items[:MOST_LISTED], f"{key}_count": len(items)}


def _listed(book: Notebook, trains: int) -> dict[str, Any]:
    return {"path": book.path, "code_lines": book.code_lines, "cells": book.cells, "trains": trains}


def _telling(books: Iterable[Notebook], trains: Mapping[str, int]) -> list[Notebook]:
    """The training ones first, then the longest."""
    order = sorted(books, key=lambda book: (not trains.get(book.path), -book.code_lines, book.path))
    return order[:MOST_LISTED]


def _jupytext(index: PythonIndex) -> list[str]:
    """Python files that are notebooks in text form (their first 2 kB say so)."""
    return [path for path in index.modules if _JUPYTEXT.search((index.tree.read(path) or b"")[:2000])]


def _shelf(tree: Tree) -> Shelf:
    paths = [path for path in tree.paths if path.endswith(".ipynb") and "/.ipynb_checkpoints/" not in f"/{path}"]
    found: list[Notebook] = []
    faults: list[tuple[str, str]] = []
    budget = MOST_BYTES
    for path in paths[:MOST_NOTEBOOKS]:
        budget -= min(tree.size(path), LARGEST)
        book, why = _notebook(tree, path) if budget >= 0 else (None, "beyond the bound on bytes")
        if book is not None:
            found.append(book)
        else:
            faults.append((path, why))
    faults += [(path, "beyond the bound on notebooks") for path in paths[MOST_NOTEBOOKS:]]
    return Shelf(tuple(found), tuple(faults), len(paths))


def _notebook(tree: Tree, path: str) -> tuple[Notebook | None, str]:
    data = tree.read(path) if tree.size(path) <= LARGEST else None
    if data is None:
        return None, f"too large to be read ({tree.size(path)} bytes)"
    try:
        content = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None, "not valid JSON"
    cells = _code_cells(content)
    if cells is None:
        return None, "not a notebook: it has no list of cells"
    return _of_cells(path, cells, _language(content)), ""


def _code_cells(content: Any) -> list[Mapping[str, Any]] | None:
    """The code cells of version 4, or of version 3 and older with their worksheets; None when there are none at all."""
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if not isinstance(cells, list):
        sheets = content.get("worksheets")
        sheets = [sheet for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
        if not sheets:
            return None
        cells = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
    return [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _language(content: Mapping[str, Any]) -> str:
    metadata = content.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language") if isinstance(kernel, dict) else None
    return str(language or "python").lower()


def _of_cells(path: str, cells: list[Mapping[str, Any]], language: str) -> Notebook:
    sources = [_source(cell) for cell in cells]
    lines = sum(count_lines(source.encode("utf-8", "replace")) for source in sources)
    counts = (cell.get("execution_count", cell.get("prompt_number")) for cell in cells)
    order = tuple(count for count in counts if isinstance(count, int) and not isinstance(count, bool))
    module = _module(path, sources, lines) if language.startswith(("python", "ipython")) else None
    return Notebook(path, len(cells), lines, module, order)


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return "".join(str(part) for part in source) if isinstance(source, list) else str(source)


def _module(path: str, sources: list[str], lines: int) -> Module:
    """Cells that do not parse (shell magics of a whole cell, half-written code) are left out, the others are kept."""
    whole = "\n".join(text for text in map(_plain, sources) if text)
    tree, fault = parse(whole.encode("utf-8", "replace"))
    if tree is None:
        readable = [text for text in map(_plain, sources) if text and parse(text.encode("utf-8", "replace"))[0]]
        tree, _ = parse("\n".join(readable).encode("utf-8", "replace"))
    return extract(tree, path, "notebook", lines) if tree is not None else Module(path, "notebook", lines, fault=fault)


def _plain(source: str) -> str:
    """A cell without its magics; a whole-cell magic other than a timing one holds another language."""
    if source.lstrip().startswith("%%") and not source.lstrip().startswith(("%%time", "%%capture", "%%prun")):
        return ""
    return "\n".join("" if _MAGIC.match(line) else line for line in source.split("\n"))
