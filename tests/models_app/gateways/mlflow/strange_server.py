"""A small HTTP server that answers whatever a test wants, the wrong things above all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Strange:
    """The server's address, and what was asked of it: (method, path, Authorization header)."""

    uri: str
    asked: list[tuple[str, str, str]] = field(default_factory=list)


def answer(status: int, body: bytes | dict[str, Any], **headers: str) -> Respond:
    """Build a response with a fixed status, body (bytes or JSON) and headers."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return respond


@contextmanager
def strange_server(respond: Respond) -> Iterator[Strange]:
    """Run the server on a free loopback port for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            strange.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            respond(self)

        do_GET = do_POST = _serve  # noqa: N815 – the names that the base class calls

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    strange = Strange(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield strange
    finally:
        server.shutdown()
        server.server_close()
