"""Python scripts that CI runs, read by AST for what they do: test runs, sub-processes, deployments, training."""

from __future__ import annotations

import ast
import posixpath

from assessments.collectors.git.ci.findings import Leads, Ledger, below
from assessments.collectors.git.ci.hops import Hop
from assessments.collectors.git.ci.registry import registry_reference
from assessments.collectors.git.ci.runners import literal_words, parse_python
from assessments.collectors.git.ci.wrappers import Argv

_PROCESSES = frozenset({"run", "call", "check_call", "check_output", "Popen"})
#: Last names of calls that deploy, of the SDKs of Azure ML (both), SageMaker, Vertex AI, MLflow and Seldon.
_DEPLOYS = frozenset({
    "create_endpoint", "update_endpoint", "create_deployment", "update_deployment", "deploy_model",
    "begin_create_or_update", "create_or_update_deployment", "deploy_configuration",
})  # fmt: skip
_TRAINS = frozenset({"fit", "train"})


def python_hops(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    """What a Python script of the repository does. None when it is not one. Raises :class:`Leads`."""
    path = _script_path(ledger, argv, cwd)
    if not path:
        return None
    tree = parse_python(ledger, path)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    worded = [(call.lineno, words) for call in calls if (words := _words(call, tree))]
    return [Hop(path, line, argv=words, cwd=cwd, key=path) for line, words in worded[:40]]


def _script_path(ledger: Ledger, argv: Argv, cwd: str | None) -> str:
    words = list(argv[1:])
    while words and words[0].startswith("-") and words[0] != "-m":
        words.pop(0)
    if words[:1] == ["-m"] and len(words) > 1:
        return _module_path(ledger, words[1], cwd)
    if not words or not words[0].endswith(".py"):
        return ""
    path = below(cwd, words[0])
    if path is None:
        raise Leads(f"{words[0]}: the path is a variable")
    return path if path in ledger.names else ""


def _module_path(ledger: Ledger, module: str, cwd: str | None) -> str:
    bare = module.replace(".", "/")
    for start in (cwd or "", posixpath.join(cwd or "", "src")):
        for ending in (".py", "/__main__.py"):
            path = posixpath.normpath(posixpath.join(start, bare + ending))
            if path in ledger.names:
                return path
    return ""


def _words(call: ast.Call, tree: ast.Module) -> Argv:
    """The command a call amounts to, () for none."""
    function = call.func
    name = ast.unparse(function) if isinstance(function, (ast.Attribute, ast.Name)) else ""
    last = name.rpartition(".")[2]
    if name == "pytest.main":
        return ("pytest", *_listed(call))
    if name == "os.system":
        return ("bash", "-c", *literal_words(call)[:1]) if literal_words(call) else ()
    if name.startswith("subprocess.") and last in _PROCESSES:
        return _listed(call) or (("bash", "-c", *literal_words(call)[:1]) if literal_words(call) else ())
    if ("." in name and last in _DEPLOYS) or name == "Model.deploy":
        reference = registry_reference("\n".join(_strings(tree)))
        return ("python-sdk-deploy", name, reference)
    return ("python-sdk-train", name) if "." in name and last in _TRAINS else ()


def _listed(call: ast.Call) -> Argv:
    first = call.args[0] if call.args else None
    if not isinstance(first, (ast.List, ast.Tuple)):
        return ()
    words = [item.value for item in first.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return tuple(words) if len(words) == len(first.elts) else ()


def _strings(tree: ast.Module) -> list[str]:
    """Every text in the module; f-strings with their holes as ``{…}``."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.append(ast.unparse(node))
    return found[:2_000]
