"""One bounded HTTP exchange: in time whatever the other side does, in size, to the checked address, no redirects."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.address import Address, resolve

#: No answer may be larger; a page of 500 runs with a hundred parameters each is about 10 MB.
MOST_BYTES = 64_000_000

#: No single exchange takes longer, and no connection is waited for longer (seconds).
EXCHANGE_SECONDS, CONNECT_SECONDS = 20.0, 5.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to the server: a user with password (basic-auth), or a bearer token, or nobody."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def header(self) -> dict[str, str]:
        """The ``Authorization`` header, if any."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if not self.user:
            return {}
        pair = f"{self.user}:{self.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, where a redirect would lead, and the whole body."""

    status: int
    location: str
    body: bytes


class Wire:
    """Speaks to one server until its time is over."""

    def __init__(self, address: Address, credentials: Credentials, *, seconds: float) -> None:
        self._address = address
        self._credentials = credentials
        self._until = time.monotonic() + seconds
        self._ips: tuple[str, ...] = ()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Reply:
        """GET ``path`` below the address. Raises Unavailable."""
        return self._exchange("GET", f"{path}?{urlencode(query, doseq=True)}" if query else path, None)

    def post(self, path: str, document: Mapping[str, Any]) -> Reply:
        """POST a JSON document. Raises Unavailable."""
        return self._exchange("POST", path, json.dumps(document).encode())

    def _exchange(self, method: str, target: str, body: bytes | None) -> Reply:
        started = time.monotonic()
        seconds = min(self._until - started, EXCHANGE_SECONDS)
        if seconds <= 0:
            raise self._late()
        try:
            with self._connection(seconds) as connection:
                reply = self._ask(connection, method, target, body)
        except ssl.SSLCertVerificationError as error:
            what = f"{self._address.shown} has no certificate we trust ({error.verify_message})."
            raise Unavailable(what, permanent=True) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = isinstance(error, TimeoutError) or time.monotonic() - started >= seconds
            raise (self._late() if late else self._broken(error)) from None
        if time.monotonic() - started >= seconds:
            raise self._late()
        return reply

    def _ask(self, connection: http.client.HTTPConnection, method: str, target: str, body: bytes | None) -> Reply:
        headers = {"Accept": "application/json", **self._credentials.header}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, self._address.path + target, body, headers)
        response = connection.getresponse()
        content = response.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Unavailable(f"{self._address.shown} sent more than {MOST_BYTES // 10**6} MB.", permanent=True)
        return Reply(response.status, response.headers.get("Location", ""), content)

    @contextmanager
    def _connection(self, seconds: float) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut after ``seconds``, even when the other side sends a byte now and then."""
        raw = self._connect(min(seconds, CONNECT_SECONDS))
        twin = raw.dup()
        watchdog = threading.Timer(seconds, _cut, [twin])
        watchdog.daemon = True
        watchdog.start()
        connection = http.client.HTTPConnection(self._address.host, self._address.port, timeout=seconds)
        try:
            raw.settimeout(seconds)
            connection.sock = self._secured(raw)
            yield connection
        finally:
            watchdog.cancel()
            connection.close()
            raw.close()
            twin.close()

    def _connect(self, seconds: float) -> socket.socket:
        self._ips = self._ips or resolve(self._address)
        for ip in self._ips[:-1]:
            with suppress(OSError):
                return socket.create_connection((ip, self._address.port), timeout=seconds)
        return socket.create_connection((self._ips[-1], self._address.port), timeout=seconds)

    def _secured(self, raw: socket.socket) -> socket.socket:
        if self._address.scheme != "https":
            return raw
        return ssl.create_default_context().wrap_socket(raw, server_hostname=self._address.host)

    def _late(self) -> Unavailable:
        return Unavailable(f"{self._address.shown} did not answer in time.", do="Is the MLflow server overloaded?")

    def _broken(self, error: Exception) -> Unavailable:
        kind = "cannot be reached"
        if isinstance(error, ConnectionRefusedError):
            kind = "refuses connections"
        elif isinstance(error, (ConnectionError, http.client.HTTPException, ssl.SSLError)):
            kind = "does not speak HTTP as expected, or broke off the connection"
        return Unavailable(f"{self._address.shown} {kind}.", do="Is the MLflow server running at this address?")


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
