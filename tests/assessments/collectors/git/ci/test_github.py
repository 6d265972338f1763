"""GitHub Actions are followed to the commands they run, and what only looks like a test is seen through."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.ci.trees import effects, look, workflow

CI = ".github/workflows/ci.yml"


def test_tests_behind_a_composite_action_and_a_makefile_are_found_with_the_way_there() -> None:
    payload = look(
        {
            CI: """
            on:
              push:
                branches: [main]
              pull_request:
            jobs:
              quality:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - uses: ./.github/actions/verify
                    with:
                      goal: check
            """,
            ".github/actions/verify/action.yml": """
            inputs:
              goal:
                default: lint
            runs:
              using: composite
              steps:
                - shell: bash
                  run: |
                    pip install -r requirements.txt
                    make ${{ inputs.goal }}
            """,
            "Makefile": "PYTEST ?= python -m pytest\n\ncheck: lint unit\n\n"
            "lint:\n\truff check .\n\nunit:\n\t@$(PYTEST) tests/unit -q\n",
        }
    )
    (test,) = effects(payload, "test")
    assert test["where"] == "Makefile:9"
    assert test["via"] == [f"{CI}:10", ".github/actions/verify/action.yml:10"]
    assert test["target"] == ["tests/unit"]
    assert test["triggers"] == ["pull_request", "push"]
    assert test["default_branch"] is True
    assert payload["unresolved"] == []


@pytest.mark.parametrize(
    "command",
    [
        "pytest",
        "python -m pytest tests",
        "python3.11 -m unittest discover -s tests",
        "uv run --frozen pytest -x",
        "poetry run coverage run -m pytest",
        "docker run --rm -v .:/app image pytest tests",
        "FOO=1 timeout 60 pytest -n auto",
        "bash -c 'cd sub && pytest'",
        "cd tests && pytest .",
        "python manage.py test",
    ],
)
def test_a_command_that_runs_tests_counts(command: str) -> None:
    assert len(effects(look({CI: workflow(command)}), "test")) == 1


@pytest.mark.parametrize(
    "command",
    [
        "echo pytest",
        "pytest --version",
        "pip install pytest",
        "'# pytest'",
        "pytest --collect-only",
        "grep pytest setup.py",
        "if false; then pytest; fi",
        "python -c 'import pytest'",
    ],
)
def test_a_command_that_only_mentions_tests_does_not_count(command: str) -> None:
    payload = look({CI: workflow(command)})
    assert effects(payload) == []
    assert payload["unresolved"] == []


def test_a_step_named_run_tests_that_only_echoes_does_not_count() -> None:
    payload = look(
        {CI: "on: push\njobs:\n  tests:\n    steps:\n      - name: Run tests\n        run: echo All tests passed\n"}
    )
    assert effects(payload) == []
    assert payload["pipeline_count"] == 1


@pytest.mark.parametrize("condition", ["false", "${{ false }}", "failure()", "github.event_name == 'schedule'"])
def test_a_job_that_can_never_run_does_not_count(condition: str) -> None:
    assert effects(look({CI: workflow("pytest", extra=f"    if: {condition}\n")})) == []


def test_a_job_that_needs_one_that_never_runs_does_not_count() -> None:
    jobs = "jobs:\n  a:\n    if: false\n    steps: []\n  b:\n    needs: a\n    steps:\n      - run: pytest\n"
    assert effects(look({CI: f"on: push\n{jobs}"})) == []


def test_a_condition_on_the_branch_leaves_the_default_branch_only() -> None:
    payload = look(
        {CI: workflow("docker push x", on="[push, pull_request]", extra="    if: github.ref == 'refs/heads/main'\n")}
    )
    (push,) = effects(payload, "publish")
    assert push["triggers"] == ["push"]
    assert push["default_branch"] is True


@pytest.mark.parametrize(
    ("text", "soft"),
    [
        (workflow("pytest || true"), "|| true"),
        (workflow("pytest", extra="    continue-on-error: true\n"), "continue-on-error: true"),
        (
            "on: push\njobs:\n  a:\n    steps:\n      - run: pytest\n        continue-on-error: true\n",
            "continue-on-error: true",
        ),
    ],
)
def test_an_ignored_failure_is_said(text: str, soft: str) -> None:
    assert [effect["soft"] for effect in effects(look({CI: text}), "test")] == [soft]


def test_a_workflow_started_by_hand_is_manual() -> None:
    (test,) = effects(look({CI: workflow("pytest", on="workflow_dispatch")}))
    assert test["triggers"] == ["manual"]


def test_a_reusable_workflow_of_the_repository_is_followed_and_of_another_is_not() -> None:
    call = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/reuse.yml\n    with:\n      folder: tests/api\n"
    call += "  b:\n    uses: org/shared/.github/workflows/test.yml@main\n"
    reused = "on:\n  workflow_call:\n    inputs:\n      folder:\n        type: string\n"
    reused += "jobs:\n  t:\n    steps:\n      - run: pytest ${{ inputs.folder }}\n"
    payload = look({CI: call, ".github/workflows/reuse.yml": reused})
    (test,) = effects(payload, "test")
    assert test["target"] == ["tests/api"]
    assert test["via"] == [f"{CI}:4"]
    (item,) = payload["unresolved"]
    assert item["where"] == f"{CI}:8"
    assert item["may"] == ["release", "test"]


def test_a_matrix_is_put_into_the_command() -> None:
    matrix = "    strategy:\n      matrix:\n        folder: [tests/a, tests/b]\n"
    found = effects(look({CI: workflow("pytest ${{ matrix.folder }}", extra=matrix)}), "test")
    assert sorted(effect["target"][0] for effect in found) == ["tests/a", "tests/b"]


def test_an_unknown_action_is_unresolved_and_a_known_harmless_one_is_not() -> None:
    steps = (
        "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/setup-python@v5\n      - uses: acme/run-tests@v1\n"
    )
    (item,) = look({CI: steps})["unresolved"]
    assert item["what"] == "acme/run-tests@v1"
    assert item["may"] == ["test"]


def test_a_pushed_image_is_built_and_published() -> None:
    steps = "on:\n  push:\n    tags: ['v*']\njobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n"
    steps += "        with:\n          push: true\n"
    found = effects(look({CI: steps}))
    assert [(effect["kind"], effect["triggers"]) for effect in found] == [("build", ["tag"]), ("publish", ["tag"])]


def test_a_dockerfile_whose_build_runs_tests_counts() -> None:
    files = {
        CI: workflow("docker build -f docker/Dockerfile ."),
        "docker/Dockerfile": "FROM python\nRUN pip install . && \\\n    pytest tests\n",
    }
    (test,) = effects(look(files), "test")
    assert test["via"] == [f"{CI}:6"]


def test_only_the_roots_workflows_are_run_by_github() -> None:
    assert look({f"templates/{CI}": workflow("pytest")}) == {}


def test_a_sub_path_gets_only_the_runs_that_concern_it() -> None:
    files = {CI: workflow("pytest projects/a/tests", "pytest projects/b")}
    (test,) = effects(look(files, "projects/a"), "test")
    assert test["target"] == ["tests"]
