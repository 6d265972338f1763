"""Make, tox, nox, hatch, npm, scripts …: each is followed by its own definition, to four hops and no further."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.ci.trees import effects, look, workflow

CI = ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("make -C sub test", {"sub/Makefile": "test:\n\tpytest\n"}),
        ("make", {"Makefile": "all: test\ntest:\n\t-@echo hi\n\tpytest\n"}),
        ("make test", {"Makefile": "include mk/*.mk\ninclude mk/test.mk\n", "mk/test.mk": "test:\n\tpytest\n"}),
        ("make test", {"Makefile": "test:\n\t$(MAKE) unit\nunit:\n\tpytest\n"}),
        ("tox", {"tox.ini": "[tox]\nenvlist = py{310,311}, lint\n[testenv]\ncommands =\n    pytest {posargs:tests}\n[testenv:lint]\ncommands = ruff check\n"}),  # noqa: E501 – a file in one line
        ("tox -e unit", {"tox.ini": "[testenv:unit]\ncommands = {[base]run}\n[base]\nrun = pytest\n"}),
        ("tox -e py311", {"pyproject.toml": "[tool.tox.env_run_base]\ncommands = [['pytest', 'tests']]\n"}),
        ("nox -s unit", {"noxfile.py": "import nox\n@nox.session(python=['3.11'])\ndef unit(session):\n    session.run('pytest', 'tests')\n"}),  # noqa: E501 – a file in one line
        ("hatch run unit", {"pyproject.toml": "[tool.hatch.envs.default.scripts]\nunit = 'pytest'\n"}),
        ("hatch run ci:unit", {"pyproject.toml": "[tool.hatch.envs.ci.scripts]\nunit = ['echo', 'pytest']\n"}),
        ("pdm run unit", {"pyproject.toml": "[tool.pdm.scripts]\nunit = {cmd = 'pytest'}\n"}),
        ("pdm run pytest", {"pyproject.toml": "[project]\nname = 'x'\n"}),
        ("poe check", {"pyproject.toml": "[tool.poe.tasks]\nunit = 'pytest'\ncheck = ['unit']\n"}),
        ("npm test", {"package.json": '{"scripts": {"test": "make test"}}', "Makefile": "test:\n\tpytest\n"}),
        ("just test", {"justfile": "test: build\n    uv run pytest\nbuild:\n    echo\n"}),
        ("mise run test", {"mise.toml": "[tasks.test]\nrun = 'pytest'\n"}),
        ("./ci/run.sh test", {"ci/run.sh": 'unit() {\n  pytest\n}\ncase "$1" in\n  test) unit ;;\n  *) exit 1 ;;\nesac\n'}),  # noqa: E501 – a file in one line
        ("bash run.sh unit", {"run.sh": 'unit() {\n  pytest\n}\n"$@"\n'}),
        ("bash ci/run.sh", {"ci/run.sh": 'cd "$(dirname "$0")/.."\nmake -f ci/Makefile\n', "ci/Makefile": "test:\n\tpytest\n"}),  # noqa: E501 – a file in one line
        ("anyscale jobs submit jobs/all.yaml --wait", {"jobs/all.yaml": "entrypoint: bash jobs/a.sh\n", "jobs/a.sh": "pytest\n"}),  # noqa: E501 – a file in one line
        ("source ci/env.sh", {"ci/env.sh": "pytest\n"}),
        ("python ci/all.py", {"ci/all.py": "import subprocess\nsubprocess.run(['pytest', 'tests'])\n"}),
        ("pre-commit run --all-files", {".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: t\n    entry: pytest\n"}),  # noqa: E501 – a file in one line
        ("docker compose run app", {"compose.yaml": "services:\n  app:\n    command: pytest\n"}),
        ("az ml job create -f job.yml", {"job.yml": "command: pytest tests\ncode: src\n"}),
    ],
)  # fmt: skip
def test_the_indirection_is_followed_to_its_tests(command: str, files: dict[str, str]) -> None:
    payload = look({CI: workflow(command), **files})
    assert effects(payload, "test"), payload["unresolved"]
    assert payload["unresolved"] == []


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("make test", "no Makefile"),
        ("make $GOAL", "no Makefile"),
        ("$RUN_TESTS", "is a variable"),
        ("./ci/test.sh", "is not in the repository"),
        ("tox", "no tox configuration"),
        ("make -C ../../etc test", "outside the repository"),
        ("./../../etc/passwd-test", "outside the repository"),
        ("npm test", "is not in the repository"),
    ],
)
def test_what_leads_nowhere_is_unresolved_with_its_place(command: str, why: str) -> None:
    (item,) = look({CI: workflow(command)})["unresolved"]
    assert why in item["why"]
    assert item["where"] == f"{CI}:6"
    assert "test" in item["may"]


def test_a_case_branch_for_another_argument_does_not_count() -> None:
    script = 'case "$1" in\n  test) pytest ;;\n  lint) ruff check ;;\nesac\n'
    assert effects(look({CI: workflow("./run.sh lint"), "run.sh": script}), "test") == []


def test_a_function_that_is_never_called_does_not_count() -> None:
    assert effects(look({CI: workflow("./run.sh"), "run.sh": "unit() {\n  pytest\n}\necho done\n"})) == []


def test_a_make_recipe_whose_failure_is_ignored_is_soft() -> None:
    (test,) = effects(look({CI: workflow("make test"), "Makefile": "test:\n\t-pytest\n"}), "test")
    assert test["soft"] == "make ignores the failure (-)"


def _chain(length: int) -> dict[str, str]:
    scripts = {f"s{i}.sh": f"./s{i + 1}.sh test\n" for i in range(1, length)}
    return {CI: workflow("./s1.sh test"), **scripts, f"s{length}.sh": "pytest\n"}


def test_four_hops_are_followed_and_a_fifth_is_unresolved() -> None:
    assert len(effects(look(_chain(4)), "test")) == 1
    payload = look(_chain(5))
    assert effects(payload) == []
    assert payload["unresolved"][0]["why"] == "more than 4 hops from the pipeline file"


def test_selecting_integration_tests_is_told_from_excluding_them() -> None:
    found = effects(look({CI: workflow("pytest -m integration", "pytest -m 'not integration'", "pytest tests/e2e")}))
    kinds = {effect["command"]: (effect["kind"], effect.get("excludes", "")) for effect in found}
    assert kinds["pytest -m integration"] == ("integration-test", "")
    assert kinds["pytest -m not integration"] == ("test", "integration")
    assert kinds["pytest tests/e2e"] == ("integration-test", "")


@pytest.mark.parametrize(
    ("command", "reference"),
    [
        ("mlflow models build-docker -m models:/flights@champion -n image", "models:/flights@champion"),
        ("mlflow deployments create -t sagemaker -m models:/flights/3 --name x", "models:/flights/3"),
        ("az ml model deploy --name x --model flights:3", "flights:3"),
        ("az ml online-deployment create -f deploy.yml", "azureml:flights:3"),
        ("kubectl apply -f k8s/", "models:/flights@champion"),
        ("docker build -t image ./model", ""),
    ],
)
def test_a_registry_reference_is_read_from_the_command_or_the_files_it_names(command: str, reference: str) -> None:
    files = {
        "deploy.yml": "name: blue\nmodel: azureml:flights:3\n",
        "k8s/app.yaml": "kind: InferenceService\nspec:\n  # models:/old/1\n  storageUri: models:/flights@champion\n",
    }
    found = effects(look({CI: workflow(command), **files}), "build", "deploy")
    assert {effect["registry"] for effect in found} == {reference}
