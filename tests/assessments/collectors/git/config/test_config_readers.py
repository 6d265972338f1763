"""Environment, infrastructure and routing are read by their parsers; names and mentions alone prove nothing."""

from __future__ import annotations

import pytest

from assessments.collectors.git.config import environment, infrastructure, routing
from tests.assessments.collectors.git.ci.trees import DictTree


def _environment(files: dict[str, str]) -> dict[str, object]:
    return environment.survey([(DictTree(files), "")])


def test_a_lock_file_counts_with_its_packages_and_an_empty_one_is_a_problem() -> None:
    found = _environment(
        {"uv.lock": "version = 1\n[[package]]\nname = 'a'\n[[package]]\nname = 'b'\n", "poetry.lock": ""}
    )
    assert found["locks"] == [{"path": "uv.lock", "tool": "uv", "packages": 2}]
    assert found["problems"] == [{"where": "poetry.lock", "text": "a lock file that locks nothing"}]


def test_requirements_are_judged_with_what_they_include_and_loose_lines_are_named() -> None:
    found = _environment(
        {
            "requirements.txt": "-r base.txt\n-r requirements.txt\nnumpy==1.26.4 \\\n    --hash=sha256:abc\n-e .\npandas>=2  # loose\n",  # noqa: E501 – a file in one line
            "base.txt": "scikit-learn[extra]==1.5.0 ; python_version > '3.8'\nmlflow\nx @ git+https://h/x@"
            + "a" * 40
            + "\n",
            "requirements-dev.txt": "pytest\n",
        }
    )
    assert found["exact_count"] == 3
    assert found["loose"] == [
        {"where": "base.txt:2", "text": "mlflow"},
        {"where": "requirements.txt:6", "text": "pandas>=2"},
    ]


@pytest.mark.parametrize(
    ("line", "exact"), [("a==1.*", 0), ("a~=1.0", 0), ("a===1.0", 1), ("a == 1.0+cpu", 1), ("./a", 0)]
)
def test_only_one_exact_version_is_a_pin(line: str, exact: int) -> None:
    assert _environment({"requirements.txt": f"{line}\nz==1\n"})["exact_count"] == exact + 1


def test_a_conda_environment_is_a_definition_and_its_pins_are_counted() -> None:
    text = "name: x\nchannels: [defaults]\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - mlflow==2.1\n  - pandas\n"
    found = _environment(
        {"environment.yml": text, "environment-k8s.yml": "apiVersion: v1\ndependencies: [a]\nname: x\n"}
    )
    assert [one["kind"] for one in found["definitions"]] == ["conda"]  # type: ignore[attr-defined]
    assert found["loose"] == [{"where": "environment.yml:8", "text": "pandas"}]


def test_a_dockerfile_says_whether_its_base_is_pinned_by_digest() -> None:
    text = f"FROM python:3.11@sha256:{'a' * 64} AS build\nFROM build\n"
    definitions = _environment({"Dockerfile": text})["definitions"]
    assert [definition["digest"] for definition in definitions] == [True]  # type: ignore[attr-defined]


def test_a_repository_without_dependencies_is_empty() -> None:
    assert _environment({"README.md": "pip install numpy==1\n"}) == {}


KUSTOMIZATION = "resources: [../../base]\n"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"infra/main.tf": 'resource "x" "y" {}\n', "infra/dev.tfvars": "", "infra/prod.tfvars": ""}, {"dev", "prod"}),
        ({"env/dev/main.tf": 'module "x" {}\n', "env/production/main.tf": 'module "x" {}\n'}, {"dev", "prod"}),
        (
            {"main.bicep": "resource x 'y' = {}\n", "main.dev.bicepparam": "", "main.prod.bicepparam": ""},
            {"dev", "prod"},
        ),
        (
            {"chart/Chart.yaml": "name: a\nversion: 1\n", "chart/values-qa.yaml": "", "chart/values-live.yaml": ""},
            {"qa", "live"},
        ),
        (
            {"k/overlays/a/kustomization.yaml": KUSTOMIZATION, "k/overlays/b/kustomization.yaml": KUSTOMIZATION},
            {"a", "b"},
        ),
        ({"Pulumi.yaml": "name: x\n", "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": ""}, {"dev", "prod"}),
        (
            {"databricks.yml": "bundle:\n  name: x\ntargets:\n  dev:\n    mode: development\n  prod: {}\n"},
            {"dev", "prod"},
        ),
    ],
)
def test_environments_are_found_by_each_tools_own_means(files: dict[str, str], names: set[str]) -> None:
    found = infrastructure.survey(DictTree(files))
    assert {one["name"] for one in found["environments"]} == names


@pytest.mark.parametrize(
    "files",
    [
        {"docker-compose.yml": "services:\n  a:\n    image: x\n"},
        {"main.tf": '# resource "x" "y"\n', "dev.tfvars": "", "prod.tfvars": ""},
        {"databricks.yml": "targets:\n  dev: {}\n  prod: {}\n"},
        {"tests/main.tf": 'resource "x" "y" {}\n'},
    ],
)
def test_what_is_no_working_definition_is_no_infrastructure(files: dict[str, str]) -> None:
    assert infrastructure.survey(DictTree(files)).get("tools", []) == []


def test_a_template_of_infrastructure_is_said_to_be_one() -> None:
    found = infrastructure.survey(DictTree({"template/{{.name}}/databricks.yml.tmpl": "bundle:\n"}))
    assert found["tools"] == []
    assert found["templates"] == ["template/{{.name}}/databricks.yml.tmpl"]


ISTIO = """
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
spec:
  http:
  - route:
    - destination: {host: a}
      weight: 90
    - destination: {host: b}
      weight: 10
"""


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("r.yaml", ISTIO, "split"),
        ("r.yaml", "kind: Rollout\napiVersion: argoproj.io/v1\nspec:\n  strategy:\n    canary:\n      steps:\n      - setWeight: 20\n", "canary"),  # noqa: E501 – a file in one line
        ("r.yaml", "kind: Rollout\napiVersion: argoproj.io/v1\nspec:\n  strategy:\n    blueGreen: {}\n", "blue-green"),
        ("r.yaml", "kind: InferenceService\napiVersion: serving.kserve.io/v1beta1\nspec:\n  predictor:\n    canaryTrafficPercent: 10\n", "canary"),  # noqa: E501 – a file in one line
        ("r.yaml", "kind: SeldonDeployment\napiVersion: machinelearning.seldon.io/v1\nspec:\n  predictors:\n  - shadow: true\n", "shadow"),  # noqa: E501 – a file in one line
        ("e.yml", "$schema: https://x/managedOnlineEndpoint.schema.json\ntraffic:\n  blue: 90\n  green: 10\n", "split"),
        ("s.tf", 'resource "aws_sagemaker_endpoint_configuration" "a" {\n  production_variants {\n  }\n  production_variants {\n  }\n}\n', "split"),  # noqa: E501 – a file in one line
        ("template.yaml", "Resources:\n  E:\n    Type: AWS::SageMaker::EndpointConfig\n    Properties:\n      ProductionVariants: [{a: 1}, {b: 2}]\n", "split"),  # noqa: E501 – a file in one line
    ],
)  # fmt: skip
def test_routing_is_parsed_from_each_platforms_definition(path: str, text: str, kind: str) -> None:
    assert [rule["kind"] for rule in routing.survey(DictTree({path: text}))["rules"]] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "# canaryTrafficPercent: 10\nkind: InferenceService\napiVersion: serving.kserve.io/v1\nspec: {}\n",
        "description: canary traffic weight shadow\n",
        "kind: VirtualService\napiVersion: networking.istio.io/v1\nspec:\n  http:\n  - route:\n    - weight: 100\n",
        "model:\n  weight: 3\n  traffic: 2\n",
    ],
)
def test_a_mention_of_routing_is_no_routing(text: str) -> None:
    assert routing.survey(DictTree({"a.yaml": text})) == {}


def test_a_helm_template_is_read_and_said_to_be_one() -> None:
    text = ISTIO.replace("90", "{{ .Values.weight.blue }}").replace("10\n", "{{ .Values.weight.green }}\n")
    text = "{{- if .Values.on }}\n" + text + "{{- end }}\n"
    (rule,) = routing.survey(DictTree({"chart/templates/canary.yaml": text}))["rules"]
    assert rule["template"] is True
    assert rule["tool"] == "Istio"


def test_a_broken_file_that_speaks_of_routing_is_reported() -> None:
    assert routing.survey(DictTree({"a.yaml": "canary: [\n"}))["problems"][0]["where"] == "a.yaml"
