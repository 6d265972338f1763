"""What holds for the repository as a whole: the import rule, what a web process loads, locks that work, clean files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import ROOT, Installation, sqlite_installation

#: What costs seconds and hundreds of megabytes to import.
HEAVY = ("mlflow", "evidently", "sklearn", "pandas", "numpy", "scipy", "pyarrow", "prefect", "kfp", "matplotlib")

SERVE = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "mlops_portal.settings.testing"
import mlops_portal.wsgi
from django.urls import get_resolver
def resolve(patterns):
    for pattern in patterns:
        resolve(pattern.url_patterns) if hasattr(pattern, "url_patterns") else pattern.callback
resolve(get_resolver().url_patterns)
from django.test import Client
from assessments.lifecycle.rescore import rescore
from mlops_portal.accounts.actors import actor_from_command
from mlops_portal.projects.actions import create_project
PAGES = ("/", "/projects/flights/", "/projects/flights/scorecard/", "/badge/flights.svg", "/accounts/login/", "/readyz")
actor = actor_from_command("test")
project = create_project(actor=actor, slug="flights", name="Flights", visibility="public")
rescore(actor=actor, project=project)
served = [(path, Client().get(path).status_code) for path in PAGES]
assert [status for _, status in served] == [200] * len(PAGES), served
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""

#: A drift report is what Evidently is for; it fails on a pandas it does not know.
EVIDENTLY = """
import pandas
from evidently import Report
from evidently.presets import DataDriftPreset
table = pandas.DataFrame({"delay": [float(number) for number in range(100)]})
print(len(Report([DataDriftPreset()]).run(table, table).dict()["metrics"]))
"""


def tracked() -> list[Path]:
    """The files of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_import_rule_holds() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


def test_a_web_process_loads_no_heavy_library(sqlite_template: Path, tmp_path: Path) -> None:
    place: Installation = sqlite_installation(sqlite_template, tmp_path)
    assert place.python("-c", SERVE).stdout.strip() == "[]"


def test_evidently_works_with_the_pandas_it_is_locked_with() -> None:
    done = subprocess.run([sys.executable, "-c", EVIDENTLY], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def locked(name: str) -> dict[str, str]:
    """The pins of a lock file."""
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\n]+)", text, re.MULTILINE))


def test_everything_asked_for_is_locked() -> None:
    for source in ("requirements.in", "requirements-dev.in"):
        wanted = re.findall(r"^([A-Za-z0-9][\w-]*)", (ROOT / source).read_text(), re.MULTILINE)
        pins = {name.lower().replace("_", "-") for name in locked(source.replace(".in", ".txt"))}
        assert [name for name in wanted if name.lower().replace("_", "-") not in pins] == []


def test_the_two_locks_agree() -> None:
    product, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name for name in product.keys() & development.keys() if product[name] != development[name]} == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_pins_everything_says_how_it_is_made_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "make lock" in text
    assert "index-url" not in text
    assert "find-links" not in text
    for line in text.splitlines():
        assert line.startswith(("#", " ")) or "==" in line, line


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    places = re.compile("|".join(rf"(?<![\w.]){re.escape(top)}/" for top in ("/work", "/farm", "/root", "/home/[a-z]")))
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in places.findall(text)]
    assert found == []


def test_every_source_file_ends_with_a_newline_and_has_no_tabs_for_indentation() -> None:
    for path in tracked():
        if path.suffix == ".py" and path.stat().st_size:
            text = path.read_text(encoding="utf-8")
            assert text.endswith("\n"), path
            assert "\n\t" not in text, path


def test_state_is_ignored() -> None:
    done = subprocess.run(["git", "check-ignore", "var/portal.sqlite3", ".venv/bin/python"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_the_map_names_every_package() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = {
        path.parent
        for top in ("mlops_portal", "assessments", "models_app")
        for path in ROOT.glob(f"{top}/*/__init__.py")
    }
    assert sorted(path.name for path in packages if f"{path.name}/" not in text and path.name != "migrations") == []
