"""What CI files may do to a reader: bombs, cycles, escapes, masses. Bounded, reported, never fatal."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.collectors.git.ci.documents import Unreadable, document
from assessments.collectors.git.ci.shell import commands
from tests.assessments.collectors.git.ci.trees import effects, look, workflow

CI = ".github/workflows/ci.yml"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("on: [push\njobs: {", "line"),
        (BOMB, "more than"),
        ("[" * 5_000, "nested deeper"),
        ("a: &a [*a]\n", "no finished anchor"),
        ("x: " + "y" * 600_000, "larger than"),
        ("a: b: c", "line"),
    ],
)
def test_a_file_that_is_not_readable_yaml_is_reported_and_unknown(text: str, why: str) -> None:
    payload = look({CI: text, ".github/workflows/ok.yml": workflow("pytest")})
    assert why in payload["problems"][0]["text"]
    assert payload["unresolved"][0]["what"] == CI
    assert len(effects(payload, "test")) == 1


def test_makefile_and_template_cycles_end() -> None:
    payload = look(
        {
            CI: workflow("make a"),
            "Makefile": "a: b\n\t$(MAKE) a\n\tpytest\nb: a\n\t$(MAKE) b\nX = $(X)$(X)\n",
            "azure-pipelines.yml": "trigger: [main]\nsteps:\n- template: t.yml\n",
            "t.yml": "steps:\n- template: azure-pipelines.yml\n- template: t.yml\n- script: pytest\n",
            ".gitlab-ci.yml": "include: ci.yml\na:\n  extends: b\n  script: ['pytest']\nb:\n  extends: a\n",
            "ci.yml": "include: .gitlab-ci.yml\n",
        }
    )
    assert {effect["where"] for effect in effects(payload, "test")} >= {"Makefile:3", "t.yml:4"}


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "~/secret.sh"])
def test_a_path_out_of_the_repository_is_never_read(path: str) -> None:
    payload = look({CI: workflow(f"bash {path}", f"make -f {path} test"), "etc/passwd": "pytest\n"})
    assert effects(payload) == []


def test_a_shell_bomb_of_functions_and_a_fan_of_scripts_are_cut() -> None:
    doubling = "".join(f"f{i}() {{\n f{i + 1}\n f{i + 1}\n}}\n" for i in range(40)) + "f40() {\n pytest\n}\nf0\n"
    fan = {f"s{i}.sh": "\n".join(f"./s{j}.sh test" for j in range(30)) for i in range(30)}
    started = time.perf_counter()
    payload = look({CI: workflow("./bomb.sh", "./s0.sh test"), "bomb.sh": doubling, **fan})
    assert time.perf_counter() - started < 5
    assert payload["unresolved_count"] > 0


def test_ten_thousand_workflows_are_bounded_and_the_rest_is_reported() -> None:
    files = {f".github/workflows/w{i:05}.yml": workflow(f"pytest tests/t{i}") for i in range(10_000)}
    started = time.perf_counter()
    payload = look(files)
    assert time.perf_counter() - started < 5
    assert len(json.dumps(payload)) < 12_000
    assert any("9800 further" in problem["text"] for problem in payload["problems"])
    assert payload["unresolved_count"] >= 1


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab\n\t :-[]{}&*!|>'\"$()#;\\,@%?<=", max_size=120))
def test_no_text_breaks_a_reader(text: str) -> None:
    names = (CI, ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile", "Makefile", "tox.ini", "run.sh", "justfile")
    files = dict.fromkeys(names, text) | {".github/workflows/x.yml": workflow("make", "tox", "./run.sh a", "just")}
    assert json.dumps(look(files))


@given(st.text(max_size=200))
def test_shell_words_keep_the_order_of_lines(text: str) -> None:
    lines = [command.line for command in commands(text) if command.argv not in (("(",), (")",))]
    assert lines == sorted(lines) or "()" in text.replace(" ", "")


@given(st.text(alphabet="a:- \n[]{},&*", max_size=60))
def test_a_document_is_a_value_or_unreadable(text: str) -> None:
    try:
        document(text)
    except Unreadable as error:
        assert str(error)  # noqa: PT017 – either outcome is right, but never a silent or another error


def test_secrets_written_into_ci_are_not_recorded() -> None:
    steps = "      - uses: acme/deploy@v1\n        with:\n          password: hunter2\n"
    payload = look({CI: workflow("docker push --password hunter2 https://bob:hunter2@host/x") + steps})
    assert effects(payload, "publish")
    assert "hunter2" not in json.dumps(payload)


@pytest.mark.parametrize(
    "files",
    [
        {"Jenkinsfile": "{\n" * 99_000},
        {"Jenkinsfile": "stage{when{" * 17_000},
        {"Jenkinsfile": "sh 'x'\n" * 25_000},
        {CI: workflow("make a"), "Makefile": "A=$(A)$(A)$(B)\nB=$(A)$(A)\na: $(A) $(B)\n\techo $(A)\n" * 1_000},
        {CI: workflow("tox"), "tox.ini": "[tox]\nenvlist=" + "{" * 100_000},
        {CI: workflow("./a.sh"), "a.sh": "$(" * 90_000},
    ],
)
def test_text_built_to_take_forever_takes_a_moment(files: dict[str, str]) -> None:
    started = time.perf_counter()
    look(files)
    assert time.perf_counter() - started < 5
