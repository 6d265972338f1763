"""How fast the portal's pages answer with 10,000 projects in the database, beside a bare Django view.

Run it with ``python -m benchmarks.pages [--projects 10000] [--seconds 20] [--rate 10]``. For SQLite, and for PostgreSQL
where a server answers (see ``tests.installation``), it makes a database of its own, fills it, and measures

- the portfolio in one process: queries, milliseconds of server time, kilobytes of the compressed page;
- the scorecard page, the project and its scorecard as REST, and a bare view, over HTTP from gunicorn with two workers,
  with requests that arrive at a fixed rate whether or not earlier ones have been answered (an open loop: a slow answer
  delays nobody else, and its wait counts).

The bars: 12 queries, 300 ms and 100 kB for the portfolio; 100 ms at the 95th percentile for the others. Exit 1 when one
is missed. The row of the bare view says what of it the machine and the framework cost.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

BAR_QUERIES, BAR_MS, BAR_KB, BAR_P95 = 12, 300.0, 100.0, 100.0
PORTFOLIO = ("/", "/?sort=gap", "/?standing=below&q=project", "/?page=200&sort=level", "/?sort=checked&tier=high")
OVER_HTTP = ("/bare/", "/projects/{slug}/scorecard/", "/api/v1/projects/{slug}/", "/api/v1/projects/{slug}/scorecard/")


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    database: str
    what: str
    queries: str
    median: float
    slow: float
    kilobytes: float
    missed: bool


def _environment(folder: Path, database: str) -> dict[str, str]:
    mine = {"DJANGO_SETTINGS_MODULE": "mlops_portal.settings.development", "MLOPS_VAR_DIR": str(folder)}
    return {**os.environ, **mine, "DATABASE_URL": database, "BENCHMARK": "1"}


def _python(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def measure(name: str, folder: Path, database: str, options: argparse.Namespace) -> list[Line]:
    """Fill one database and measure it."""
    environment = _environment(folder, database)
    _python(environment, "manage.py", "migrate", "--verbosity=0")
    _python(environment, "manage.py", "collectstatic", "--no-input", "--verbosity=0")
    found = json.loads(_python(environment, "-m", "benchmarks.pages_inside", str(options.projects), *PORTFOLIO))
    lines = [_portfolio_line(name, row) for row in found["pages"]]
    paths = [path.format(slug=f"project-{options.projects // 2}") for path in OVER_HTTP]
    with _served(environment, folder) as port:
        lines += [_http_line(name, path, port, found["cookie"], options) for path in paths]
    return lines


def _portfolio_line(name: str, row: dict[str, float | str]) -> Line:
    queries, median, slow = int(row["queries"]), float(row["median"]), float(row["slow"])
    kilobytes = float(row["kilobytes"])
    missed = queries > BAR_QUERIES or median >= BAR_MS or kilobytes > BAR_KB
    return Line(name, f"portfolio {row['path']}", str(queries), median, slow, kilobytes, missed)


@contextmanager
def _served(environment: dict[str, str], folder: Path) -> Iterator[int]:
    """Gunicorn with two workers on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "benchmarks.bare:application", "--workers", "2", "--threads", "2"]
    with (folder / "gunicorn.log").open("w") as log:
        server = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}"], env=environment, stderr=log, stdout=log)
        try:
            _wait_for(port)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/bare/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn does not answer /bare/")


def _http_line(name: str, path: str, port: int, cookie: str, options: argparse.Namespace) -> Line:
    for _ in range(6):
        _ask(port, path, cookie)
    waits, size = _open_loop(port, path, cookie, options.rate, options.seconds)
    slow = statistics.quantiles(waits, n=20)[-1]
    what = f"{path} at {options.rate}/s"
    return Line(name, what, "", statistics.median(waits), slow, size / 1000, path != "/bare/" and slow >= BAR_P95)


def _ask(port: int, path: str, cookie: str) -> int:
    headers = {"Cookie": f"sessionid={cookie}", "Accept-Encoding": "gzip"}
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)) as answer:
        return len(answer.read())


def _open_loop(port: int, path: str, cookie: str, rate: float, seconds: float) -> tuple[list[float], int]:
    """Milliseconds from the moment each request was due until it was answered in full, and the size of an answer."""
    waits: list[float] = []
    sizes: list[int] = []
    threads: list[threading.Thread] = []
    begin = time.perf_counter() + 0.2

    def one(due: float) -> None:
        sizes.append(_ask(port, path, cookie))
        waits.append((time.perf_counter() - due) * 1000)

    for number in range(int(rate * seconds)):
        due = begin + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        threads.append(threading.Thread(target=one, args=(due,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    if len(waits) != len(threads):
        raise RuntimeError(f"{len(threads) - len(waits)} of {len(threads)} requests to {path} failed")
    return waits, max(sizes)


@contextmanager
def _databases() -> Iterator[dict[str, tuple[Path, str]]]:
    """The databases to measure, each with a folder of its own; they are gone after the block."""
    from tests.installation import postgresql_answers, postgresql_database  # noqa: PLC0415 – needs psycopg

    with ExitStack() as stack:
        folders = {name: Path(stack.enter_context(tempfile.TemporaryDirectory())) for name in ("sqlite", "postgresql")}
        found = {"sqlite": (folders["sqlite"], f"sqlite:///{folders['sqlite'] / 'portal.sqlite3'}")}
        if postgresql_answers():
            found["postgresql"] = (folders["postgresql"], stack.enter_context(postgresql_database()))
        yield found


def _show(lines: list[Line]) -> None:
    head = ("database", "what", "queries", "median ms", "p95 ms", "kB", "")
    print("{:<11} {:<48} {:>7} {:>9} {:>8} {:>6} {}".format(*head))
    for line in lines:
        over = "OVER THE BAR" if line.missed else ""
        print(
            f"{line.database:<11} {line.what:<48} {line.queries:>7} {line.median:>9.1f} {line.slow:>8.1f} "
            f"{line.kilobytes:>6.1f} {over}"
        )


def main() -> int:
    """Measure, print, and say by the exit code whether every bar was held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=10.0)
    options = parser.parse_args()
    lines: list[Line] = []
    with _databases() as databases:
        for name, (folder, url) in databases.items():
            lines += measure(name, folder, url, options)
    _show(lines)
    return int(any(line.missed for line in lines))


if __name__ == "__main__":
    sys.exit(main())
