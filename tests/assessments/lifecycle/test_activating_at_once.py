"""Two people who activate versions of one framework at the same moment."""

from __future__ import annotations

from pathlib import Path

from tests.installation import Installation


def test_one_follows_the_other_or_is_told_so_and_one_version_counts(installation: Installation) -> None:
    done = installation.python(str(Path(__file__).with_name("activators.py")), "12", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
