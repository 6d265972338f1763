"""Streams file contents out of one ``git cat-file --batch`` process, each within a deadline, surviving its crashes."""

from __future__ import annotations

import hashlib
import os
import select
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from assessments.collectors.git.command import Deadline, arguments, environment, kill, limit
from assessments.collectors.git.objects import Objects

_CHUNK = 1 << 16
_LONGEST_HEAD = 200
#: Objects kept that nobody asked for yet; each batch adds at most half a megabyte.
_MOST_AHEAD = 1_000
#: A damaged object ends git's process; after this many ends the repository is taken for unreadable.
_MOST_STARTS = 500


def _object_name(content: bytes, digits: int) -> str:
    """Name a file's object as git does: SHA-1 or, with 64 digits, SHA-256 over its head and content."""
    algorithm = hashlib.sha256() if digits == 64 else hashlib.sha1(usedforsecurity=False)
    algorithm.update(b"blob %d\0" % len(content))
    algorithm.update(content)
    return algorithm.hexdigest()


class Blobs:
    """Reads objects by name. Damaged, forged and missing ones give None; a process that died is started anew."""

    def __init__(self, objects: Objects, deadline: Deadline) -> None:
        """Start nothing yet: the process comes with the first read."""
        self._objects = objects
        self._deadline = deadline
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._rest = b""
        self._ahead: dict[str, bytes] = {}
        self._bad: set[str] = set()

    def read(self, name: str, most: int, then: Callable[[], Sequence[str]] = tuple) -> bytes | None:
        """Give the object's bytes; None when missing, damaged or above ``most`` bytes. Raises OutOfTime.

        ``then`` tells what will probably be asked for next; when something is fetched, that comes with it and is kept.
        """
        if name not in self._ahead:
            fresh = [each for each in then() if each not in self._bad and each not in self._ahead]
            self._read_ahead([name, *fresh] if fresh else [], most)
        content = self._ahead.pop(name, None)
        return content if content is not None else self._read_alone(name, most)

    def _read_ahead(self, names: list[str], most: int) -> None:
        while len(self._ahead) > _MOST_AHEAD:
            self._ahead.pop(next(iter(self._ahead)))  # the oldest guess was wrong
        process = self._running() if names and names[0] not in self._bad else None
        if process is None:
            return
        with self._guarded():
            self._write(process, names)
            for name in names:
                self._bad.add(name)  # until it has turned out well
                content = self._answer(process, name, most)
                if content is not None:
                    self._ahead[name] = content
                self._bad.discard(name)
            if self._rest:
                raise ValueError("longer than announced")

    def _read_alone(self, name: str, most: int) -> bytes | None:
        # An object that lies about its size leaves more in the pipe than announced, and a damaged one ends git's
        # process. Neither may cost the next object: what does not fit its name is asked for once more, afresh.
        for _ in range(2):
            process = self._running()
            if process is None:
                return None
            with self._guarded():
                self._write(process, [name])
                content = self._answer(process, name, most)
                if self._rest:
                    raise ValueError("longer than announced")
                return content
        return None

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """End the process whenever an answer was not read to its end; only running out of time goes on upwards."""
        try:
            yield
        except (OSError, EOFError, ValueError):
            self.close()
        except BaseException:
            self.close()
            raise

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._process is None and self._starts < _MOST_STARTS:
            self._starts += 1
            self._process = subprocess.Popen(
                arguments(["cat-file", "--batch"]),
                env=environment(self._objects.variables),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                start_new_session=True,
            )
            limit(self._process)
        return self._process

    def _write(self, process: subprocess.Popen[bytes], names: list[str]) -> None:
        assert process.stdin is not None  # noqa: S101 – opened as a pipe above
        process.stdin.write("".join(f"{name}\n" for name in names).encode())

    def _answer(self, process: subprocess.Popen[bytes], name: str, most: int) -> bytes | None:
        """Read one answer: None for a missing object. Raises ValueError for anything but the object of that name."""
        head = self._line(process).split(b" ")
        if head == [name.encode(), b"missing"]:
            return None
        if len(head) != 3 or head[:2] != [name.encode(), b"blob"] or int(head[2]) > most:
            raise ValueError("not what was asked for")  # starting anew is cheaper than draining the pipe
        content = self._exactly(process, int(head[2]) + 1)
        if content[-1:] != b"\n" or _object_name(content[:-1], len(name)) != name:
            raise ValueError("not what its name says")
        return content[:-1]

    def _line(self, process: subprocess.Popen[bytes]) -> bytes:
        while b"\n" not in self._rest:
            if len(self._rest) > _LONGEST_HEAD:
                raise ValueError("not an answer")
            self._rest += self._more(process)
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _exactly(self, process: subprocess.Popen[bytes], size: int) -> bytes:
        parts, held = [self._rest], len(self._rest)
        while held < size:
            parts.append(self._more(process))
            held += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    def _more(self, process: subprocess.Popen[bytes]) -> bytes:
        assert process.stdout is not None  # noqa: S101 – opened as a pipe above
        ready, _, _ = select.select([process.stdout], [], [], self._deadline.left)
        if not ready:
            self._deadline.check()
        chunk = os.read(process.stdout.fileno(), _CHUNK)
        if not chunk:
            raise EOFError("git ended")
        return chunk

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._rest = self._process, None, b""
        if process is None:
            return
        kill(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
