"""What tests of jobs share: kinds to run, and actors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel.actor import Actor, Face

import tests.jobs.kinds  # isort: skip # noqa: F401 – registers what tests run

SYSTEM = Actor.system("tests")


@pytest.fixture
def acting() -> Callable[[User], Actor]:
    """A person as an actor on the web."""
    return lambda user: actor_from_user(user, face=Face.WEB)


@pytest.fixture
def request_work(db: None, settings: Settings, tmp_path: Path) -> Callable[..., Job]:
    """Request a job as the portal itself; the diary is in a folder of the test's own."""
    settings.VAR_DIR = tmp_path
    return lambda kind, **values: request_job(actor=SYSTEM, kind=kind, **values)


@pytest.fixture
def diary(tmp_path: Path) -> Callable[[], list[str]]:
    """The lines that jobs noted."""
    path: Any = tmp_path / "diary"
    return lambda: path.read_text().splitlines() if path.exists() else []
