"""Links a project declares about itself in ``mlops.yaml``: code of it that lives in another repository."""

from __future__ import annotations

from urllib.parse import urlsplit

from assessments.collectors.git.ci.documents import Map, Unreadable, as_map, document
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.tree import Tree

#: Links longer than this (characters) are not links.
LONGEST = 300


def declared_link(reading: Reading, key: str) -> str:
    """Return the http(s) or ssh address under ``key`` in mlops.yaml (sub-path first, then top), "" without one."""
    for tree in (reading.tree, reading.root):
        value = yaml_map(tree, "mlops.yaml").get(key) or yaml_map(tree, "mlops.yml").get(key)
        if isinstance(value, str) and _is_link(value):
            return str(value)
    return ""


def yaml_map(tree: Tree, path: str) -> Map:
    """Return the mapping a YAML file of the tree holds; an empty one when it is missing or not readable."""
    text = tree.text(path) if path in tree.paths else None
    try:
        return as_map(document(text)) if text else Map()
    except Unreadable:
        return Map()


def _is_link(value: str) -> bool:
    """Accept an address without a password in it, and nothing a browser would run."""
    try:
        parts = urlsplit(value)
        return (
            len(value) <= LONGEST
            and parts.scheme in ("http", "https", "ssh")
            and bool(parts.hostname)
            and not parts.password
        )
    except ValueError:
        return False
