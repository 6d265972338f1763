"""Run as a script inside an installation: ``worker [name]``, or ``request kind subject[,subject…] [json]``."""

from __future__ import annotations

import json
import sys

import django

django.setup()

import tests.jobs.kinds  # noqa: E402, F401 – registers what tests run

if sys.argv[1] == "worker":
    from django.core.management import call_command

    call_command("worker", name=sys.argv[2] if len(sys.argv) > 2 else "one")
else:
    from mlops_portal.jobs.actions import request_job
    from mlops_portal.kernel.actor import Actor

    for subject in sys.argv[3].split(","):
        arguments = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
        if sys.argv[2] == "tests.diary":
            arguments = {"line": subject}
        request_job(actor=Actor.system("tests"), kind=sys.argv[2], subject=subject, arguments=arguments)
