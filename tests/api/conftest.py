"""What tests of the API share: people as clients of the API, and a project with one of everything in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from assessments.frameworks import shipped
from assessments.lifecycle.answering import answer_item
from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.lifecycle.design import save_design, start_design
from assessments.lifecycle.exempt import request_waiver
from assessments.lifecycle.frameworks import counted_digest, upload_framework
from assessments.lifecycle.rescore import rescore
from assessments.lifecycle.roadmap import plan_step
from assessments.models import DesignReview, FrameworkVersion
from mlops_portal.accounts.models import User
from mlops_portal.api.tokens import issue_personal_token
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.actions import issue_token
from mlops_portal.projects.actors import actor_from_user
from mlops_portal.projects.models import Project

TYPE = "application/json"
#: What a design says.
TEXTS = {
    "problem": "Passengers miss their connections.",
    "metric": "Missed connections per 1,000 passengers.",
    "baseline": "Rebook whoever is 20 minutes late: 48.",
    "needed": "yes",
    "needed_reason": "The rule stops at 48.",
}
SHIPPED = (Path(shipped.__file__).parent / "mlops-levels.yaml").read_text(encoding="utf-8")
#: The default framework, the next version of it.
NEXT = SHIPPED.replace('version: "1.0"', 'version: "1.1"').replace("  AI-1.4: 1\n", "  AI-1.4: none\n")


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    """Limits begin anew with every test."""
    cache.clear()


def person(user: User) -> Actor:
    return actor_from_user(user, face=Face.API)


class Caller:
    """Somebody who talks JSON to the API: with a session, with a token, or as nobody."""

    def __init__(self, user: User | None = None, secret: str = "") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if user is not None:
            self.client.force_login(user)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent: dict[str, Any] = {} if body is None else {"data": json.dumps(body), "content_type": TYPE}
        address = path if path.startswith("/") else f"/api/v1/{path}"
        return self.client.generic(method.upper(), address, headers={**self.headers, **named}, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, {} if body is None else body, **headers)

    def change(self, method: str, path: str, body: Any = None, *, of: str = "") -> Any:
        """Read ``of`` (or the path itself), then change it as it was read."""
        return self(method, path, body, If_Match=self.get(of or path)["ETag"])


def tried_out(user: User) -> FrameworkVersion:
    """A candidate whose dry run is as if there were no projects."""
    version = upload_framework(actor=person(user), document=NEXT)
    version.effect = {"against": counted_digest("mlops-levels"), "summary": {"projects": 0}, "projects": []}
    version.tried_at = clock.now()
    version.save()
    return version


def designed(project: Project, user: User) -> DesignReview:
    """A design with all its texts, that nobody submitted."""
    design = start_design(actor=person(user), project=project)
    return save_design(actor=person(user), design=design, version=None, **TEXTS)


Token = Callable[..., Caller]


@pytest.fixture
def token() -> Token:
    """Makes a caller that holds a personal token with these scopes."""

    def make(user: User, *scopes: str, **more: Any) -> Caller:
        _, secret = issue_personal_token(actor=person(user), name="a program", scopes=scopes, **more)
        return Caller(secret=secret)

    return make


@pytest.fixture
def callers(alice: User, bob: User, charlie: User, dana: User) -> Mapping[str, Caller]:
    """A visitor and the four people, each with a session."""
    people = {user.username: Caller(user) for user in (alice, bob, charlie, dana)}
    return {"visitor": Caller(), **people}


@pytest.fixture
def one_of_each(flights: Project, alice: User, dana: User) -> Mapping[str, Any]:
    """Ids of what *flights* has: a draft with an answer, one that waits for review, a job, tokens; Alice made all.

    And of a version of the framework that Dana uploaded and tried out.
    """
    actor = person(alice)
    rescore(actor=Actor.system("test"), project=flights)
    draft = start_assessment(actor=actor, project=flights)
    answer_item(actor=actor, assessment=draft, item="HUM-01", answer="yes", text="Alice, Bob and Dana")
    submitted = start_assessment(actor=actor, project=flights, framework="azure-mlops")
    submit_assessment(actor=actor, assessment=submitted)
    job = Job.objects.create(
        id="assessments.look-flights-1",
        kind="assessments.look",
        project=flights,
        slot="1",
        requested_at=clock.now(),
        subject="git",
    )
    return {
        "version": tried_out(dana).pk,
        "step": plan_step(actor=actor, project=flights, criterion="MR-1.1").pk,
        "design": designed(flights, alice).pk,
        "slug": flights.slug,
        "draft": draft.pk,
        "submitted": submitted.pk,
        "review": flights.reviews.get(state="open", kind="assessment"),
        "job": job.pk,
        "exemption": request_waiver(
            actor=actor,
            project=flights,
            criterion="MR-1.1",
            reason_code="accepted-risk",
            text="Until the new platform is there.",
            expires=clock.now() + timedelta(days=30),
        ).pk,
        "project_token": issue_token(actor=actor, project=flights, name="ci")[0].pk,
        "token": issue_personal_token(actor=actor, name="laptop", scopes=["read"])[0].id,
    }
