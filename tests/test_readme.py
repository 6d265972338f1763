"""The README holds: its commands run, its examples are valid, what it names exists."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from assessments.collectors.answers import read_answers
from assessments.collectors.pushed import parse_pushed
from mlops_portal.kernel import clock
from mlops_portal.portal.demo.people import PASSWORD, PEOPLE
from mlops_portal.portal.demo.portfolio import PROJECTS
from tests.installation import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands(start: str) -> list[str]:
    """The commands in console blocks that begin so."""
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    return [line for line in lines if line.startswith(start)]


#: What an address on example.org would answer is nobody's business.
RUNNABLE = [command for command in commands("python manage.py assess") if "example.org" not in command]


def test_there_are_examples_to_try() -> None:
    assert len(RUNNABLE) >= 4
    assert [commands("make run"), commands("make test")] == [["make run"], ["make test"]]


@pytest.mark.parametrize("command", RUNNABLE)
def test_an_example_of_assess_runs(command: str, tmp_path: Path) -> None:
    known = {"python": sys.executable, "manage.py": str(ROOT / "manage.py"), ".": str(ROOT)}
    words = [known.get(word, word) for word in shlex.split(command)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if "scorecard.json" in words:
        assert json.loads((tmp_path / "scorecard.json").read_text())["framework"]["id"] == "azure-mlops"


def test_examples_that_need_a_network_are_understood_too() -> None:
    from assessments.management.commands.assess import Command

    for command in commands("python manage.py assess"):
        Command().create_parser("manage.py", "assess").parse_args(shlex.split(command)[3:])


def test_every_target_of_make_that_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z-]+)", README)) <= targets


def test_every_file_it_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_setting_is_in_its_table() -> None:
    sources = [path.read_text() for path in (ROOT / "mlops_portal" / "settings").glob("*.py")]
    read = {name for text in sources for name in re.findall(r'environment\.(?:text|flag|words)\(\s*"([A-Z_]+)"', text)}
    assert read
    assert sorted(name for name in read if f"`{name}`" not in README) == []


def test_its_answers_file_is_valid() -> None:
    (example,) = blocks("yaml")
    assert read_answers(example, "mlops.yaml")["errors"] == []


def test_its_push_is_taken() -> None:
    (example,) = [block for block in blocks("sh") if "curl" in block]
    words = shlex.split(example.replace("\\\n", " "))
    document = json.loads(words[words.index("--data") + 1])
    pushed = parse_pushed(document, now=clock.now(), project="flights")
    assert pushed.topic == "pushed.ci"


def test_what_it_has_ci_run_the_client_understands() -> None:
    from mlops_portal.client import parser

    steps = [yaml.safe_load(block) for block in blocks("yml")]
    assert len(steps) == 2
    lines = [line.strip().removeprefix("- ") for block in blocks("yml") for line in block.splitlines()]
    run = [re.sub(r"\$\{\{.*\}\}", "passed", line) for line in lines if re.match(r"python3? client\.py", line)]
    said = [*run, *commands("python client.py")]
    assert len(said) == 6
    for command in said:
        assert parser().parse_args(shlex.split(command)[2:]).command in ("push", "assert")


def test_it_names_the_demos_people_and_projects() -> None:
    assert all(f"`{person.username}`" in README for person in PEOPLE)
    assert f"`{PASSWORD}`" in README
    assert all(f"| {project.name} |" in README for project in PROJECTS)


def test_the_default_ports_are_the_makefiles() -> None:
    assert "http://127.0.0.1:8000" in README
    assert re.search(r"^PORT \?= 8000$", (ROOT / "Makefile").read_text(), re.MULTILINE)
