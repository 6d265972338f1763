"""Signs of a collection: several projects side by side, each with its own manifest and its own training."""

from __future__ import annotations

from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.notebooks import notebooks
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.signals import Signal
from assessments.collectors.git.code.training import all_training, training_calls

_MANIFESTS = frozenset(
    {"requirements.txt", "pyproject.toml", "setup.py", "environment.yml", "environment.yaml", "Pipfile", "conda.yaml"}
)

#: So many folders that train and have a manifest of their own are taken for separate projects.
MANY = 4
#: So many training notebooks in so many folders are taken for separate studies.
MANY_NOTEBOOKS, MANY_FOLDERS = 12, 5


def collection_signals(index: PythonIndex) -> list[Signal]:
    """One decisive signal when there are many self-contained projects, none otherwise."""
    training = {path for path in all_training(index) if is_own(path)}
    books = {book.path for book in notebooks(index).notebooks if training_calls(book.module)}
    homes = {path.rpartition("/")[0] for path in index.tree.paths if path.rpartition("/")[2] in _MANIFESTS}
    projects = sorted({home for path in training | books if (home := _home(path, homes))})
    if len(projects) < MANY:
        return _scattered(books)
    return [Signal(f"{len(projects)} folders each train models and have their own dependencies", projects[0], 3)]


def _scattered(books: set[str]) -> list[Signal]:
    """Notebooks that train all over the place are studies of many things, not the steps of one."""
    folders = sorted({path.rpartition("/")[0] for path in books})
    if len(books) < MANY_NOTEBOOKS or len(folders) < MANY_FOLDERS:
        return []
    return [Signal(f"{len(books)} notebooks in {len(folders)} folders each train models of their own", folders[0], 3)]


def _home(path: str, homes: set[str]) -> str:
    """The nearest folder above the file with a manifest; the top of the tree is no separate project."""
    folder = path.rpartition("/")[0]
    while folder and folder not in homes:
        folder = folder.rpartition("/")[0]
    return folder
