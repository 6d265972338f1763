"""How the steps are told."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management.base import OutputWrapper

from mlops_portal.portal.demo.progress import Progress


def test_a_step_is_numbered_named_and_timed() -> None:
    out = io.StringIO()
    progress = Progress(OutputWrapper(out), steps=9)
    with progress.step("Making 4 people"):
        assert out.getvalue() == "1/9 Making 4 people … "
    assert re.fullmatch(r"1/9 Making 4 people … \d+\.\d s\n", out.getvalue())


def test_a_step_that_fails_says_so() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="why"), Progress(OutputWrapper(out), steps=1).step("Trying"):
        raise ValueError("why")
    assert out.getvalue() == "1/1 Trying … failed\n"


def test_for_a_reader_of_whole_lines_the_time_has_a_line_of_its_own() -> None:
    out = io.StringIO()
    with Progress(OutputWrapper(out), steps=1, line_per_event=True).step("Trying"):
        assert out.getvalue() == "1/1 Trying …\n"
