"""Topic ``git.environment``: lock files, pins, and the definition of the environment code runs in (GIT-11).

Payload (paths relative to the sub-path; a leading ``/`` marks one at the repository's top instead)::

    {"locks": [{"path", "tool", "packages": int}],
     "pinned": [{"path", "requirements": int}],                # every requirement exact
     "loose": [{"where": "path:line", "text"}], "loose_count": int, "exact_count": int,
     "loose_beside_lock": int,                                 # in or below a folder with a lock: not counted as loose
     "manifests": ["pyproject.toml", …],                       # files that declare dependencies at all
     "definitions": [{"path", "kind": "Dockerfile"|"devcontainer"|"conda"|"MLproject"|"Nix", "base", "digest": bool}],
     "problems": [{"where", "text"}]}

``{}``: looked, nothing there. Requirements of development, tests and documentation alone do not make it loose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assessments.collectors.git.ci.documents import Unreadable
from assessments.collectors.git.config.pins import Pins, conda_environment, pyproject_dependencies, requirements
from assessments.collectors.git.tree import Tree

if TYPE_CHECKING:
    from assessments.collectors.git.reading import Reading

_MOST_LISTED, _MOST_FILES, _DEEPEST = 8, 60, 3
_SECONDARY = re.compile(r"dev|test|doc|lint|ci[-_.]|example|notebook", re.I)
_LOCKS = {
    "uv.lock": "uv", "poetry.lock": "Poetry", "pdm.lock": "PDM", "Pipfile.lock": "Pipenv",
    "conda-lock.yml": "conda-lock",
    "pixi.lock": "pixi", "renv.lock": "renv", "pylock.toml": "PEP 751", "requirements.lock": "rye",
    "Manifest.toml": "Julia",
}  # fmt: skip
_ENTRY = re.compile(r"^\s*\[\[packages?\]\]|^- name:|^\s*- (?:conda|pypi):|^\s*\[\[deps\.|^\S+==\S+", re.M)


def read(reading: Reading) -> Mapping[str, Any]:
    """The payload of ``git.environment``; what lies at the repository's top counts for a sub-path too."""
    places = [(reading.tree, "")]
    if reading.subpath.strip("/"):
        places.append((reading.root, "/"))
    return survey(places)


def survey(places: list[tuple[Tree, str]]) -> dict[str, Any]:
    """The payload for trees with a mark before their paths; of the second tree only the top folder is read."""
    found = _Found()
    for tree, mark in places:
        for path in sorted(tree.paths, key=lambda path: (path.count("/"), path)):
            if path.count("/") <= (0 if mark else _DEEPEST) and found.files < _MOST_FILES:
                found.file(tree, path, mark)
    return found.payload()


class _Found:
    """Collects what files tell; ``files`` counts those read."""

    def __init__(self) -> None:
        self.files = self.exact = 0
        self.locks: list[dict[str, Any]] = []
        self.pinned: list[dict[str, Any]] = []
        self.loose: list[dict[str, str]] = []
        self.manifests: list[str] = []
        self.definitions: list[dict[str, Any]] = []
        self.problems: list[dict[str, str]] = []

    def file(self, tree: Tree, path: str, mark: str) -> None:
        name = path.rpartition("/")[2]
        for wanted, visit in _KINDS:
            if re.fullmatch(wanted, path if "/" in wanted else name):
                self.files += 1
                visit(self, tree, path, mark + path)
                return

    def lock(self, tree: Tree, path: str, shown: str) -> None:
        text = tree.text(path)
        tool = _LOCKS.get(path.rpartition("/")[2], "conda-lock")
        packages = _packages(text, path) if text is not None else -1
        if packages:
            self.locks.append({"path": shown, "tool": tool, "packages": packages})
        else:
            self.problems.append({"where": shown, "text": "a lock file that locks nothing"})

    def requirements(self, tree: Tree, path: str, shown: str) -> None:
        self._pins(requirements(tree, path), shown)

    def conda(self, tree: Tree, path: str, shown: str) -> None:
        try:
            pins = conda_environment(tree.text(path) or "", path)
        except Unreadable as error:
            self.problems.append({"where": shown, "text": str(error)[:160]})
            return
        if pins is not None:
            self._pins(pins, shown)
            self.definitions.append({"path": shown, "kind": "conda", "base": "", "digest": False})

    def _pins(self, pins: Pins, shown: str) -> None:
        if not pins.exact and not pins.loose:
            return
        self.manifests.append(shown)
        if _SECONDARY.search(shown):
            return
        self.exact += pins.exact
        if pins.loose:
            self.loose += [{"where": where, "text": text} for where, text in pins.loose]
        else:
            self.pinned.append({"path": shown, "requirements": pins.exact})

    def project(self, tree: Tree, path: str, shown: str) -> None:
        if pyproject_dependencies(tree.text(path) or ""):
            self.manifests.append(shown)

    def setup(self, tree: Tree, path: str, shown: str) -> None:
        if "install_requires" in (tree.text(path) or ""):
            self.manifests.append(shown)

    def dockerfile(self, tree: Tree, path: str, shown: str) -> None:
        bases = _bases(tree.text(path) or "")
        if bases:
            digest = all("@sha256:" in base for base in bases)
            self.definitions.append({"path": shown, "kind": "Dockerfile", "base": bases[-1][:120], "digest": digest})

    def devcontainer(self, tree: Tree, path: str, shown: str) -> None:
        text = tree.text(path) or ""
        image = re.search(r'^\s*"image"\s*:\s*"([^"]+)"', text, re.M)
        if image or re.search(r'^\s*"(?:build|dockerFile|dockerComposeFile)"\s*:', text, re.M):
            base = image[1][:120] if image else ""
            self.definitions.append({"path": shown, "kind": "devcontainer", "base": base, "digest": "@sha256:" in base})

    def project_file(self, tree: Tree, path: str, shown: str) -> None:
        text = tree.text(path) or ""
        if re.search(r"^(?:conda_env|python_env|docker_env)\s*:", text, re.M):
            self.definitions.append({"path": shown, "kind": "MLproject", "base": "", "digest": False})

    def nix(self, tree: Tree, path: str, shown: str) -> None:
        folder = path.rpartition("/")[0]
        if (f"{folder}/flake.lock" if folder else "flake.lock") in tree.paths:
            self.definitions.append({"path": shown, "kind": "Nix", "base": "", "digest": True})

    def payload(self) -> dict[str, Any]:
        if not (self.locks or self.manifests or self.definitions or self.problems):
            return {}
        folders = {lock["path"].rpartition("/")[0] for lock in self.locks}
        loose = [one for one in self.loose if not any(_below(one["where"], folder) for folder in folders)]
        return {
            "locks": self.locks[:_MOST_LISTED], "pinned": self.pinned[:_MOST_LISTED],
            "loose": loose[:_MOST_LISTED],
            "loose_count": len(loose),
            "loose_beside_lock": len(self.loose) - len(loose),
            "exact_count": self.exact, "manifests": self.manifests[:_MOST_LISTED],
            "definitions": self.definitions[:_MOST_LISTED], "problems": self.problems[:_MOST_LISTED],
        }  # fmt: skip


_Visit = Callable[[_Found, Tree, str, str], None]
_KINDS: tuple[tuple[str, _Visit], ...] = (
    (r"uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock|pixi\.lock|renv\.lock|pylock(?:\.[\w-]+)?\.toml|requirements\.lock"
     r"|Manifest\.toml|conda-lock\.ya?ml|conda-[\w-]+\.lock", _Found.lock),
    (r"(?:.*/)?requirements[\w.-]*\.txt|(?:.*/)?requirements/[\w.-]+\.txt", _Found.requirements),
    (r"(?:[\w.-]*environment|conda|[\w.-]*conda[\w.-]*|env)[\w.-]*\.ya?ml", _Found.conda),
    (r"pyproject\.toml|Pipfile|Project\.toml", _Found.project),
    (r"setup\.(?:py|cfg)", _Found.setup),
    (r"(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|[\w.-]+\.[Dd]ockerfile", _Found.dockerfile),
    (r"(?:.*/)?\.devcontainer(?:/[\w-]+)?/devcontainer\.json|\.devcontainer\.json", _Found.devcontainer),
    (r"MLproject", _Found.project_file),
    (r"flake\.nix", _Found.nix),
)  # fmt: skip


def _below(where: str, folder: str) -> bool:
    """Whether a place lies in or below a folder; the repository's top ("" or "/") covers everything."""
    return not folder.strip("/") or where.startswith(f"{folder}/")


def _packages(text: str, path: str) -> int:
    """How many packages a lock file fixes."""
    if path.endswith(("Pipfile.lock", "renv.lock")):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return 0
        return (
            sum(len(data.get(key, {})) for key in ("default", "develop", "Packages")) if isinstance(data, dict) else 0
        )
    if "@EXPLICIT" in text:
        return len(re.findall(r"^https?://", text, re.M))
    return len(_ENTRY.findall(text))


def _bases(text: str) -> list[str]:
    """The images of a Dockerfile's ``FROM`` lines, other stages left out."""
    stages: set[str] = set()
    found = []
    for image, stage in _froms(text):
        if image not in stages:
            found.append(image)
        stages |= {stage} - {""}
    return found


def _froms(text: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"(?im)^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", text[:200_000]):
        yield match[1], match[2] or ""
