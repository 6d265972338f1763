"""Canonical names of expressions: what a name in a file stands for, through imports, assignments and definitions."""

from __future__ import annotations

import ast
from functools import lru_cache

from assessments.collectors.git.code.facts import Import

#: Longest chain of attributes and calls followed, and how often a variable leads to another variable.
MOST_LINKS, MOST_HOPS = 12, 4


class Names:
    """The names one file knows. Filled while the tree is walked, asked when the walk is over."""

    def __init__(self, module: str) -> None:
        """Start with the file's dotted name."""
        self.module = module
        self.aliases: dict[str, str] = {}
        self.defined: set[str] = set()
        self.assigned: dict[tuple[str, str], ast.expr] = {}
        self.annotated: dict[tuple[str, str], ast.expr] = {}

    def imported(self, item: Import, bound: str) -> None:
        """Note that ``bound`` is the file's name for the import; the first binding wins (``try: … except``)."""
        full = f"{item.module}.{item.name}" if item.name else item.module
        self.aliases.setdefault(bound, full if item.name or bound != full.partition(".")[0] else bound)

    def of(self, expression: ast.expr, scope: str, hops: int = 0) -> str:
        """Return the canonical name of an expression, ``?`` for what cannot be resolved."""
        parts: list[str] = []
        node: ast.expr = expression
        for _ in range(MOST_LINKS):
            inner, part = _peel(node)
            if inner is None:
                break
            parts.append(part)
            named = self._whole(node, inner, scope, hops, parts)
            if named:
                return named
            node = inner
        return self._base(node, scope, hops) + "".join(reversed(parts))

    def _whole(self, node: ast.expr, inner: ast.expr, scope: str, hops: int, parts: list[str]) -> str:
        """``self.model`` is looked up as one name."""
        if not (isinstance(node, ast.Attribute) and isinstance(inner, ast.Name) and inner.id in ("self", "cls")):
            return ""
        value = self._value(f"self.{node.attr}", scope, hops)
        return value + "".join(reversed(parts[:-1])) if value else ""

    def _base(self, node: ast.expr, scope: str, hops: int) -> str:
        if not isinstance(node, ast.Name):
            return "?"
        value = self._value(node.id, scope, hops)
        if value:
            return value
        if node.id in self.aliases:
            return self.aliases[node.id]
        if node.id in self.defined:
            return f"{self.module}.{node.id}"
        return node.id if node.id in _BUILTINS else "?"

    def _value(self, name: str, scope: str, hops: int) -> str:
        """Find what was assigned to a variable in this scope, an enclosing one or the file; annotations come second."""
        if hops >= MOST_HOPS:
            return ""
        for place in _outwards(scope):
            if (place, name) in self.assigned:
                return self.of(self.assigned[place, name], place, hops + 1)
            if (place, name) in self.annotated:
                return self.of(self.annotated[place, name], place, hops + 1) + "()"
        return ""


_BUILTINS = frozenset({"print", "open", "super", "input", "map", "len", "range", "isinstance", "dict", "list", "eval"})


def _peel(node: ast.expr) -> tuple[ast.expr | None, str]:
    """One link less of a chain, and how it is written."""
    if isinstance(node, ast.Attribute):
        return node.value, f".{node.attr}"
    if isinstance(node, ast.Call):
        return node.func, "()"
    if isinstance(node, ast.Subscript):
        return node.value, "[]"
    if isinstance(node, ast.Await):
        return node.value, ""
    return None, ""


@lru_cache(maxsize=4096)
def _outwards(scope: str) -> tuple[str, ...]:
    """List the scopes in which a name may have been bound, innermost first; the file itself last."""
    parts = scope.split(".") if scope else []
    return tuple(".".join(parts[:end]) for end in range(len(parts), -1, -1))
