"""From the bytes of a Python file to its syntax tree, without trusting them: every fault becomes a short sentence."""

from __future__ import annotations

import ast
import re
import warnings

#: Statements only Python 2 accepts, to tell an old file from a broken one.
_PYTHON_2 = re.compile(
    rb"^[ \t]*(?:print[ \t]+[\"'\w]|exec[ \t]+[\"'\w]|except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:|raise[ \t]+\w+[ \t]*,)",
    re.M,
)
_CODE_LINE = re.compile(rb"^[ \t\f]*[^\s#]", re.M)


def parse(data: bytes) -> tuple[ast.Module | None, str]:
    """Return the tree, or None and why not. Byte-order marks and ``coding:`` cookies are honoured as Python does."""
    if b"\0" in data:
        return None, "contains NUL bytes, not a text file"
    try:
        return _tree(data), ""
    except (SyntaxError, UnicodeDecodeError) as error:
        return _second_try(data, error)
    except (RecursionError, MemoryError):
        return None, "nested too deeply to be read"
    except ValueError as error:
        return None, f"not readable as Python: {str(error)[:80]}"


def _tree(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        # Invalid escapes in a stranger's file are no concern of our log.
        warnings.simplefilter("ignore")
        return ast.parse(data)


def _second_try(data: bytes, error: SyntaxError | UnicodeDecodeError) -> tuple[ast.Module | None, str]:
    """Latin-1 without a coding line is common in old files; anything else is reported with its line."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if b"coding" not in data[:200]:
            return parse(data.decode("latin-1").encode("utf-8"))
    return None, _fault(data, error)


def _fault(data: bytes, error: SyntaxError | UnicodeDecodeError) -> str:
    if _PYTHON_2.search(data):
        return "Python 2, which Python 3 cannot read"
    line = getattr(error, "lineno", None)
    return f"syntax error in line {line}, or newer than Python 3.11" if line else "not readable as Python"


def count_lines(data: bytes) -> int:
    """Lines that are neither blank nor only a comment."""
    return sum(1 for _ in _CODE_LINE.finditer(data))
