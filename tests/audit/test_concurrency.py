"""Many writers at once, in threads of several processes: the chain has no gap, no fork and no lost entry."""

from __future__ import annotations

from tests.installation import ROOT, Installation


def test_writers_at_the_same_time_leave_one_intact_chain(installation: Installation) -> None:
    script = str(ROOT / "tests" / "audit" / "writer.py")
    processes = [installation.start(script, "3", "30") for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    said = installation.manage("verify_audit").stdout
    assert f"{3 * 3 * 20} entries checked, no breaches." in said
    assert f"head {3 * 3 * 20} " in said
