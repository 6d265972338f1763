"""One reason to take a repository for what it is: a sentence, where it was seen, and how much it weighs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assessments.collectors.git.tree import Tree

#: Of a README so many characters are read: what a repository is, it says at the top.
README_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Signal:
    """``weight`` 3 decides nearly alone, 1 is a hint, below 0 speaks against."""

    text: str
    where: str
    weight: int

    def as_json(self) -> dict[str, str]:
        """The form it has in the payload."""
        return {"text": self.text, "where": self.where}


def readme(tree: Tree) -> tuple[str, str]:
    """Return the path and the beginning of the tree's README, both empty without one."""
    path = next(
        (path for path in tree.paths if re.fullmatch(r"readme(?:\.(?:md|rst|txt|markdown))?", path, re.IGNORECASE)), ""
    )
    return path, (tree.text(path) or "")[:README_CHARACTERS] if path else ""
