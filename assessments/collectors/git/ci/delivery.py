"""Commands, actions and tasks that build, publish, deploy, train or lint: tables of the tools' own words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assessments.collectors.git.ci.wrappers import Argv, base, positionals

BUILD, PUBLISH, DEPLOY, PROVISION, TRAIN, LINT = "build", "publish", "deploy", "provision", "train", "lint"
Kinds = tuple[str, ...]

#: First words of a command (options left out) → what it does. A tool that builds and releases in one gives both.
_TABLE: dict[str, Kinds] = {
    "docker build": (BUILD,), "docker buildx build": (BUILD,), "docker buildx bake": (BUILD,),
    "docker image build": (BUILD,), "podman build": (BUILD,), "buildah bud": (BUILD,), "buildah build": (BUILD,),
    "docker compose build": (BUILD,), "docker-compose build": (BUILD,), "pack build": (BUILD,),
    "nerdctl build": (BUILD,),
    "python -m build": (BUILD,), "uv build": (BUILD,), "poetry build": (BUILD,), "hatch build": (BUILD,),
    "flit build": (BUILD,), "pdm build": (BUILD,), "rye build": (BUILD,), "maturin build": (BUILD,),
    "bentoml build": (BUILD,), "bentoml containerize": (BUILD,), "mlflow models build-docker": (BUILD,),
    "mlflow models generate-dockerfile": (BUILD,), "az ml model package": (BUILD, PUBLISH), "seldon build": (BUILD,),
    "az acr build": (BUILD, PUBLISH), "gcloud builds submit": (BUILD, PUBLISH), "executor": (BUILD, PUBLISH),
    "mlflow sagemaker build-and-push-container": (BUILD, PUBLISH), "sam build": (BUILD,), "s2i build": (BUILD,),
    "docker push": (PUBLISH,), "docker image push": (PUBLISH,), "podman push": (PUBLISH,), "buildah push": (PUBLISH,),
    "docker compose push": (PUBLISH,), "docker-compose push": (PUBLISH,), "skopeo copy": (PUBLISH,),
    "crane push": (PUBLISH,), "twine upload": (PUBLISH,), "python -m twine upload": (PUBLISH,),
    "uv publish": (PUBLISH,),
    "poetry publish": (PUBLISH,), "pdm publish": (BUILD, PUBLISH), "hatch publish": (PUBLISH,),
    "flit publish": (BUILD, PUBLISH), "rye publish": (PUBLISH,), "maturin publish": (BUILD, PUBLISH),
    "helm push": (PUBLISH,), "gh release create": (PUBLISH,), "goreleaser release": (BUILD, PUBLISH),
    "npm publish": (PUBLISH,), "semantic-release publish": (PUBLISH,), "anaconda upload": (PUBLISH,),
    "bentoml push": (PUBLISH,), "cargo publish": (BUILD, PUBLISH),
    "kubectl apply": (DEPLOY,), "kubectl set image": (DEPLOY,), "kubectl replace": (DEPLOY,),
    "kubectl create": (DEPLOY,),
    "kubectl patch": (DEPLOY,), "kubectl rollout restart": (DEPLOY,), "oc apply": (DEPLOY,),
    "helm upgrade": (DEPLOY,), "helm install": (DEPLOY,), "helmfile apply": (DEPLOY,), "helmfile sync": (DEPLOY,),
    "skaffold run": (BUILD, PUBLISH, DEPLOY), "skaffold deploy": (DEPLOY,), "docker stack deploy": (DEPLOY,),
    "sam deploy": (DEPLOY,), "serverless deploy": (BUILD, DEPLOY), "sls deploy": (BUILD, DEPLOY),
    "zappa update": (BUILD, DEPLOY),
    "zappa deploy": (BUILD, DEPLOY), "chalice deploy": (BUILD, DEPLOY), "gcloud run deploy": (DEPLOY,),
    "gcloud app deploy": (BUILD, DEPLOY), "gcloud functions deploy": (BUILD, DEPLOY),
    "gcloud ai endpoints deploy-model": (DEPLOY,), "gcloud run services update": (DEPLOY,),
    "gcloud deploy releases create": (DEPLOY,), "az webapp up": (BUILD, DEPLOY), "az webapp deploy": (DEPLOY,),
    "az webapp create": (DEPLOY,), "az webapp config container set": (DEPLOY,), "az functionapp deploy": (DEPLOY,),
    "az containerapp update": (DEPLOY,), "az containerapp up": (BUILD, DEPLOY), "az containerapp create": (DEPLOY,),
    "az container create": (DEPLOY,), "az ml model deploy": (DEPLOY,), "az ml service update": (DEPLOY,),
    "az ml online-deployment create": (DEPLOY,), "az ml online-deployment update": (DEPLOY,),
    "az ml batch-deployment create": (DEPLOY,), "az ml batch-deployment update": (DEPLOY,),
    "az ml online-endpoint update": (DEPLOY,), "azd up": (BUILD, DEPLOY), "azd deploy": (BUILD, DEPLOY),
    "aws ecs update-service": (DEPLOY,), "aws lambda update-function-code": (DEPLOY,),
    "aws lambda update-function-configuration": (DEPLOY,),
    "aws sagemaker create-endpoint": (DEPLOY,), "aws sagemaker update-endpoint": (DEPLOY,),
    "aws sagemaker create-model": (DEPLOY,), "aws apprunner start-deployment": (DEPLOY,), "eb deploy": (DEPLOY,),
    "aws deploy create-deployment": (DEPLOY,), "copilot deploy": (BUILD, DEPLOY), "copilot svc deploy": (BUILD, DEPLOY),
    "mlflow deployments create": (DEPLOY,), "mlflow deployments update": (DEPLOY,),
    "mlflow sagemaker deploy": (DEPLOY,),
    "mlflow models serve": (DEPLOY,), "databricks bundle deploy": (BUILD, DEPLOY), "dbx deploy": (BUILD, DEPLOY),
    "anyscale service rollout": (DEPLOY,), "anyscale service deploy": (DEPLOY,),
    "prefect deploy": (DEPLOY,), "prefect deployment apply": (DEPLOY,), "bentoml deploy": (DEPLOY,),
    "bentoml deployment create": (DEPLOY,), "modal deploy": (BUILD, DEPLOY), "truss push": (BUILD, DEPLOY),
    "fly deploy": (BUILD, DEPLOY), "flyctl deploy": (BUILD, DEPLOY), "heroku container:push": (BUILD, PUBLISH),
    "heroku container:release": (DEPLOY,), "git push heroku": (BUILD, DEPLOY), "railway up": (BUILD, DEPLOY),
    "cf push": (DEPLOY,), "argocd app sync": (DEPLOY,), "argocd app set": (DEPLOY,), "cdk deploy": (BUILD, DEPLOY),
    "terraform apply": (PROVISION,), "tofu apply": (PROVISION,), "terragrunt apply": (PROVISION,),
    "pulumi up": (PROVISION,),
    "az deployment group create": (PROVISION,), "az deployment sub create": (PROVISION,),
    "aws cloudformation deploy": (PROVISION,), "ansible-playbook": (PROVISION,),
    "dvc repro": (TRAIN,), "dvc exp run": (TRAIN,), "mlflow run": (TRAIN,), "az ml job create": (TRAIN,),
    "kedro run": (TRAIN,), "aws sagemaker create-training-job": (TRAIN,),
    "aws sagemaker start-pipeline-execution": (TRAIN,),
    "gcloud ai custom-jobs create": (TRAIN,), "databricks bundle run": (TRAIN,), "databricks jobs run-now": (TRAIN,),
    "python-sdk-deploy": (DEPLOY,), "python-sdk-train": (TRAIN,),
    "ruff check": (LINT,), "ruff format": (LINT,), "flake8": (LINT,), "pylint": (LINT,), "mypy": (LINT,),
    "black": (LINT,),
    "isort": (LINT,), "pyright": (LINT,), "bandit": (LINT,), "python -m flake8": (LINT,), "python -m mypy": (LINT,),
}  # fmt: skip
_LONGEST = 5
#: Options of these programs that take the next word as their value, so that it is not read as a sub-command.
_VALUED: dict[str, frozenset[str]] = {
    "kubectl": frozenset({"-n", "--namespace", "--context", "--kubeconfig", "--cluster", "-l", "--selector"}),
    "helm": frozenset({"-n", "--namespace", "--kube-context", "--kubeconfig"}),
    "docker": frozenset({"--context", "-H", "--host", "-c", "--config", "-l", "--log-level", "-f", "--file", "-p"}),
    "docker-compose": frozenset({"-f", "--file", "-p", "--project-name", "--profile", "--env-file"}),
    "gcloud": frozenset({"--project", "--region", "--account"}), "aws": frozenset({"--profile", "--region",
    "--output"}),
    "az": frozenset({"--subscription", "-o", "--output", "-g", "--resource-group"}),
    "databricks": frozenset({"-t", "--target", "-p", "--profile"}),
}  # fmt: skip
_IDLE = frozenset({"--help", "-h", "--version", "--dry-run", "--dry-run=client", "--dry-run=server", "--check"})


def command_kinds(argv: Argv) -> Kinds:
    """What a command (wrappers taken off) does; () when it is none of these or only rehearses."""
    program = base(argv[0])
    if _IDLE & set(argv) and program not in ("ruff", "black", "isort"):
        return ()
    words = [program, *([] if program == "python" else positionals(argv[1:], _VALUED.get(program, frozenset())))]
    words = [program, *argv[1:]] if program == "python" else words
    for length in range(min(_LONGEST, len(words)), 0, -1):
        kinds = _TABLE.get(" ".join(words[:length]))
        if kinds:
            return _pushed(argv, kinds)
    return ()


def _pushed(argv: Argv, kinds: Kinds) -> Kinds:
    pushes = kinds == (BUILD,) and any(
        re.match(r"--push$|--push=true|--publish$|.*type=registry", word) for word in argv
    )
    return (*kinds, PUBLISH) if pushes else kinds


#: GitHub actions and Azure tasks (lower case, no version) → what they do by being used.
_USES: dict[str, Kinds] = {
    "pypa/gh-action-pypi-publish": (PUBLISH,), "softprops/action-gh-release": (PUBLISH,),
    "actions/create-release": (PUBLISH,),
    "ncipollo/release-action": (PUBLISH,), "goreleaser/goreleaser-action": (BUILD, PUBLISH),
    "jrubics/poetry-publish": (BUILD, PUBLISH), "docker/bake-action": (BUILD,),
    "redhat-actions/buildah-build": (BUILD,),
    "redhat-actions/push-to-registry": (PUBLISH,), "elgohr/publish-docker-github-action": (BUILD, PUBLISH),
    "pypa/cibuildwheel": (BUILD,), "hynek/build-and-inspect-python-package": (BUILD,),
    "azure/webapps-deploy": (DEPLOY,), "azure/functions-action": (DEPLOY,), "azure/k8s-deploy": (DEPLOY,),
    "azure/aci-deploy": (DEPLOY,), "azure/container-apps-deploy-action": (DEPLOY,), "azure/aml-deploy": (DEPLOY,),
    "azure/arm-deploy": (PROVISION,), "azure/bicep-deploy": (PROVISION,), "azure/aml-run": (TRAIN,),
    "aws-actions/amazon-ecs-deploy-task-definition": (DEPLOY,),
    "aws-actions/aws-cloudformation-github-deploy": (PROVISION,),
    "google-github-actions/deploy-cloudrun": (DEPLOY,), "google-github-actions/deploy-appengine": (BUILD, DEPLOY),
    "google-github-actions/deploy-cloud-functions": (BUILD, DEPLOY), "akhileshns/heroku-deploy": (BUILD, DEPLOY),
    "einaregilsson/beanstalk-deploy": (DEPLOY,), "digitalocean/app_action": (DEPLOY,),
    "azurewebapp": (DEPLOY,), "azurewebappcontainer": (DEPLOY,), "azurermwebappdeployment": (DEPLOY,),
    "azurefunctionapp": (DEPLOY,), "azurefunctionappcontainer": (DEPLOY,), "azurecontainerapps": (DEPLOY,),
    "kubernetesmanifest": (DEPLOY,), "twineauthenticate": (), "azureresourcemanagertemplatedeployment": (PROVISION,),
    "azureresourcegroupdeployment": (PROVISION,),
    "ms-air-aiagility.vss-services-azureml.azureml-restapi-task.mlpublishedpipelinerestapitask": (TRAIN,),
    "ms-air-aiagility.vss-services-azureml.azureml-model-deploy-task.amlmodeldeploy": (DEPLOY,),
}  # fmt: skip
_COMMANDED = frozenset(
    [
        "helmdeploy",
        "kubernetes",
        "terraformtaskv1",
        "terraformtaskv2",
        "terraformtaskv3",
        "terraformtaskv4",
        "terraformtask",
        "terraformcli",
        "dockercompose",
    ]
)
_DOCKER = frozenset({"docker/build-push-action", "docker"})
#: Owners and names of actions that prepare, check out, log in, cache or report: they run no tests and release nothing.
_HARMLESS = re.compile(
    r"^(?:actions|github|ossf|snyk|aquasecurity|trufflesecurity|gitleaks|sonarsource|codecov|dependabot|renovatebot"
    r"|conda-incubator|mamba-org|astral-sh|hashicorp|slackapi|8398a7|peter-evans|iterative|jdx|extractions|pnpm)/"
    r"|setup|checkout|login|auth|credential|cache|artifact|install|lint|label|stale|comment|notify|slack|codeql|scan"
    r"|pages|changelog|pull-?request|dependabot|badge|coverage|codecov|cla|free-disk|maximize|concurrency|cancel|path[s-]"
    r"|changed-files|debug|tmate|metadata|qemu|configure|version|publishtest|publishcode|usepython|download|publish(build|pipeline)"
    r"|copyfiles|deletefiles|archive|extract|keyvault|condaenvironment|helminstaller|kubectlinstaller|delay|powershellonly"
    r"|spell|typos|markdown|links?-check|add-and-commit|auto-commit|git-push|ruff|black|flake8|pylint|mypy|bandit|sonar"
    r"|create-github-app|toolcache|python-version|miniconda|micromamba|secret|ssh-?agent|wait|merge|approve|welcome"
)


def used_kinds(name: str, inputs: Iterable[tuple[str, str]]) -> Kinds:
    """What an action or task does by being used with these inputs (names in lower case)."""
    given = dict(inputs)
    bare = bare_name(name)
    if bare in _DOCKER:
        return _docker(bare, given)
    if is_commanded(name):
        return _commanded(bare, given)
    return _USES.get(bare, ())


def is_commanded(name: str) -> bool:
    """Whether a task does what its ``command`` input says; then we know it by that."""
    return bare_name(name).rpartition(".")[2] in _COMMANDED


def bare_name(name: str) -> str:
    """``Docker@2`` and ``docker/login-action@v3`` without version, in lower case."""
    return name.split("@", maxsplit=1)[0].strip().lower()


def _docker(name: str, given: dict[str, str]) -> Kinds:
    if name == "docker":
        command = given.get("command", "buildandpush").lower()
        return {"build": (BUILD,), "push": (PUBLISH,), "buildandpush": (BUILD, PUBLISH)}.get(command, ())
    output = given.get("outputs", "")
    pushed = given.get("push", "false").lower() != "false" or ("type=registry" in output or "push=true" in output)
    return (BUILD, PUBLISH) if pushed else (BUILD,)


def _commanded(name: str, given: dict[str, str]) -> Kinds:
    command = given.get("command", given.get("action", "")).lower()
    if "terraform" in name:
        return (PROVISION,) if command == "apply" else ()
    if name == "dockercompose":
        return (BUILD,) if "build" in command else ()
    return (DEPLOY,) if command in ("apply", "upgrade", "install", "set", "create") or "{{" in command else ()


def is_harmless(name: str) -> bool:
    """Whether an action or task of this name is known to neither test nor release."""
    bare = bare_name(name)
    return bare in _USES or bare in _DOCKER or bool(_HARMLESS.search(bare))
