"""Shared fixtures: the people, a project, installations on both databases, jobs run in-process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.installation import (
    NO_POSTGRESQL,
    Installation,
    migrated_sqlite,
    postgresql_answers,
    postgresql_database,
    postgresql_installation,
    sqlite_installation,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import Group
    from pytest_django.plugin import DjangoDbBlocker

    from mlops_portal.accounts.models import User
    from mlops_portal.jobs.models import Job
    from mlops_portal.projects.models import Project

#: Fixtures that pages and their browser tests share.
pytest_plugins = ["tests.portal.numbered"]

# How fast a machine is that day is no property of the code: no example fails for having taken long.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(scope="session")
def postgresql() -> None:
    """Skips, with reason and cure, where no PostgreSQL server answers."""
    if not postgresql_answers():
        pytest.skip(NO_POSTGRESQL)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that commit empty the tables: SQLite does it row by row, which the trail's trigger would refuse."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_delete")


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    """Every test begins with an empty cache: people of another test may have had the same ids, or used up a limit."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that installations are copied from."""
    return migrated_sqlite(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_template(postgresql: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated PostgreSQL database that installations are copied from."""
    with postgresql_database() as url:
        Installation(url, "", tmp_path_factory.mktemp("template")).manage("migrate", "--verbosity=0")
        yield url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A migrated installation of its own, once on SQLite files and once on PostgreSQL, to run real processes in."""
    if request.param == "sqlite":
        yield sqlite_installation(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    with postgresql_installation(request.getfixturevalue("postgresql_template"), tmp_path) as made:
        yield made


def _person(username: str, first_name: str, last_name: str) -> User:
    from mlops_portal.accounts.models import User

    return User.objects.create_user(
        username, f"{username}@example.org", "correct-horse-7", first_name=first_name, last_name=last_name
    )


@pytest.fixture
def alice(db: None) -> User:
    """Alice, a data scientist."""
    return _person("alice", "Alice", "Ahmed")


@pytest.fixture
def bob(db: None) -> User:
    """Bob, an engineer."""
    return _person("bob", "Bob", "Brandt")


@pytest.fixture
def charlie(db: None) -> User:
    """Charlie, a colleague who is no member of anything."""
    return _person("charlie", "Charlie", "Castro")


@pytest.fixture
def governance(db: None) -> Group:
    """The group whose members govern."""
    from django.contrib.auth.models import Group

    return Group.objects.get_or_create(name="governance")[0]


@pytest.fixture
def dana(governance: Group) -> User:
    """Dana, the governance lead."""
    dana = _person("dana", "Dana", "Dimova")
    dana.groups.add(governance)
    return dana


@pytest.fixture
def flights(alice: User, bob: User) -> Project:
    """The project *flights*: Alice owns it and is its data scientist, Bob its ML engineer; only members see it."""
    from mlops_portal.projects.models import Membership, Project, Role

    project = Project.objects.create(slug="flights", name="Flights", description="Arrival delay of flights")
    for user, role in ((alice, Role.OWNER), (alice, Role.DATA_SCIENTIST), (bob, Role.ML_ENGINEER)):
        Membership.objects.create(project=project, user=user, role=role)
    return project


@pytest.fixture
def run_jobs(db: None) -> Callable[[], list[Job]]:
    """Runs every queued job here and now, oldest first, through the function a worker calls; returns them ended.

    For tests only: ``job, = run_jobs()`` after the action that requested it. Waits before another attempt are skipped.
    """
    from mlops_portal.jobs.lifecycle import State
    from mlops_portal.jobs.models import Job
    from mlops_portal.jobs.run import run_job

    def run() -> list[Job]:
        done: dict[str, None] = {}
        while job := Job.objects.filter(state=State.QUEUED).order_by("requested_at", "number").first():
            run_job(job.pk, job.dispatch, worker="in-process")
            done[job.pk] = None
        return [Job.objects.get(pk=pk) for pk in done]

    return run


@pytest.fixture
def eager_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs each job in-process as soon as the transaction that requested it commits (tests that really commit)."""
    from mlops_portal.jobs import queue
    from mlops_portal.jobs.run import run_job

    def enqueue(job: Job, *, delay: float = 0.0) -> bool:
        run_job(job.pk, job.dispatch, worker="in-process")
        return True

    monkeypatch.setattr(queue, "enqueue", enqueue)
