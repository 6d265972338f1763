"""Signs of a template: a repository others make their project from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.places import is_example
from assessments.collectors.git.code.signals import Signal, readme

_MARKERS = {
    "cookiecutter.json": "A cookiecutter template",
    "copier.yml": "A Copier template",
    "copier.yaml": "A Copier template",
    "databricks_template_schema.json": "A Databricks bundle template",
    "prompts.yml": "A project starter with prompts",
    "ccds.json": "A cookiecutter template",
}
#: Written into a project that was made from a template.
_MADE_FROM = frozenset({".copier-answers.yml", ".copier-answers.yaml", ".cruft.json", ".cookiecutter.json"})
_PLACEHOLDER = re.compile(r"\{\{.*\}\}|\{%.*%\}")
_TEMPLATED = re.compile(r"\.py\.(?:tmpl|jinja2?|j2|tpl|template)$|\.tmpl$")
#: The first heading, when it ends by calling itself a template.
_TITLE = re.compile(
    r"\A[^#]*#[^\n]*(?:template|boilerplate|cookiecutter|starter kit)\W*$", re.IGNORECASE | re.MULTILINE
)
_WORDS = re.compile(
    r"\b(?:(?:project |this |a |our )?template\b(?! matching)|cookiecutter|boilerplate|starter (?:kit|project)"
    r"|solution accelerator|starting point for|use this template|scaffold(?:ing)?)",
    re.IGNORECASE,
)


def template_signals(index: PythonIndex) -> list[Signal]:
    """Everything that says template, with what speaks against it."""
    paths = [path for path in index.tree.paths if not is_example(path)]
    return [*_markers(paths), *_placeholders(paths), *_readme(index), *_made_from(paths)]


def _markers(paths: Iterable[str]) -> list[Signal]:
    found = [path for path in paths if path.rpartition("/")[2] in _MARKERS and path.count("/") <= 2]
    return [Signal(_MARKERS[path.rpartition("/")[2]], path, 3 if "/" not in path else 2) for path in found]


def _placeholders(paths: Iterable[str]) -> list[Signal]:
    named = [path for path in paths if _PLACEHOLDER.search(path)]
    signals = [Signal(f"{len(named)} files or folders are named by placeholders", named[0], 3)] if named else []
    templated = [path for path in paths if _TEMPLATED.search(path)]
    if templated:
        signals.append(Signal(f"{len(templated)} template files", templated[0], 2 if len(templated) >= 3 else 1))
    return signals


def _readme(index: PythonIndex) -> list[Signal]:
    """A README that speaks of a template decides where its title says so too, or where there is no code at all."""
    path, text = readme(index.tree)
    found = _WORDS.findall(text)
    if not found:
        return []
    titled = _TITLE.search(text) is not None
    weight = 3 if len(found) >= 3 and (titled or not index.modules) else 1
    return [Signal(f"The README calls it a template ({len(found)} ×: “{found[0].strip().lower()}”)", path, weight)]


def _made_from(paths: Iterable[str]) -> list[Signal]:
    return [Signal("Made from a template", path, -3) for path in paths if path in _MADE_FROM]
