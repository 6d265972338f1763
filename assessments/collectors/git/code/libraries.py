"""Signs of a library: a published package that offers machine learning to others and has no project of its own."""

from __future__ import annotations

import re

from assessments.collectors.git.code.entries import ini, toml
from assessments.collectors.git.code.facts import Module
from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.signals import Signal, readme
from assessments.collectors.git.code.training import reached_training
from assessments.collectors.git.code.vocabulary import TRAINING
from assessments.collectors.git.tree import Tree

_PROJECT_FILES = {"dvc.yaml": "a DVC pipeline", "MLproject": "an MLproject", "params.yaml": "parameters of a pipeline"}
_PACKAGE_HOME = re.compile(r"|python|python-package|lib|src|(?:python|packages|libs)/[\w.-]+")
_UPLOADS = re.compile(r"gh-action-pypi-publish|twine upload|\b(?:uv|poetry|flit|hatch) publish|upload\.pypi\.org")
_NAME = re.compile(r"""\bname\s*=\s*["']([\w.-]+)["']""")


def library_signals(index: PythonIndex) -> list[Signal]:
    """Everything that says library; nothing without a package that is offered to others and does machine learning."""
    path, name = package(index)
    if not name or not _does_machine_learning(index):
        return []
    return [*_offered(index, path, name), *_published(index.tree, path), *_shape(index), *_project(index)]


def package(index: PythonIndex) -> tuple[str, str]:
    """Return where a package is defined and its name; both empty when there is none."""
    tree = index.tree
    for path in sorted(
        (each for each in tree.paths if _defines_package(each)), key=lambda each: (each.count("/"), each)
    ):
        name = _name(index, path)
        if name:
            return path, name
    return "", ""


def _defines_package(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name in ("pyproject.toml", "setup.cfg", "setup.py") and _PACKAGE_HOME.fullmatch(folder) is not None


def _name(index: PythonIndex, path: str) -> str:
    if path.endswith(".toml"):
        content = toml(index.tree, path)
        tables = (content.get("project"), _table(content.get("tool")).get("poetry"))
        return next((str(table["name"]) for table in map(_table, tables) if table.get("name")), "")
    if path.endswith(".cfg"):
        return ini(index.tree, path).get("metadata", "name", fallback="")
    match = _NAME.search(index.tree.text(path) or "")
    return match[1] if match else ""


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _does_machine_learning(index: PythonIndex) -> bool:
    return any(
        is_own(module.path) and (module.libraries & TRAINING or _estimators(module))
        for module in index.modules.values()
    )


def _estimators(module: Module) -> list[str]:
    """Classes that offer ``fit`` or ``predict`` to others."""
    return [
        each.name for each in module.definitions if each.name.endswith((".fit", ".predict", ".transform", ".update"))
    ]


def _offered(index: PythonIndex, path: str, name: str) -> list[Signal]:
    """People are told to install it under its name, or its page on the package index is linked."""
    where, text = readme(index.tree)
    plain = re.sub(r"[-_.]+", "[-_.]+", re.escape(name).replace("\\-", "-").replace("\\.", "."))
    command = r"(?:pip3?|conda|uv|mamba|poetry)[ \t]+(?:install|add)[ \t]+(?:[^\s#]+[ \t]+)*?"
    told = re.search(rf"{command}[\"']?{plain}(?![\w/-])", text, re.IGNORECASE)
    linked = re.search(rf"pypi(?:\.org/project|\.python\.org/pypi|/v)/{plain}\b", text, re.IGNORECASE)
    if not told and not linked:
        return []
    return [Signal(f"Published as the package “{name}” for others to install", where or path, 3)]


def _published(tree: Tree, path: str) -> list[Signal]:
    """Trove classifiers are for the package index's readers, and a workflow that uploads is for its users."""
    signals: list[Signal] = []
    if re.search(r"Development Status ::|Topic :: ", tree.text(path) or ""):
        signals.append(Signal("Classified for the package index", path, 1))
    for each in tree.paths:
        if each.startswith((".github/workflows/", ".gitlab-ci")) and _UPLOADS.search(tree.text(each) or ""):
            return [*signals, Signal("Uploaded to the package index by CI", each, 2)]
    return signals


def _shape(index: PythonIndex) -> list[Signal]:
    signals: list[Signal] = []
    docs = next(
        (
            each
            for each in index.tree.paths
            if re.fullmatch(r"(?:docs?/(?:.*/)?conf\.py|mkdocs\.ya?ml|docs/docs\.json)", each)
        ),
        "",
    )
    if docs:
        signals.append(Signal("Documentation of an interface for others", docs, 1))
    offering = [module.path for module in index.modules.values() if is_own(module.path) and _estimators(module)]
    if len(offering) >= 3:
        signals.append(
            Signal(f"{len(offering)} modules define estimators or transformers for others to use", offering[0], 2)
        )
    return signals


def _project(index: PythonIndex) -> list[Signal]:
    """What speaks against: a pipeline, parameters, a console script that trains."""
    found = [Signal(f"Has {what}", name, -2) for name, what in _PROJECT_FILES.items() if name in index.tree.paths]
    scripted = next((each for each in reached_training(index) if each.entry.how.startswith("console script")), None)
    return [*found, Signal("A console script trains", scripted.entry.path, -1)] if scripted else found
