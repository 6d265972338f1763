"""Streams file contents out of one ``git cat-file --batch`` process, each within a deadline, surviving its crashes."""

from __future__ import annotations

import hashlib
import os
import select
import subprocess
from types import TracebackType

from assessments.collectors.git.command import Deadline, arguments, environment, kill, limit
from assessments.collectors.git.objects import Objects

_CHUNK = 1 << 16
_LONGEST_HEAD = 200
#: A damaged object ends git's process; after this many ends the repository is taken for unreadable.
_MOST_STARTS = 200


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

    def read(self, name: str, most: int) -> bytes | None:
        """Give the object's bytes; None when missing, damaged or above ``most`` bytes. Raises OutOfTime."""
        # An object that lies about its size leaves more in the pipe than announced, and a damaged one ends git's
        # process. Neither may cost the next object: what does not fit its name is asked for once more, afresh.
        for _ in range(2):
            content = self._try(name, most)
            if content is not None and _object_name(content, len(name)) == name:
                return content
            if content is None and self._process is not None:
                return None
            self.close()
        return None

    def _try(self, name: str, most: int) -> bytes | None:
        process = self._running()
        if process is None:
            return None
        try:
            return self._ask(process, name, most)
        except (OSError, EOFError, ValueError):
            self.close()
            return None
        except BaseException:
            self.close()  # an answer was left half read
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

    def _ask(self, process: subprocess.Popen[bytes], name: str, most: int) -> bytes | None:
        assert process.stdin is not None  # noqa: S101 – opened as a pipe above
        process.stdin.write(f"{name}\n".encode())
        head = self._line(process).split(b" ")
        if head == [name.encode(), b"missing"]:
            return None
        if len(head) != 3 or head[:2] != [name.encode(), b"blob"] or int(head[2]) > most:
            raise ValueError("not what was asked for")  # starting anew is cheaper than draining the pipe
        content = self._exactly(process, int(head[2]) + 1)
        if content[-1:] != b"\n" or self._rest:
            raise ValueError("longer than announced")
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
