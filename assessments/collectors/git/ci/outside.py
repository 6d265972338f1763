"""CI systems that are seen but not read, and signs that building or releasing happens outside the repository."""

from __future__ import annotations

import re

from assessments.collectors.git.tree import Tree

#: Paths of CI systems this collector does not read: what they do is unknown, not absent.
_UNREAD = (
    (r"\.circleci/config\.ya?ml", "CircleCI"), (r"\.travis\.ya?ml", "Travis CI"),
    (r"bitbucket-pipelines\.ya?ml", "Bitbucket Pipelines"), (r"\.?appveyor\.ya?ml", "AppVeyor"),
    (r"\.drone\.ya?ml", "Drone"), (r"\.woodpecker(?:\.ya?ml|/[^/]+\.ya?ml)", "Woodpecker"),
    (r"\.buildkite/pipeline\.ya?ml", "Buildkite"), (r"\.cirrus\.ya?ml", "Cirrus CI"),
    (r"(?:.*/)?cloudbuild\.ya?ml", "Google Cloud Build"), (r"(?:.*/)?buildspec\.ya?ml", "AWS CodeBuild"),
    (r"\.tekton/[^/]+\.ya?ml", "Tekton"), (r"\.(?:gitea|forgejo)/workflows/[^/]+\.ya?ml", "Forgejo Actions"),
    (r"\.teamcity/.+\.kts", "TeamCity"), (r"\.semaphore/semaphore\.ya?ml", "Semaphore"), (r"wercker\.yml", "Wercker"),
)  # fmt: skip
_HINTS = (
    (r"fly\.toml", "Fly.io deploys this repository"), (r"render\.ya?ml", "Render deploys this repository"),
    (r"vercel\.json", "Vercel deploys this repository"), (r"railway\.(?:json|toml)", "Railway deploys this repository"),
    (r"Procfile", "a platform that reads a Procfile may deploy this repository"),
    (r"app\.ya?ml", "App Engine configuration"), (r"netlify\.toml", "Netlify deploys this repository"),
    (r"\.platform\.app\.ya?ml", "Platform.sh deploys this repository"),
)  # fmt: skip
_MOST_MANIFESTS = 400


def unread_systems(root: Tree) -> list[dict[str, str]]:
    """CI systems configured here that are not read, with the file that says so."""
    found = []
    for pattern, system in _UNREAD:
        path = next((path for path in root.paths if re.fullmatch(pattern, path)), "")
        if path:
            found.append({"system": system, "where": path})
    return found


def outside_hints(root: Tree) -> list[dict[str, str]]:
    """Platform files and Argo CD or Flux applications: somebody else releases what is here."""
    found = []
    for pattern, text in _HINTS:
        path = next((path for path in root.paths if re.fullmatch(pattern, path)), "")
        if path and (path != "app.yaml" or re.search(r"(?m)^runtime:", root.text(path) or "")):
            found.append({"text": text, "where": path})
    return found + _controllers(root)


def _controllers(root: Tree) -> list[dict[str, str]]:
    names = [
        path for path in root.paths if path.endswith((".yml", ".yaml")) and re.search(r"argo|flux|gitops|apps?/", path)
    ]
    found = []
    for path in names[:_MOST_MANIFESTS]:
        text = root.text(path) or "" if root.size(path) < 64_000 else ""
        if re.search(r"(?m)^apiVersion:\s*argoproj\.io/\S+\s*$", text) and re.search(
            r"(?m)^kind:\s*Application(?:Set)?\s*$", text
        ):
            found.append({"text": "Argo CD deploys from this or another repository", "where": path})
        elif re.search(r"(?m)^apiVersion:\s*\w+\.toolkit\.fluxcd\.io/", text):
            found.append({"text": "Flux deploys from this or another repository", "where": path})
    return found[:3]
