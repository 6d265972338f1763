"""A small forge on loopback: real ``git http-backend`` behind Python's HTTP server, with or without a password."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Forge:
    """What the server serves and how it behaves; ``requests`` are the paths that were asked for."""

    folder: Path
    login: str = ""
    redirect: str = ""
    stalls: threading.Event | None = None
    port: int = 0
    requests: list[str] = field(default_factory=list)

    def url(self, name: str, login: str = "") -> str:
        """The address of the repository ``name``, with credentials in it if given."""
        return f"http://{login}{'@' if login else ''}127.0.0.1:{self.port}/{name}"


class _Handler(BaseHTTPRequestHandler):
    forge: Forge

    def _respond(self) -> None:
        forge = self.forge
        forge.requests.append(self.path)
        if forge.stalls is not None:
            forge.stalls.wait(30)
        elif forge.login and self.headers.get("Authorization") != _basic(forge.login):
            self._answer(401, {"WWW-Authenticate": 'Basic realm="forge"'}, b"")
        elif forge.redirect:
            self._answer(302, {"Location": forge.redirect + self.path}, b"")
        else:
            self._serve()

    do_GET = do_POST = _respond  # noqa: N815 – the names are the standard library's

    def _serve(self) -> None:
        head, _, body = _run_backend(self.forge.folder, self).partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self._answer(int(headers.pop("Status", "200")[:3]), headers, body)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay silent."""


def _basic(login: str) -> str:
    return "Basic " + base64.b64encode(login.encode()).decode()


def _run_backend(folder: Path, asked: BaseHTTPRequestHandler) -> bytes:
    parts = urlsplit(asked.path)
    body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_PROTOCOL": asked.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": asked.command,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": asked.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": asked.headers.get("Content-Encoding", ""),
        "CONTENT_LENGTH": str(len(body)),
    }
    return subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True, check=False).stdout


@contextmanager
def serve(forge: Forge) -> Iterator[Forge]:
    """Serve for the time of the ``with`` block, on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"forge": forge}))
    server.daemon_threads = True
    forge.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        if forge.stalls is not None:
            forge.stalls.set()
        server.shutdown()
        server.server_close()
        thread.join()
