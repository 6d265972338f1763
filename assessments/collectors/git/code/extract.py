"""From a syntax tree to the facts that are kept: one walk without recursion, then the names are resolved."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from assessments.collectors.git.code.facts import Call, Definition, Import, Module
from assessments.collectors.git.code.names import Names

#: Of one file at most so many calls are kept, of a literal text so many characters, of a call so many arguments.
MOST_CALLS, LONGEST_TEXT, MOST_PASSED = 20_000, 120, 6

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class _Walk:
    """What one walk gathers before names are resolved."""

    names: Names
    path: str
    imports: list[Import] = field(default_factory=list)
    calls: list[tuple[ast.Call, str]] = field(default_factory=list)
    definitions: list[tuple[_Function | ast.ClassDef, str, str]] = field(default_factory=list)
    asserts: dict[str, int] = field(default_factory=dict)
    main_line: int = 0
    marks: list[str] = field(default_factory=list)


def extract(tree: ast.Module, path: str, name: str, lines: int) -> Module:
    """Return the facts of one parsed file."""
    walk = _Walk(Names(name), path)
    stack: list[tuple[ast.AST, str]] = [(node, "") for node in reversed(tree.body)]
    while stack:
        node, scope = stack.pop()
        inner = _note(walk, node, scope)
        stack += [(child, inner) for child in reversed(_children(node))]
    return Module(
        path=path,
        name=name,
        lines=lines,
        imports=tuple(walk.imports),
        calls=tuple(_call(walk.names, node, scope) for node, scope in walk.calls[:MOST_CALLS]),
        definitions=tuple(_definition(walk, *found) for found in walk.definitions),
        main_line=walk.main_line,
        marks=tuple(walk.marks),
    )


#: Nodes with nothing inside that is kept: half of every tree.
_LEAVES = (
    ast.Name,
    ast.Constant,
    ast.expr_context,
    ast.operator,
    ast.cmpop,
    ast.boolop,
    ast.unaryop,
    ast.alias,
    ast.Pass,
)


def _children(node: ast.AST) -> list[ast.AST]:
    """List the inner nodes worth visiting, in order of the source."""
    found: list[ast.AST] = []
    for name in node._fields:
        if name == "decorator_list":
            continue  # kept with the definition
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST) and not isinstance(each, _LEAVES)]
        elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
            found.append(value)
    return found


def _note(walk: _Walk, node: ast.AST, scope: str) -> str:
    """Keep what the node tells; return the scope of its children."""
    match node:
        case ast.Call():
            walk.calls.append((node, scope))
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return _note_definition(walk, node, scope)
        case ast.Import() | ast.ImportFrom():
            _note_imports(walk, node)
        case ast.Assert():
            walk.asserts[scope] = walk.asserts.get(scope, 0) + _checks_something(node.test)
        case ast.If() if _is_main_guard(node.test):
            walk.main_line = walk.main_line or node.lineno
            return "__main__"
        case ast.Assign() | ast.AnnAssign() | ast.With() | ast.AsyncWith():
            _note_assignment(walk, node, scope)
    return scope


def _note_definition(walk: _Walk, node: _Function | ast.ClassDef, scope: str) -> str:
    outer = "" if scope == "__main__" else scope
    name = f"{outer}.{node.name}" if outer else node.name
    walk.definitions.append((node, name, "class" if isinstance(node, ast.ClassDef) else "function"))
    if not outer:
        walk.names.defined.add(node.name)
    if not isinstance(node, ast.ClassDef):
        for argument in _arguments(node):
            if argument.annotation is not None:
                walk.names.annotated.setdefault((name, argument.arg), argument.annotation)
    return name


def _arguments(node: _Function) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _note_imports(walk: _Walk, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.Import):
        found = [
            (Import(alias.name, "", node.lineno), alias.asname or alias.name.partition(".")[0]) for alias in node.names
        ]
    else:
        base = _absolute(node, walk)
        found = [(Import(base, alias.name, node.lineno), alias.asname or alias.name) for alias in node.names]
    for item, bound in found:
        walk.imports.append(item)
        walk.names.imported(item, bound)


def _absolute(node: ast.ImportFrom, walk: _Walk) -> str:
    parts = walk.names.module.split(".") if node.level else []
    drop = node.level - (1 if walk.path.endswith("__init__.py") else 0)
    base = parts[: len(parts) - drop] if drop > 0 else parts
    return ".".join([*base, *([node.module] if node.module else [])])


def _note_assignment(walk: _Walk, node: ast.AST, scope: str) -> None:
    names = walk.names
    for target, value in _assigned(node):
        if isinstance(target, ast.Name) and target.id == "pytestmark" and value is not None:
            walk.marks += _marks(value)
        if isinstance(target, ast.Name) and isinstance(value, (ast.Call, ast.Name, ast.Attribute, ast.Await)):
            names.assigned.setdefault((scope, target.id), value)
        elif _is_own_attribute(target) and isinstance(value, (ast.Call, ast.Await)):
            names.assigned.setdefault((scope.rpartition(".")[0], f"self.{target.attr}"), value)


def _marks(value: ast.expr) -> list[str]:
    """``pytestmark = pytest.mark.x`` or a list of them: the markers' names."""
    each = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    bare = (item.func if isinstance(item, ast.Call) else item for item in each)
    return [item.attr for item in bare if isinstance(item, ast.Attribute)]


def _is_own_attribute(target: ast.expr) -> TypeGuard[ast.Attribute]:
    return isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield node.target, node.value
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from ((item.optional_vars, item.context_expr) for item in node.items if item.optional_vars is not None)


def _is_main_guard(test: ast.expr) -> bool:
    """``__name__ == "__main__"``, either way round."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = (test.left, test.comparators[0])
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def _checks_something(test: ast.expr) -> int:
    """``assert True`` and ``assert 1`` check nothing."""
    return 0 if isinstance(test, ast.Constant) else 1


def _call(names: Names, node: ast.Call, scope: str) -> Call:
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    passed = [names.of(value, scope) for value in values if isinstance(value, (ast.Name, ast.Attribute))][:MOST_PASSED]
    return Call(
        name=names.of(node.func, scope),
        line=node.lineno,
        scope=scope,
        texts=tuple(text[:LONGEST_TEXT] for text in texts[:MOST_PASSED]),
        passes=tuple(name for name in passed if not name.startswith("?")),
        arguments=len(values),
        keywords=tuple(keyword.arg for keyword in node.keywords if keyword.arg),
    )


def _definition(walk: _Walk, node: _Function | ast.ClassDef, name: str, kind: str) -> Definition:
    scope = name.rpartition(".")[0]
    return Definition(
        name=name,
        kind=kind,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
        decorators=tuple(_decorator(walk.names, each, scope) for each in node.decorator_list),
        bases=tuple(walk.names.of(base, scope) for base in node.bases) if isinstance(node, ast.ClassDef) else (),
        parameters=() if isinstance(node, ast.ClassDef) else tuple(each.arg for each in _arguments(node)),
        asserts=walk.asserts.get(name, 0),
        empty=all(_says_nothing(statement) for statement in node.body),
    )


def _decorator(names: Names, node: ast.expr, scope: str) -> Call:
    if isinstance(node, ast.Call):
        return _call(names, node, scope)
    return Call(names.of(node, scope), node.lineno, scope)


def _says_nothing(statement: ast.stmt) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)
