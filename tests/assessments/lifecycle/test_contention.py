"""One project looked at, pushed to, steered and asked about by several processes' worth of threads at once."""

from __future__ import annotations

from assessments.frameworks.shipped import shipped_frameworks
from tests.installation import ROOT, Installation

MAKE = (
    "import django; django.setup()\n"
    "from mlops_portal.projects.models import Project\n"
    "Project.objects.create(slug='flights', name='Flights', repository='https://git.example.org/f')\n"
)
LOOK = (
    "import django; django.setup()\n"
    "from assessments.models import *\n"
    "standing = EvidenceRecord.objects.filter(standing=True)\n"
    "print(sorted(standing.values_list('topic', flat=True)), Scoring.objects.filter(live=True).count())\n"
)


def test_nobody_waits_for_each_other_for_ever_and_one_of_each_stands(installation: Installation) -> None:
    installation.python("-c", MAKE)
    done = installation.python(str(ROOT / "tests/assessments/lifecycle/contender.py"), "6", check=False)
    assert done.returncode == 0, done.stderr
    assert installation.python("-c", LOOK).stdout.strip() == (
        f"['git.ci', 'git.commits', 'pushed.ci'] {len(shipped_frameworks())}"
    )
    assert "no breaches" in installation.manage("verify_audit").stdout
