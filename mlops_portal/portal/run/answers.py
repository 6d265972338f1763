"""Waiting until a server really answers."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from http import HTTPStatus


class NotAnswering(Exception):
    """The address did not answer in time; the message says what it did instead."""


def answer(address: str, *, seconds: float = 10.0) -> int | str:
    """The HTTP status of one request (redirects followed), or what went wrong in words."""
    try:
        with urllib.request.urlopen(address, timeout=seconds) as response:  # noqa: S310 – our own loopback address
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        return str(getattr(error, "reason", error))


def wait_for(address: str, *, seconds: float) -> None:
    """Return as soon as the address answers 200. Raises NotAnswering after ``seconds``."""
    deadline = time.monotonic() + seconds
    while (said := answer(address)) != HTTPStatus.OK:
        if time.monotonic() > deadline:
            raise NotAnswering(f"{address} did not answer within {seconds:.0f} s (last: {said}).")
        time.sleep(0.2)
