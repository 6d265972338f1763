"""Several people and a look at the sources work on one project's assessment at the same moment."""

from __future__ import annotations

from tests.installation import ROOT, Installation

LOOK = (
    "import django; django.setup()\n"
    "from assessments.models import *\n"
    "states = list(Assessment.objects.values_list('state', flat=True))\n"
    "opened = sum(s in ('draft', 'submitted', 'in-review', 'returned') for s in states)\n"
    "print(len(states) > 0, opened <= 1, states.count('accepted') <= 1)\n"
)


def test_nobody_waits_for_each_other_for_ever_and_one_stands_open(installation: Installation) -> None:
    done = installation.python(str(ROOT / "tests/assessments/lifecycle/assessors.py"), "6", check=False)
    assert done.returncode == 0, done.stderr
    assert installation.python("-c", LOOK).stdout.strip() == "True True True"
    assert "no breaches" in installation.manage("verify_audit").stdout
