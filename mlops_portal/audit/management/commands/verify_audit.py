"""``manage.py verify_audit``: is the trail intact? Prints the head's hash, to be kept elsewhere."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from mlops_portal.audit.verify import Verification

INTACT, BROKEN, UNABLE = 0, 1, 2


class Command(BaseCommand):
    """Verify the audit trail. Exit code 0: intact; 1: broken, every breach named; 2: it could not be verified."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--from`` skips what an earlier run covered; ``--expect-head`` finds a chain rewritten as a whole."""
        parser.add_argument("--from", dest="start", type=int, default=1, metavar="N", help="start at entry N")
        parser.add_argument("--expect-head", default="", metavar="HASH", help="a head hash that an earlier run printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and leave with the exit code."""
        try:
            code = self._verify(Verification(start=options["start"], expected_head=options["expect_head"].lower()))
        except (ValueError, DatabaseError) as error:
            self.stderr.write(f"The trail could not be verified: {error}")
            code = UNABLE
        if code != INTACT:
            sys.exit(code)

    def _verify(self, verification: Verification) -> int:
        broken = 0
        for finding in verification.findings():
            broken += 1
            self.stdout.write(f"{finding.breach.value}: {finding.text}")
        self.stdout.write(f"{verification.checked} entries checked, {broken or 'no'} breaches.")
        self.stdout.write(f"head {verification.head_sequence} {verification.head_hash}")
        return BROKEN if broken else INTACT
