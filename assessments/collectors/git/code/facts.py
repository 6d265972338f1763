"""What is kept of one Python file after its syntax tree is dropped: imports, definitions, calls, all immutable.

Canonical names: import aliases are resolved (``import pandas as pd; pd.read_csv`` → ``pandas.read_csv``), relative
imports are made absolute, a variable is replaced by what was assigned to it (``m = LGBMModel(); m.fit`` →
``lightgbm.LGBMModel().fit``), names defined in the file get its dotted module name in front, and what cannot be
resolved starts with ``?`` (``?.fit``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Import:
    """``module`` is absolute and dotted; ``name`` is what was taken from it ("" for ``import module``)."""

    module: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    ``scope`` is the qualified name of the function it stands in ("" at module level, ``__main__`` in
    the main guard); ``texts`` its literal string arguments; ``passes`` canonical names handed over as arguments;
    ``arguments`` how many arguments it has; ``keywords`` the names of the keyword ones.
    """

    name: str
    line: int
    scope: str
    texts: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    arguments: int = 0
    keywords: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The first literal string argument, "" without one."""
        return self.texts[0] if self.texts else ""

    @property
    def root(self) -> str:
        """The first part of the name, bare: ``lightgbm`` of ``lightgbm.LGBMModel().fit``, "?" when unresolved."""
        return self.name.partition(".")[0].rstrip("()[]")

    @property
    def method(self) -> str:
        """The last part of the name: ``fit`` of ``lightgbm.LGBMModel().fit``."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class.

    ``name`` is qualified within the file; ``bases`` canonical; ``asserts`` counts assertions
    with something to check directly in it; ``empty`` means nothing but a docstring, ``pass`` or ``...``.
    """

    name: str
    kind: str
    line: int
    end_line: int
    decorators: tuple[Call, ...] = ()
    bases: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    asserts: int = 0
    empty: bool = False


@dataclass(frozen=True)
class Module:
    """One Python file.

    ``name`` is dotted; ``lines`` counts lines that are neither blank nor comment; ``main_line`` is the line of the main
    guard (0: none); ``marks`` the pytest markers of the whole file; ``fault`` says why it could not be read as Python 3
    ("": it could). A module that was only skimmed (see the index) has its imports only, and ``parsed`` is False.
    """

    path: str
    name: str
    lines: int = 0
    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    definitions: tuple[Definition, ...] = ()
    main_line: int = 0
    marks: tuple[str, ...] = ()
    fault: str = ""
    parsed: bool = True

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The first parts of everything imported: ``{"sklearn", "pandas"}``."""
        return frozenset(item.module.partition(".")[0] for item in self.imports)

    @cached_property
    def imported(self) -> frozenset[str]:
        """Every dotted name imported, with all names above it: ``{"a", "a.b"}`` for ``from a import b``."""
        return frozenset(prefix for item in self.imports for prefix in _prefixes(item))

    def imports_any(self, names: Collection[str]) -> bool:
        """Whether any of the dotted names, or something below one, is imported."""
        return not self.imported.isdisjoint(names)


def _prefixes(item: Import) -> Iterator[str]:
    parts = f"{item.module}.{item.name}".split(".") if item.name else item.module.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def where(path: str, line: int = 0) -> str:
    """``path:line``, the form every "seen" uses."""
    return f"{path}:{line}" if line else path
