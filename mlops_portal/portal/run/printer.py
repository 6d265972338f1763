"""What the person at the terminal sees: the story of the start, and trouble; everything else goes to log files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TextIO

from honcho.manager import SYSTEM_PRINTER_NAME
from honcho.printer import Message, Printer

#: The process whose lines are meant for the person, word for word.
STORY = "story"
#: A line that ends so is completed by the next one ("1/9 Making people …" and then "0.2 s").
UNFINISHED = "…"
#: How honcho announces that a process has stopped.
_STOPPED = re.compile(r"(\w+) stopped \(rc=")
#: How many last lines of a process that stopped by itself are shown.
TAIL = 20


class QuietPrinter(Printer):  # type: ignore[misc]  # honcho is not typed
    """Writes each process's lines to ``<logs>/<name>.log``; shows the story, and with ``verbose`` everything."""

    def __init__(self, output: TextIO, logs: Path, *, verbose: bool) -> None:
        super().__init__(output)
        logs.mkdir(parents=True, exist_ok=True)
        self._logs, self._verbose, self._files = logs, verbose, dict[str, TextIO]()
        self._open_line, self._writing = False, False
        #: The process that stopped before all others, as honcho announced it; empty while all run.
        self.first_stopped = ""

    def write(self, message: Message) -> None:
        """Take one line of one process.

        A signal may come in the middle of it, and its handler has something to say too: that announcement is left out,
        for a file cannot be written to while it is being written to.
        """
        if self._writing:
            return
        self._writing = True
        try:
            self._write(message)
        finally:
            self._writing = False

    def _write(self, message: Message) -> None:
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        if message.name == STORY:
            self._tell(text.rstrip("\n"))
            return
        if message.name == SYSTEM_PRINTER_NAME and not self.first_stopped and (stopped := _STOPPED.match(text)):
            self.first_stopped = stopped[1]
        self._file(message.name).write(text)
        self._file(message.name).flush()
        if self._verbose:
            self.break_line()
            super().write(message)

    def _tell(self, text: str) -> None:
        self._open_line = text.endswith(UNFINISHED)
        print(text, end=" " if self._open_line else "\n", file=self.output, flush=True)

    def break_line(self) -> None:
        """Begin a new line if the last one was left open."""
        if self._open_line:
            self._tell("")

    def last_lines(self, name: str) -> str:
        """The end of a process's log, to show why it stopped."""
        path = self._logs / f"{name}.log"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        return "\n".join(lines[-TAIL:])

    def close(self) -> None:
        """Close the log files."""
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> TextIO:
        """Each start begins a new log; the previous one is kept beside it."""
        name = "manager" if name == SYSTEM_PRINTER_NAME else name
        if name not in self._files:
            path = self._logs / f"{name}.log"
            if path.exists():
                path.replace(path.with_suffix(".log.1"))
            self._files[name] = path.open("w", encoding="utf-8")
        return self._files[name]
