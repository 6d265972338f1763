#!/usr/bin/env python3
"""The portal's client for CI: one file, Python 3.9 or newer, nothing to install.

``python client.py push --result passed`` tells the portal how this run of CI ended, and
``python client.py assert --level 2`` fails the run when the project is below a level. Where the portal is and who asks
comes from the environment: ``PORTAL_URL``, ``PORTAL_PROJECT`` (the project's slug) and ``PORTAL_TOKEN``, which is never
given as an argument.

Exit codes: 0 done or passed, 1 below, 2 usage, refused or unreachable, 3 inconclusive (``--strict``: 1).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple, NoReturn

PASSES, BELOW, UNUSABLE, INCONCLUSIVE = 0, 1, 2, 3
CODES = {"passes": PASSES, "below": BELOW, "inconclusive": INCONCLUSIVE}
STATUSES = {"passed": "success", "failed": "failure", "cancelled": "cancelled"}

#: How often a request is sent, how long it may take, and the longest pause between two (seconds).
ATTEMPTS, TIMEOUT, LONGEST_PAUSE = 4, 30, 60
#: Answers after which the same may be sent again.
PASSING = (429, 502, 503, 504)
LOOPBACK = ("127.0.0.1", "localhost", "::1")

#: Where CI systems tell what is run: GitHub Actions, then GitLab.
COMMIT = ("GITHUB_SHA", "CI_COMMIT_SHA")
BRANCH = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME")
DEFAULT_BRANCH = ("PORTAL_DEFAULT_BRANCH", "CI_DEFAULT_BRANCH")

Json = dict[str, Any]


class Failed(Exception):
    """Something that a person has to mend; the text says what."""


class Portal(NamedTuple):
    """Where the portal is, which project, and the token."""

    url: str
    project: str
    token: str

    def send(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer to one request, sent again when the portal is busy or restarting. Raises Failed."""
        request = self._request(method, path, body)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _OPENER.open(request, timeout=TIMEOUT) as answer:
                    return dict(json.load(answer))
            except urllib.error.HTTPError as error:
                pause = _pause(error.headers.get("Retry-After"), attempt)
                if error.code not in PASSING or attempt == ATTEMPTS:
                    raise Failed(_said(error)) from None
            except (OSError, ValueError) as error:
                pause = _pause(None, attempt)
                if attempt == ATTEMPTS:
                    raise Failed(f"{self.url} does not answer as a portal does: {error}") from None
            print(f"The portal is busy; trying again in {pause} s.", file=sys.stderr)  # noqa: T201
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _request(self, method: str, path: str, body: Json | None) -> urllib.request.Request:
        project = urllib.parse.quote(self.project, safe="")
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.url}/api/v1/projects/{project}/{path}"
        return urllib.request.Request(address, data, headers, method=method)  # noqa: S310 – the scheme was checked


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token is sent to the portal and to nobody whom it names."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse; the answer becomes an error."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def _pause(retry_after: str | None, attempt: int) -> int:
    asked = int(retry_after) if retry_after and retry_after.isdigit() else 2**attempt
    return min(max(asked, 1), LONGEST_PAUSE)


def _said(error: urllib.error.HTTPError) -> str:
    """What the portal says about a refusal (RFC 9457), or the bare status."""
    try:
        problem = json.load(error)
        return f"The portal refused ({error.code}): {problem['title']} {problem.get('detail', '')}".strip()
    except (ValueError, KeyError, TypeError, OSError):
        hint = "; check PORTAL_URL" if error.code < 500 else ""
        return f"The portal answered with status {error.code}{hint}."


def portal(environment: Mapping[str, str]) -> Portal:
    """The portal that the environment names. Raises Failed."""
    names = ("PORTAL_URL", "PORTAL_PROJECT", "PORTAL_TOKEN")
    if missing := [name for name in names if not environment.get(name, "").strip()]:
        raise Failed(f"Set {', '.join(missing)} in the environment.")
    url, project, token = (environment[name].strip() for name in names)
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Failed("PORTAL_URL starts with https://: the token is not sent in the clear.")
    return Portal(url.rstrip("/"), project, token)


def _first(environment: Mapping[str, str], names: Sequence[str]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _run_url(environment: Mapping[str, str]) -> str:
    if environment.get("GITHUB_RUN_ID"):
        where = (environment.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"))
        return "{}/{}/actions/runs/{}".format(*where)
    return environment.get("CI_PIPELINE_URL", "")


def ci_result(options: argparse.Namespace, environment: Mapping[str, str]) -> Json:
    """The payload of ``pushed.ci`` from the arguments and from what CI tells. Raises Failed."""
    payload = {
        "status": STATUSES[options.result],
        "commit": options.commit or _first(environment, COMMIT),
        "branch": options.branch or _first(environment, BRANCH),
        "default_branch": options.default_branch or _first(environment, DEFAULT_BRANCH),
        "finished_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),  # noqa: UP017 – before 3.11
    }
    if lacking := sorted(f"--{name.replace('_', '-')}" for name, value in payload.items() if not value):
        raise Failed(f"CI does not tell these here, so give them: {', '.join(lacking)}.")
    url = options.url or _run_url(environment)
    return {**payload, "url": url} if url else payload


def push(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Push one piece of evidence."""
    to = portal(environment)
    payload = ci_result(options, environment) if options.payload is None else _document(options.payload)
    taken = to.send("POST", "evidence/", {"topic": options.topic, "payload": payload})
    _tell(f"The portal took {taken['topic']} of {to.project}.")
    return PASSES


def _document(path: str) -> Json:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            return dict(json.load(file))
    except (OSError, ValueError, TypeError) as error:
        raise Failed(f"{path} is no JSON object that can be read: {error}") from None


def assert_level(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Ask the gate, say why, and return the exit code."""
    if options.level is None and not options.dimension:
        raise Failed("Ask for something: --level 2, or --dimension model-release=3.")
    asked = [("framework", options.framework), ("strict", "true" if options.strict else "false")]
    asked += [] if options.level is None else [("min-level", str(options.level))]
    asked += [("dimension", demand.replace("=", ":")) for demand in options.dimension]
    answer = portal(environment).send("GET", f"gate/?{urllib.parse.urlencode(asked)}")
    _tell(f"{answer['decision']}: {answer['sentence']}")
    if not answer["fresh"]:
        _tell(f"Checked last at {answer['checked_at']}: collect evidence again.")
    return CODES[answer["decision"]]


def _tell(text: str) -> None:
    print(text)  # noqa: T201


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(UNUSABLE, f"{message}\n")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = _Parser(prog="client.py", description=(__doc__ or "").splitlines()[0])
    commands = made.add_subparsers(dest="command", required=True)
    pushing = commands.add_parser("push", help="tell the portal what CI saw")
    pushing.set_defaults(run=push)
    pushing.add_argument("--topic", default="pushed.ci")
    what = pushing.add_mutually_exclusive_group(required=True)
    what.add_argument("--result", choices=sorted(STATUSES), help="how the run ended")
    what.add_argument("--payload", metavar="FILE", help="a payload of your own, as JSON")
    for name in ("commit", "branch", "default-branch", "url"):
        pushing.add_argument(f"--{name}", default="", help="where CI does not tell")
    asserting = commands.add_parser("assert", help="fail below a level")
    asserting.set_defaults(run=assert_level)
    asserting.add_argument("--level", type=int, choices=range(5), help="the overall level")
    asserting.add_argument(
        "--dimension", action="append", default=[], metavar="KEY=N", help="may be given several times"
    )
    asserting.add_argument("--framework", default="mlops-levels")
    asserting.add_argument("--strict", action="store_true", help="inconclusive counts as below")
    return made


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command; the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options, environment))
    except Failed as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return UNUSABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
