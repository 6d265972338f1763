"""Topic ``git.infrastructure``: infrastructure as code and the environments it is defined for (GIT-14).

Payload (paths relative to the repository)::

    {"tools": [{"tool", "path"}], "environments": [{"name", "tool", "where"}], "environment_count": int,
     "templates": ["databricks.yml.tmpl", …],          # template sources: not working definitions
     "elsewhere": "https://…",                         # mlops.yaml: infrastructure_repository
     "problems": [{"where", "text"}]}

``{}``: looked, nothing there. A docker-compose file alone is a developer's machine, not infrastructure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assessments.collectors.git.ci.documents import Unreadable, as_list, as_map, document
from assessments.collectors.git.tree import Tree

if TYPE_CHECKING:
    from assessments.collectors.git.reading import Reading

_MOST_LISTED, _MOST_FILES, _MOST_BYTES = 12, 400, 256_000
_WORDS = (
    r"(?:dev(?:elopment)?|te?st|tst|qa|uat|int(?:egration)?|stag(?:e|ing)|stg|pre-?prod(?:uction)?|acc(?:eptance)?"
    r"|prod(?:uction)?|prd|sandbox|demo|live)"
)
_NOT_ENVIRONMENTS = frozenset(
    {"example", "sample", "default", "local", "common", "base", "template", "terraform", "global", "shared"}
)
#: Path → environment name, per tool.
_PATHS = (
    ("Terraform", re.compile(r"(?:^|/)(?!terraform\.)([\w-]+?)(?:\.auto)?\.tfvars(?:\.json)?$")),
    ("Terraform", re.compile(rf"(?:^|/)({_WORDS})/[^/]+\.(?:tf|tfvars|hcl)$", re.I)),
    ("Bicep", re.compile(rf"(?:^|/)[\w.-]*?\b({_WORDS})\b[\w.-]*\.bicepparam$", re.I)),
    ("Bicep or ARM", re.compile(rf"(?:^|/)[\w.-]*?parameters?[.-]({_WORDS})\.json$", re.I)),
    ("Bicep or ARM", re.compile(rf"(?:^|/)[\w-]*?({_WORDS})\.parameters\.json$", re.I)),
    ("Helm", re.compile(r"(?:^|/)values[.-]([\w-]+)\.ya?ml$")),
    ("Helm", re.compile(rf"(?:^|/)({_WORDS})[/.-]values\.ya?ml$|(?:^|/)values/({_WORDS})\.ya?ml$", re.I)),
    ("Kustomize", re.compile(r"(?:^|/)(?:overlays|environments|envs)/([\w-]+)/kustomization\.ya?ml$")),
    ("Kustomize", re.compile(rf"(?:^|/)({_WORDS})/kustomization\.ya?ml$", re.I)),
    ("Pulumi", re.compile(r"(?:^|/)Pulumi\.([\w-]+)\.ya?ml$")),
    ("Kubernetes", re.compile(rf"(?:^|/)(?:k8s|kubernetes|manifests|deploy)/({_WORDS})/[^/]+\.ya?ml$", re.I)),
)  # fmt: skip
_ALIASES = {
    "development": "dev",
    "production": "prod",
    "prd": "prod",
    "staging": "stage",
    "stg": "stage",
    "tst": "test",
}


def read(reading: Reading) -> Mapping[str, Any]:
    """The payload of ``git.infrastructure``; a sub-path's own definitions win over the repository's."""
    from assessments.collectors.git.code.declared import declared_link  # noqa: PLC0415 – the other way round exists too

    own = survey(reading.tree)
    found = own if own or not reading.subpath.strip("/") else survey(reading.root)
    link = declared_link(reading, "infrastructure_repository")
    return {**(found or _Found().payload()), "elsewhere": link} if link else found


def survey(tree: Tree) -> dict[str, Any]:
    """The payload for one tree, {} when there is no infrastructure code."""
    found = _Found()
    paths = [
        path
        for path in tree.paths
        if not re.search(r"(^|/)(?:tests?|docs?|node_modules|\.terraform|site-packages)/", path)
    ]
    for path in paths:
        found.template(path)
    for path in _candidates(paths):
        _tool(found, tree, path)
    tools = {tool["tool"] for tool in found.tools}
    for path in paths:
        _environment(found, tools, path)
    return found.payload() if found.tools or found.templates or found.problems else {}


class _Found:
    """Collects tools and environments, each once."""

    def __init__(self) -> None:
        self.tools: list[dict[str, str]] = []
        self.environments: dict[str, dict[str, str]] = {}
        self.templates: list[str] = []
        self.problems: list[dict[str, str]] = []

    def tool(self, tool: str, path: str) -> None:
        if all(one["tool"] != tool for one in self.tools):
            self.tools.append({"tool": tool, "path": path})

    def environment(self, name: str, tool: str, where: str) -> None:
        bare = name.lower()
        key = _ALIASES.get(bare, bare)
        if key not in _NOT_ENVIRONMENTS and key:
            self.environments.setdefault(key, {"name": key[:40], "tool": tool, "where": where})

    def template(self, path: str) -> None:
        if re.search(r"\.(?:tmpl|tpl|j2|jinja)$|\{\{\s*cookiecutter|\{\{", path) and re.search(
            r"\.tf|\.bicep|databricks|ya?ml", path
        ):
            self.templates.append(path[:120])

    def payload(self) -> dict[str, Any]:
        return {
            "tools": self.tools, "environments": list(self.environments.values())[:_MOST_LISTED],
            "environment_count": len(self.environments), "templates": self.templates[:4], "elsewhere": "",
            "problems": self.problems[:4],
        }  # fmt: skip


def _candidates(paths: Iterable[str]) -> list[str]:
    wanted = re.compile(
        r"\.(?:tf|bicep)$|(?:^|/)(?:Chart|kustomization|Pulumi|helmfile|databricks|bundle|template|serverless)\.ya?ml$"
        r"|(?:^|/)cdk\.json$|(?:^|/)samconfig\.toml$|deploy[\w-]*\.json$|template[\w.-]*\.json$|cloudformation[\w./-]*\.(?:ya?ml|json)$"
        r"|(?:^|/)(?:k8s|kubernetes|manifests)/.*\.ya?ml$"
    )
    return [path for path in paths if wanted.search(path)][:_MOST_FILES]


#: Ending → tool and what a working definition has outside comments; a name alone proves nothing.
_BLOCKS = {
    ".tf": ("Terraform", r'(?m)^\s*(?:resource|module)\s+"'),
    ".bicep": ("Bicep", r"(?m)^\s*(?:resource|module)\s+\w+"),
}


def _tool(found: _Found, tree: Tree, path: str) -> None:
    """Note the tool a candidate belongs to when its content is a working definition."""
    text = tree.text(path) or "" if tree.size(path) <= _MOST_BYTES else ""
    tool, pattern = _BLOCKS.get(path[path.rfind(".") :], ("", ""))
    if tool:
        if re.search(pattern, re.sub(r"(?m)(?:#|//).*$", "", text)):
            found.tool(tool, path)
    elif path.endswith("samconfig.toml"):
        for name in re.findall(r"(?m)^\[(\w+)\.", text):
            found.environment(name, "SAM", path)
    elif path.endswith("cdk.json"):
        found.tool("CDK", path)
    elif text and "{{" not in path:
        _document(found, path, text)


def _document(found: _Found, path: str, text: str) -> None:
    try:
        top = as_map(document(text))
    except Unreadable as error:
        if "{{" not in text:
            found.problems.append({"where": path, "text": str(error)[:160]})
        return
    name = path.rpartition("/")[2].rpartition(".")[0]
    tool = _named(name, top) or _shaped(top)
    if tool:
        found.tool(tool, path)
    if tool == "Databricks bundle":
        for target in as_map(top.get("targets") or top.get("environments")):
            found.environment(target, tool, f"{path}:{top.lines.get('targets', 1)}")
    elif tool == "helmfile":
        for environment in as_map(top.get("environments")):
            found.environment(environment, tool, path)


def _named(name: str, top: Any) -> str:
    if name == "Chart":
        return "Helm" if top.get("name") and top.get("version") else ""
    if name == "kustomization":
        return (
            "Kustomize" if any(key in top for key in ("resources", "bases", "patches", "namespace", "images")) else ""
        )
    if name in ("databricks", "bundle"):
        return "Databricks bundle" if as_map(top.get("bundle")).get("name") else ""
    return {"Pulumi": "Pulumi", "helmfile": "helmfile"}.get(name, "") if top else ""


def _shaped(top: Any) -> str:
    schema = str(top.get("$schema", ""))
    if "deploymentTemplate.json" in schema:
        return "ARM" if as_list(top.get("resources")) else ""
    resources = as_map(top.get("Resources"))
    if any(str(as_map(one).get("Type", "")).startswith("AWS::") for one in resources.values()):
        return "CloudFormation"
    kinds = {"Deployment", "StatefulSet", "Service", "InferenceService", "CronJob", "SeldonDeployment"}
    return "Kubernetes" if top.get("kind") in kinds and top.get("apiVersion") else ""


def _environment(found: _Found, tools: set[str], path: str) -> None:
    for tool, pattern in _PATHS:
        match = pattern.search(path)
        present = tool in tools or (tool == "Bicep or ARM" and tools & {"Bicep", "ARM"})
        if match and present:
            found.environment(next(group for group in match.groups() if group), tool, path)
