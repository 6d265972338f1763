"""References to a registered model (name and version or alias), as opposed to a copied file."""

from __future__ import annotations

import re

_NAME = r"[\w.${}()\[\]/ -]*?[\w})]"
#: The address forms of model registries: MLflow, Azure ML (both CLIs), SageMaker, Vertex AI, Weights & Biases.
_REFERENCES = (
    re.compile(r"models:/(?!/)[\w.${}()% -]+(?:@[\w.${}()-]+|/[\w.${}()-]+)"),
    re.compile(r"azureml://registries/[\w${}()-]+/models/[\w.${}()-]+(?:/versions/[\w.${}()-]+|@latest|/labels/\w+)"),
    re.compile(r"azureml:[\w.-]+(?::\d[\w.]*|:\$\{?\{?[^\s}]+\}?\}?|@latest)(?![\w/])"),
    re.compile(r"arn:aws[\w-]*:sagemaker:[\w${}-]*:[\w${}-]*:model-package/[\w.${}-]+(?:/[\w.${}-]+)?"),
    re.compile(r"projects/[\w${}-]+/locations/[\w${}-]+/models/[\w${}@-]+"),
    re.compile(r"wandb-registry-[\w-]+/[\w.-]+:[\w.${}-]+"),
)
_OPTIONS = (
    (re.compile(r"^az ml model (?:deploy|package)\b"), re.compile(r"(?:--model|-m)[ =]['\"]?([^\s'\"]+:[^\s'\"]+)")),
    (re.compile(r"^az ml (?:online|batch)-deployment (?:create|update)\b"),
     re.compile(r"--set model=['\"]?(azureml:[^\s'\"]+)")),
    (re.compile(r"^gcloud ai endpoints deploy-model\b"), re.compile(r"--model[ =]['\"]?([^\s'\"]+)")),
    (re.compile(r"^aws sagemaker create-model\b"), re.compile(r"ModelPackageName[\"']?\s*[=:]\s*[\"']?([^\s\"',}]+)")),
)  # fmt: skip


def registry_reference(text: str) -> str:
    """The first registry reference in a text, "" for none. Bounded: only the first 20,000 characters are looked at."""
    for pattern in _REFERENCES:
        match = pattern.search(text[:20_000])
        if match:
            return match[0].strip()[:120]
    return ""


def commanded_reference(command: str) -> str:
    """The registered model a deploying command names, by address or by its own ``--model name:version`` option."""
    for program, option in _OPTIONS:
        match = option.search(command) if program.match(command) else None
        if match:
            return match[1][:120]
    return registry_reference(command)
