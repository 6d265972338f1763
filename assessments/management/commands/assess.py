"""``manage.py assess SOURCE``: score a repository from evidence, without a database, for people and for CI."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from assessments.collectors.all import collectors, resolved
from assessments.collectors.look import Look, look_everywhere
from assessments.collectors.request import Request
from assessments.evidence import SEEING, Evidence
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import framework, shipped_frameworks
from assessments.reports.table import print_scorecard
from assessments.scoring.engine import score
from assessments.scoring.gate import Decision, gate
from assessments.scoring.published import to_json
from assessments.scoring.scorecard import Scorecard
from mlops_portal.kernel import clock

#: Exit codes: the minimum is met (or none was asked) · below it · usage or unreadable source · inconclusive.
MET, BELOW, UNUSABLE, INCONCLUSIVE = 0, 1, 2, 3
CODES = {Decision.PASSES: MET, Decision.BELOW: BELOW, Decision.INCONCLUSIVE: INCONCLUSIVE}

#: Columns of the table where there is no terminal to ask (a CI log).
LOG_WIDTH = 120


def level(text: str) -> int:
    """A level or band from the command line; whether the framework has it is asked when the framework is known."""
    if not (len(text) == 1 and text in "0123456789"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a level; write 0, 1, 2, 3 or 4.")
    return int(text)


def check_demands(chosen: Framework, demands: Iterable[int]) -> None:
    """Raise CommandError for a level that the framework does not have: nothing could ever reach it."""
    for wanted in demands:
        if wanted > chosen.top_level:
            levels = ", ".join(map(str, range(chosen.top_level)))
            what = f"{wanted} is not a level of {chosen.title}; write {levels} or {chosen.top_level}."
            raise CommandError(what, returncode=UNUSABLE)


def dimension_level(text: str) -> tuple[str, int]:
    """``model-release=3`` as a dimension's key and a level."""
    key, equals, wanted = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not DIMENSION=LEVEL, for example model-release=3.")
    return key, level(wanted)


def moment(text: str) -> datetime:
    """An ISO date or time."""
    try:
        return clock.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23.") from None


def verdict(scorecard: Scorecard, options: Mapping[str, Any]) -> int:
    """The exit code for all demands together. No waiver counts: the command knows no database."""
    minimum, minima = options["min_level"], options["dimension"]
    try:
        return CODES[gate(scorecard, minimum, minima, strict=options["strict"], waived=False).decision]
    except LookupError as error:
        raise CommandError(str(error), returncode=UNUSABLE) from error


def _stopped(looks: tuple[Look, ...]) -> str:
    """Why the source itself cannot be read, or nothing."""
    git = next((seen for seen in looks if seen.source == "git"), None)
    blind = git is not None and not any(item.sight in SEEING for item in git.evidence)
    return git.message if git is not None and blind else ""


class Command(BaseCommand):
    """Parse, look, score, show, and say by the exit code whether the demand is met."""

    help = (
        "Score a repository (path or git URL) against the MLOps maturity levels, from evidence. Exit code: 0 the "
        "minimum is met or none was asked, 1 below it, 2 usage or unreadable source, 3 inconclusive (--strict: 1)."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line of MATURITY.md."""
        parser.add_argument("source", help="path of a work tree or bare repository, or a git URL (https, ssh)")
        parser.add_argument("--subpath", default="", metavar="P", help="the project's folder in a monorepo")
        parser.add_argument(
            "--answers", type=Path, metavar="FILE", help="a mlops.yaml to use in place of the repository's"
        )
        parser.add_argument("--mlflow", default="", metavar="URI", help="MLflow tracking URI: http(s)://…, sqlite:///…")
        parser.add_argument(
            "--experiment", action="append", default=[], metavar="NAME", help="may be given several times"
        )
        parser.add_argument("--model", action="append", default=[], metavar="NAME", help="registered model, likewise")
        parser.add_argument("--framework", default="mlops-levels", choices=[f.id for f in shipped_frameworks()])
        parser.add_argument(
            "--json", default="", metavar="FILE", help="write the scorecard as JSON; - for standard output"
        )
        parser.add_argument("--min-level", type=level, metavar="N", help="the overall level that is asked for")
        parser.add_argument("--dimension", action="append", default=[], type=dimension_level, metavar="KEY=N")
        parser.add_argument("--strict", action="store_true", help="inconclusive counts as below")
        parser.add_argument("--as-of", type=moment, metavar="DATE", help="judge what is valid at that date")
        parser.add_argument("--every", action="store_true", help="show every criterion and what was seen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once; leaves through sys.exit with the code."""
        chosen = framework(options["framework"])
        asked = [] if options["min_level"] is None else [options["min_level"]]
        check_demands(chosen, [*asked, *(wanted for _, wanted in options["dimension"])])
        with tempfile.TemporaryDirectory(prefix="assess-") as cache:
            looks, evidence = self._look(options, Path(cache))
        if reason := _stopped(looks):
            raise CommandError(reason, returncode=UNUSABLE)
        scorecard = score(evidence, chosen, now=options["as_of"] or clock.now())
        self._show(scorecard, chosen, looks, options)
        self._leave(verdict(scorecard, options))

    def _look(self, options: dict[str, Any], cache: Path) -> tuple[tuple[Look, ...], list[Evidence]]:
        request = Request(
            project=options["source"],
            now=clock.now(),
            repository=options["source"],
            subpath=options["subpath"],
            mlflow_uri=options["mlflow"],
            experiments=tuple(options["experiment"]),
            model_names=tuple(options["model"]),
            answers=options["answers"],
            cache=cache,
            allow_local=True,
        )
        looks = look_everywhere(request, collectors(trusted=filter(None, [options["mlflow"]])))
        evidence = [item for seen in looks for item in seen.evidence]
        return looks, [*evidence, *resolved(request, evidence)]

    def _show(self, scorecard: Scorecard, chosen: Framework, looks: tuple[Look, ...], options: dict[str, Any]) -> None:
        if options["json"]:
            document = to_json(scorecard) | {"collectors": [seen.as_json() for seen in looks]}
            self._write(json.dumps(document, indent=2, ensure_ascii=False) + "\n", options["json"])
        if options["json"] != "-":
            width = None if sys.stdout.isatty() else LOG_WIDTH
            print_scorecard(Console(file=sys.stdout, width=width), scorecard, chosen, looks, every=options["every"])

    def _write(self, text: str, target: str) -> None:
        if target == "-":
            self.stdout.write(text, ending="")
            return
        try:
            Path(target).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Cannot write {target}: {error.strerror}.", returncode=UNUSABLE) from error

    def _leave(self, code: int) -> None:
        self.stdout.flush()
        if code:
            sys.exit(code)
