"""Talks to a remote repository over https or ssh: what git is told, and what its complaints mean for a person."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from assessments.collectors.git.address import Address
from assessments.collectors.git.command import Deadline, Finished, Watch, run
from assessments.collectors.git.refusals import CannotLook, OutOfTime, shown
from assessments.evidence import Sight

#: Answers git's question for a password from its environment: never on a command line, where others could see it.
_ASK_ENVIRONMENT = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$REMOTE_USER" "$REMOTE_SECRET"; }; f'
)
_SSH = (
    *("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15"),
    *("-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no"),
)

_REDIRECT = re.compile(r"error: 30[12378]|update url base from redirection")

#: What git or curl or ssh says (in lower case) → how looking went, and what a person can do.
_COMPLAINTS: tuple[tuple[tuple[str, ...], Sight, str], ...] = (
    (
        ("authentication failed", "could not read username", "could not read password", "error: 401", "error: 403",
         "permission denied", "access denied", "http basic: access"),
        Sight.UNAUTHORISED,
        "{it} refused our credentials, or is private and none were given. Check the user name, token or deploy key.",
    ),
    (
        ("host key verification failed", "no matching host key"),
        Sight.UNREACHABLE,
        "The host key of {it} is not known here. An operator must add it to known_hosts.",
    ),
    (
        ("not found", "error: 404", "does not appear to be a git repository", "does not exist"),
        Sight.UNREACHABLE,
        "{it} was not found. Check the address.",
    ),
    (
        ("certificate", "ssl ", "gnutls"),
        Sight.UNREACHABLE,
        "The TLS certificate of {it} is not trusted.",
    ),
    (
        ("could not resolve", "name or service not known"),
        Sight.UNREACHABLE,
        "The host of {it} is not known. Check the address.",
    ),
    (
        ("refused", "unreachable", "failed to connect", "couldn't connect", "timed out", "connection", "empty reply",
         "operation too slow", "hung up", "early eof"),
        Sight.UNREACHABLE,
        "{it} did not answer. Check that its server is up and can be reached from here.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remote:
    """An address that may be asked, pinned to the numeric addresses that were judged (none: not pinned)."""

    address: Address
    pinned: tuple[str, ...] = ()

    def git(
        self,
        directory: str,
        command: Sequence[str],
        *,
        deadline: Deadline,
        settings: Sequence[str] = (),
        watch: Watch | None = None,
    ) -> Finished:
        """Run a git command that talks to the remote. Raises CannotLook with what went wrong, said for a person."""
        try:
            done = run(
                command,
                deadline=deadline,
                extra={"GIT_DIR": directory, **self.variables},
                settings=(*self.settings, *settings),
                watch=watch,
            )
        except OutOfTime:
            raise CannotLook(f"{self.address.identity} did not answer in the time allowed.") from None
        if done.code:
            raise explained(done.errors, self.address)
        return done

    @property
    def variables(self) -> dict[str, str]:
        """What git's environment needs for this remote, its credentials among it."""
        address = self.address
        variables = {"GIT_ALLOW_PROTOCOL": address.transport, "GIT_SSH_VARIANT": "ssh", "GIT_SSH_COMMAND": self._ssh()}
        if address.username and address.transport != "ssh":
            variables |= {"REMOTE_USER": address.username, "REMOTE_SECRET": address.password}
        return variables

    def _ssh(self) -> str:
        if self.address.transport != "ssh" or not self.pinned:
            return shlex.join(_SSH)
        alias = ("-o", f"HostKeyAlias={self.address.host}", "-o", f"HostName={self.pinned[0]}")
        return shlex.join((*_SSH, *alias))

    @property
    def settings(self) -> tuple[str, ...]:
        """The git settings for this remote; none of them is secret."""
        address = self.address
        if address.transport == "ssh":
            return ()
        pin = f"http.curloptResolve={address.host}:{address.port}:{','.join(self.pinned)}"
        helper = f"credential.helper={_ASK_ENVIRONMENT}"
        return (*((pin,) if self.pinned else ()), *((helper,) if address.username else ()))


class Redirected(CannotLook):
    """The remote answered with a redirect, which is never followed: it could lead into a private network."""


def explained(errors: str, address: Address) -> CannotLook:
    """Turn git's complaint into a refusal that a person understands and that repeats no credential."""
    said = errors.lower()
    if _REDIRECT.search(said):
        return Redirected(
            f"{address.identity} redirects elsewhere, which is not followed. Give the address it redirects to."
        )
    for signs, sight, text in _COMPLAINTS:
        if any(sign in said for sign in signs):
            return CannotLook(text.format(it=address.identity), sight)
    return CannotLook(f"{address.identity} could not be read: {_last_line(errors, address)}")


def _last_line(errors: str, address: Address) -> str:
    lines = [line for line in errors.splitlines() if line.strip()] or ["git gave no reason."]
    text = lines[-1]
    for secret in (address.password, address.username if address.transport != "ssh" else ""):
        text = text.replace(secret, "…") if secret else text
    return shown(text.removeprefix("fatal: "))
