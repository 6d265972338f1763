"""Ports: free or taken, and by whom."""

from __future__ import annotations

import os
import socket

from mlops_portal.portal.run.ports import LOOPBACK, any_free, command_line, holder, is_free


def test_a_port_nobody_listens_on_is_free() -> None:
    assert is_free(any_free())


def test_a_port_somebody_listens_on_is_taken_and_its_holder_named() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not is_free(port)
        assert f"(process {os.getpid()})" in holder(port)


def test_a_port_taken_on_all_addresses_is_taken_on_loopback_too() -> None:
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        assert not is_free(listener.getsockname()[1])


def test_a_free_port_has_no_holder() -> None:
    assert holder(any_free()) == ""


def test_a_process_that_does_not_exist_has_no_command_line() -> None:
    assert command_line(2**22 + 1) == ""
