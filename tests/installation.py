"""An installation of the portal of its own: a migrated database, a state folder, and commands run as real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
#: The server that tests marked ``postgresql`` use; a database of its own is made for each of them and dropped.
POSTGRESQL_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NO_POSTGRESQL = (
    f"no PostgreSQL server answers at {POSTGRESQL_URL.rsplit('@')[-1]}; start one "
    "(apt-get install postgresql, or docker run -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres) "
    "or name another in TEST_POSTGRES_URL"
)


def postgresql_answers() -> bool:
    """Whether the PostgreSQL server for tests can be reached."""
    try:
        psycopg.connect(POSTGRESQL_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@dataclass(frozen=True)
class Installation:
    """One installation: ``environment`` for processes, ``database_url``, and ``var``, its folder of state."""

    database_url: str
    jobs_url: str
    var: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this installation finds in its environment."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "mlops_portal.settings.testing",
            "DATABASE_URL": self.database_url,
            "DBOS_DATABASE_URL": self.jobs_url,
            "MLOPS_VAR_DIR": str(self.var),
            "PYTHONPATH": str(ROOT),
            **self.extra,
        }

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one management command to its end."""
        return self.python(str(ROOT / "manage.py"), *arguments, check=check)

    def python(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Python to its end, with this installation's environment."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start Python in the background; its output goes to a file in ``var``."""
        log = (self.var / f"process-{uuid.uuid4().hex[:6]}.log").open("w")
        return subprocess.Popen(
            [sys.executable, *arguments], env=self.environment, stdout=log, stderr=subprocess.STDOUT, text=True
        )


def migrated_sqlite(folder: Path) -> Path:
    """A migrated SQLite file to copy from."""
    path = folder / "template.sqlite3"
    Installation(f"sqlite:///{path}", "", folder).manage("migrate", "--verbosity=0")
    with_wal = path.with_name("template.sqlite3-wal")
    assert not with_wal.exists() or not with_wal.stat().st_size
    return path


def sqlite_installation(template: Path, folder: Path) -> Installation:
    """An installation on SQLite files."""
    shutil.copy(template, folder / "portal.sqlite3")
    return Installation(f"sqlite:///{folder / 'portal.sqlite3'}", f"sqlite:///{folder / 'jobs.sqlite3'}", folder)


@contextmanager
def postgresql_database(template: str = "template0") -> Iterator[str]:
    """The URL of a fresh database, dropped at the end."""
    name = f"portal_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL_URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield f"{POSTGRESQL_URL.rsplit('/', 1)[0]}/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@contextmanager
def postgresql_installation(template: str, folder: Path) -> Iterator[Installation]:
    """An installation on PostgreSQL, for its own tables and for the job queue's."""
    with postgresql_database(template) as url, postgresql_database() as jobs_url:
        yield Installation(url, jobs_url.replace("postgres://", "postgresql://", 1), folder)
