"""``manage.py verify_audit``: is the trail, or an export, intact? Prints the head's hash, to be kept elsewhere."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from mlops_portal.audit.exported import ExportVerification
from mlops_portal.audit.verify import Finding, Verification

INTACT, BROKEN, UNABLE = 0, 1, 2


class Command(BaseCommand):
    """Verify the audit trail. Exit code 0: intact; 1: broken, every breach named; 2: it could not be verified.

    With ``--file`` an export is verified, from the file alone: no database is asked.
    """

    requires_system_checks: list[str] = []

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--from`` skips what an earlier run covered; ``--expect-head`` finds a chain rewritten as a whole."""
        parser.add_argument("--from", dest="start", type=int, default=1, metavar="N", help="start at entry N")
        parser.add_argument("--expect-head", default="", metavar="HASH", help="a head hash that an earlier run printed")
        parser.add_argument("--file", type=Path, metavar="FILE", help="an export (NDJSON) instead of the database")
        parser.add_argument("--complete", action="store_true", help="with --file: nothing may be left out of it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and leave with the exit code."""
        try:
            code = self._verify_file(options) if options["file"] else self._verify_database(options)
        except (ValueError, OSError, DatabaseError) as error:
            self.stderr.write(f"The trail could not be verified: {error}")
            code = UNABLE
        if code != INTACT:
            sys.exit(code)

    def _verify_database(self, options: dict[str, Any]) -> int:
        verification = Verification(start=options["start"], expected_head=options["expect_head"].lower())
        return self._tell(verification, verification.findings())

    def _verify_file(self, options: dict[str, Any]) -> int:
        head, complete = options["expect_head"].lower(), options["complete"]
        verification = ExportVerification(complete=complete, expected_head=head)
        with options["file"].open("rb") as lines:
            code = self._tell(verification, verification.findings(lines))
        if verification.gaps and not complete:
            self.stdout.write(
                f"{verification.gaps} gaps: a filter left entries out (--complete takes this for a breach)."
            )
        return code

    def _tell(self, verification: Verification | ExportVerification, findings: Iterable[Finding]) -> int:
        broken = 0
        for finding in findings:
            broken += 1
            self.stdout.write(f"{finding.breach.value}: {finding.text}")
        self.stdout.write(f"{verification.checked} entries checked, {broken or 'no'} breaches.")
        self.stdout.write(f"head {verification.head_sequence} {verification.head_hash}")
        return BROKEN if broken else INTACT
