"""What the person at the terminal sees."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import pytest
from honcho.printer import Message

from mlops_portal.portal.run.printer import STORY, TAIL, QuietPrinter


def line(name: str, text: str) -> Message:
    return Message("line", text.encode(), datetime(2026, 11, 23, tzinfo=UTC), name, None)


@pytest.fixture
def terminal() -> io.StringIO:
    return io.StringIO()


def test_the_story_is_told_word_for_word(terminal: io.StringIO, tmp_path: Path) -> None:
    QuietPrinter(terminal, tmp_path, verbose=False).write(line(STORY, "Ready\n"))
    assert terminal.getvalue() == "Ready\n"


def test_an_unfinished_line_is_completed_by_the_next(terminal: io.StringIO, tmp_path: Path) -> None:
    printer = QuietPrinter(terminal, tmp_path, verbose=False)
    printer.write(line(STORY, "1/9 Making people …\n"))
    assert terminal.getvalue() == "1/9 Making people … "
    printer.write(line(STORY, "0.2 s\n"))
    assert terminal.getvalue() == "1/9 Making people … 0.2 s\n"


def test_what_a_server_says_goes_to_its_log_and_not_to_the_terminal(terminal: io.StringIO, tmp_path: Path) -> None:
    QuietPrinter(terminal, tmp_path, verbose=False).write(line("web", "GET /\n"))
    assert terminal.getvalue() == ""
    assert (tmp_path / "web.log").read_text() == "GET /\n"


def test_with_verbose_the_terminal_shows_it_too(terminal: io.StringIO, tmp_path: Path) -> None:
    printer = QuietPrinter(terminal, tmp_path, verbose=True)
    printer.write(line(STORY, "1/9 Making people …\n"))
    printer.write(line("web", "GET /\n"))
    assert "people … \n" in terminal.getvalue()
    assert terminal.getvalue().endswith("| GET /\n")


def test_each_start_begins_a_new_log_and_keeps_the_previous_one(terminal: io.StringIO, tmp_path: Path) -> None:
    for text in ("first\n", "second\n"):
        printer = QuietPrinter(terminal, tmp_path, verbose=False)
        printer.write(line("web", text))
        printer.close()
    assert (tmp_path / "web.log").read_text() == "second\n"
    assert (tmp_path / "web.log.1").read_text() == "first\n"


def test_the_last_lines_of_a_log_are_given(terminal: io.StringIO, tmp_path: Path) -> None:
    printer = QuietPrinter(terminal, tmp_path, verbose=False)
    for number in range(TAIL + 5):
        printer.write(line("web", f"{number}\n"))
    assert printer.last_lines("web").splitlines() == [str(number) for number in range(5, TAIL + 5)]
    assert printer.last_lines("worker") == ""


def test_a_signal_in_the_middle_of_a_line_does_not_break_the_printer(
    terminal: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = QuietPrinter(terminal, tmp_path, verbose=False)
    find = printer._file

    def interrupted(name: str) -> TextIO:
        if name == "web":
            printer.write(line("system", "SIGTERM received\n"))
        return find(name)

    monkeypatch.setattr(printer, "_file", interrupted)
    printer.write(line("web", "GET /\n"))
    printer.write(line("web", "GET /a\n"))
    assert (tmp_path / "web.log").read_text() == "GET /\nGET /a\n"
    assert not (tmp_path / "manager.log").exists()
