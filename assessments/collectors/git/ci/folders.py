"""Where a ``cd`` leads: known variables of the systems, a script's own folder, nowhere we may look."""

from __future__ import annotations

import re
from dataclasses import replace

from assessments.collectors.git.ci.findings import Leads, Position
from assessments.collectors.git.ci.wrappers import Argv

_ROOT = re.compile(
    r"^(\$\{?GITHUB_WORKSPACE\}?|\$\{\{ *github\.workspace *\}\}|\$\{?CI_PROJECT_DIR\}?|\$\([\w.]*Directory\))/?"
)
_OWN_FOLDER = re.compile(r"dirname [\"']?\$(?:0|\{0\}|\{?BASH_SOURCE(?:\[0\])?\}?)[\"']?\)((?:/\.\.|/[\w.-]+)*)")


def moved(here: Position, argv: Argv) -> Position:
    """The position after ``cd``: the checkout's own variables are the top, a script's own folder is known."""
    folder = _ROOT.sub("", argv[1] if len(argv) > 1 else "~")
    if own := _OWN_FOLDER.search(folder):
        here, folder = replace(here, cwd=here.path.rpartition("/")[0]), f".{own[1]}"
    try:
        return here.inside(folder) if folder else replace(here, cwd="")
    except Leads:
        return replace(here, cwd=None)
