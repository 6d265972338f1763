"""Opens the trees of a repository: the whole and the part below the sub-path, of a commit or of a plain folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from assessments.collectors.git.blobs import Blobs
from assessments.collectors.git.bounds import Bounds, Skips
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.folder import list_folder, read_file
from assessments.collectors.git.following import Following
from assessments.collectors.git.listing import ABSENT, list_commit
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.git.repository import Repository
from assessments.collectors.git.tree import Tree
from assessments.collectors.git.trees import BoundedTree, below


@dataclass(frozen=True, slots=True)
class Trees:
    """``root`` is the whole repository, ``tree`` its part below the sub-path; what was left out is in ``skips``."""

    root: Tree
    tree: Tree
    skips: Skips
    complete: bool


@contextmanager
def open_trees(repository: Repository, bounds: Bounds, deadline: Deadline) -> Iterator[Trees]:
    """Open both trees. Raises CannotLook when nothing can be listed or the sub-path does not exist, OutOfTime."""
    skips = Skips()
    if repository.folder is not None:
        root, complete = _folder_tree(repository, bounds, skips, deadline)
        yield _trees(repository, root, skips, complete)
    elif repository.objects is None or not repository.commit:
        empty = BoundedTree({}, lambda _: None, bounds, skips, deadline)
        yield Trees(empty, empty, skips, complete=True)
    else:
        with Blobs(repository.objects, deadline) as blobs:
            root, complete = _commit_tree(repository, blobs, bounds, skips, deadline)
            yield _trees(repository, root, skips, complete)


def _trees(repository: Repository, root: Tree, skips: Skips, complete: bool) -> Trees:
    tree = below(root, repository.subpath)
    if repository.subpath and not tree.paths:
        at = f" at commit {repository.commit[:12]}" if repository.commit else ""
        raise CannotLook(f"There are no files below “{repository.subpath}” in the repository{at}. Check the sub-path.")
    return Trees(root, tree, skips, complete)


def _folder_tree(repository: Repository, bounds: Bounds, skips: Skips, deadline: Deadline) -> tuple[BoundedTree, bool]:
    folder = repository.folder
    assert folder is not None  # noqa: S101 – the caller asked
    sizes, complete = list_folder(folder, bounds, skips, deadline)
    return BoundedTree(
        sizes, lambda path: read_file(folder, path, bounds.most(path)), bounds, skips, deadline
    ), complete


def _commit_tree(
    repository: Repository, blobs: Blobs, bounds: Bounds, skips: Skips, deadline: Deadline
) -> tuple[BoundedTree, bool]:
    assert repository.objects is not None  # noqa: S101 – the caller asked
    listing = list_commit(repository.objects, repository.commit, repository.subpath, bounds, skips, deadline)
    # What a fetch left out is above the bound by its own filter; what a local repository lacks is damage.
    absent = bounds.notebook_bytes + 1 if repository.fetched else 0
    sizes = {path: absent if entry.size == ABSENT else entry.size for path, entry in listing.entries.items()}
    for path, entry in listing.entries.items():
        if entry.size == ABSENT and not repository.fetched:
            skips.add(path, "cannot be read; the file or its object is missing or damaged")

    following = Following(listing.entries, bounds)

    def fetch(path: str) -> bytes | None:
        return blobs.read(listing.entries[path].object, bounds.most(path), partial(following.after, path))

    return BoundedTree(sizes, fetch, bounds, skips, deadline), listing.complete
