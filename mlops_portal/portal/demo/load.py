"""Loading the demo, step by step. Every step looks whether its work is done: a killed load goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from assessments.lifecycle.collect import collect_project
from assessments.lifecycle.push import push_evidence
from assessments.models import EvidenceRecord
from mlops_portal.accounts.actors import actor_from_command
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.portal.demo.people import PEOPLE, make_people
from mlops_portal.portal.demo.people_at_work import work
from mlops_portal.portal.demo.portfolio import PROJECTS, register
from mlops_portal.portal.demo.progress import Progress
from mlops_portal.portal.demo.repositories import head, make_repository
from mlops_portal.portal.demo.tracking import has_alias, tracking_server
from mlops_portal.portal.demo.workshop import DemoFailed, run_python, tests_pass
from mlops_portal.projects.actions import issue_token
from mlops_portal.projects.actors import actor_from_token
from mlops_portal.projects.models import Project

__all__ = ["STEPS", "DemoFailed", "is_loaded", "load_demo"]

STEPS = 10
#: The projects whose continuous integration "runs" here: their tests are really run, the true result is pushed.
WITH_CI = ("flights", "wine-cultivars")
#: The name of the project token with which they push.
CI_TOKEN = "CI"  # noqa: S105 – the name that is shown, not the secret


@dataclass(frozen=True, slots=True)
class Training:
    """A Python command of a repository that trains its model and registers it as ``model@champion``."""

    slug: str
    name: str
    what: str
    model: str
    command: tuple[str, ...]


TRAININGS = (
    Training(
        "flights",
        "first-release",
        "Training flights: the first release, on 8,000 of the 26,398 arrivals of January 2013",
        "flights-arrival-delay",
        ("-m", "flights.train", "--alpha", "10", "--promote"),
    ),
    Training(
        "flights",
        "challengers",
        "Training flights again: two challengers against the champion",
        "flights-arrival-delay",
        ("-m", "flights.train", "--alpha", "0.1", "1", "--promote"),
    ),
    Training(
        "breast-cancer-screening",
        "two-models",
        "Training breast cancer screening: two models on 398 biopsies",
        "breast-cancer-screening",
        ("-m", "screening.train", "--register"),
    ),
)


def is_loaded() -> bool:
    """Whether the demo was loaded completely into this database."""
    return _note("loaded").exists() and User.objects.filter(username=PEOPLE[0].username).exists()


def load_demo(progress: Progress) -> None:
    """Everything that is missing of the demo. Raises DemoFailed with what went wrong."""
    actor = actor_from_command("demo")
    _note("loaded").unlink(missing_ok=True)
    with progress.step(f"Making {len(PEOPLE)} people"):
        make_people()
    with progress.step(f"Writing {len(PROJECTS)} git repositories"):
        repositories = _repositories()
    with progress.step(f"Registering {len(PROJECTS)} projects"):
        projects = {item.slug: register(item, repositories[item.slug], actor=actor) for item in PROJECTS}
    _train_and_score(projects, repositories, actor, progress)
    with progress.step(f"Running the tests of {' and '.join(WITH_CI)}, as their CI would"):
        _run_ci(projects, repositories, actor)
    with progress.step("Assessing, reviewing and planning, as Alice, Bob and Dana would"):
        work(projects)
    _write_note("loaded")


def _train_and_score(
    projects: Mapping[str, Project], repositories: Mapping[str, Path], actor: Actor, progress: Progress
) -> None:
    with ExitStack() as stack:
        with progress.step("Waiting for MLflow"):
            address = stack.enter_context(tracking_server(settings.MLFLOW_TRACKING_URI, Path(settings.VAR_DIR)))
            stack.enter_context(_tracked_at(address))
        for training in TRAININGS:
            with progress.step(training.what):
                _train(training, repositories[training.slug], address)
        with progress.step(f"Scoring {len(PROJECTS)} projects by what their sources show"):
            for project in projects.values():
                collect_project(actor=actor, project=project)


@contextmanager
def _tracked_at(address: str) -> Iterator[None]:
    """Let collectors find the server that was started only for this command."""
    configured, settings.MLFLOW_TRACKING_URI = settings.MLFLOW_TRACKING_URI, address
    try:
        yield
    finally:
        settings.MLFLOW_TRACKING_URI = configured


def _repositories() -> dict[str, Path]:
    folder = Path(settings.VAR_DIR) / "demo" / "repositories"
    return {item.slug: make_repository(item.slug, folder, today=clock.now().date()) for item in PROJECTS}


def _run_ci(projects: Mapping[str, Project], repositories: Mapping[str, Path], actor: Actor) -> None:
    for slug in WITH_CI:
        commit = head(repositories[slug])
        if not _is_pushed(projects[slug], commit):
            status = "success" if tests_pass(repositories[slug]) else "failure"
            _push(projects[slug], commit, status, actor)


def _is_pushed(project: Project, commit: str) -> bool:
    pushed = EvidenceRecord.objects.filter(project=project, topic="pushed.ci")
    return any(record.payload.get("commit") == commit for record in pushed)


def _push(project: Project, commit: str, status: str, actor: Actor) -> None:
    """Tell the portal how the tests ended, with a project token, as a pipeline does."""
    token = project.tokens.filter(name=CI_TOKEN, revoked_at=None).first()
    if token is None:
        token, _ = issue_token(actor=actor, project=project, name=CI_TOKEN)
    payload = {"status": status, "branch": "main", "default_branch": "main", "commit": commit, "provider": "demo"}
    document = {"topic": "pushed.ci", "payload": {**payload, "finished_at": clock.now().isoformat()}}
    push_evidence(actor=actor_from_token(token), project=project, document=document)


def _train(training: Training, repository: Path, address: str) -> None:
    done = f"{training.slug}.{training.name}"
    if _note(done).exists() and has_alias(address, training.model, "champion"):
        return
    run_python(repository, *training.command, mlflow=address)
    _write_note(done)


def _note(name: str) -> Path:
    """A file that says that something was completed."""
    return Path(settings.VAR_DIR) / "demo" / "done" / name


def _write_note(name: str) -> None:
    _note(name).parent.mkdir(parents=True, exist_ok=True)
    _note(name).write_text(f"{clock.now().isoformat()}\n", encoding="ascii")
