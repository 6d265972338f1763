"""Where a repository is: a path, or an https or ssh address. Everything else is refused before git hears of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, quote, unquote, urlsplit

from assessments.collectors.git.refusals import CannotLook, is_plain, shown

PORTS = {"https": 443, "http": 80, "ssh": 22}

_HELPER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9+.-]*::")
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9._])?$|^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$")
_USER = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")
#: git's own rule: ``[user@]host:path`` is an ssh address when no slash comes before the first colon.
_SCP_LIKE = re.compile(r"^(?:(?P<user>[^@/:]+)@)?(?P<host>[^@/:]+):(?P<path>.*)$", re.DOTALL)
_ACCEPTED = "Give a path, an https:// or ssh:// URL, or git@host:path."


@dataclass(frozen=True, slots=True)
class Address:
    """A repository's address. ``identity`` may be shown; ``url`` is what git is given, without any password."""

    transport: str
    identity: str
    url: str = ""
    host: str = ""
    port: int = 0
    path: Path | None = None
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def parse_address(source: str) -> Address:
    """Read what a person typed. Raises CannotLook with a sentence that never repeats a credential."""
    _refuse_disguises(source)
    scheme = _SCHEME.match(source)
    if scheme:
        return _from_url(source, scheme[1].lower())
    scp_like = _SCP_LIKE.match(source)
    return _from_scp(scp_like) if scp_like else _from_path(source)


def _refuse(why: str) -> NoReturn:
    raise CannotLook(f"Refused: {why} {_ACCEPTED}")


def _refuse_disguises(source: str) -> None:
    if not source.strip():
        _refuse("the repository's address is empty.")
    if not is_plain(source) or len(source) > 2000:
        _refuse("the address contains control characters or is too long.")
    if source.startswith("-"):
        _refuse("the address starts with a dash and would be read as an option.")
    helper = _HELPER.match(source)
    if helper:
        _refuse(f"the transport “{helper[0]}” can run commands.")


def _from_url(source: str, scheme: str) -> Address:
    if scheme not in PORTS:
        _refuse(f"the transport “{shown(scheme)}://” is not allowed.")
    parts, port = _split(source)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if scheme == "ssh":
        return _ssh(username, _checked_host(parts.hostname), port, parts.path)
    host = _checked_host(parts.hostname)
    url = f"{scheme}://{_bracketed(host)}{f':{port}' if port else ''}{_quoted(parts.path)}"
    _refuse_hidden(username + password)
    return Address(scheme, url, url, host, port or PORTS[scheme], username=username, password=password)


def _split(source: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        _refuse("the URL cannot be read.")
    if parts.query or parts.fragment:
        _refuse("the URL carries a query or fragment.")
    if parts.path in ("", "/"):
        _refuse("the URL names no repository.")
    return parts, port


def _refuse_hidden(credentials: str) -> None:
    # A line break in a credential would end git's credential protocol line and forge another.
    if not is_plain(credentials):
        _refuse("the credentials in the URL contain control characters.")


def _quoted(path: str) -> str:
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


def _checked_host(host: str | None) -> str:
    if not host or not _HOST.match(host):
        _refuse("the address has no valid host name.")
    return host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _from_scp(match: re.Match[str]) -> Address:
    host, path, user = _checked_host(match["host"]), match["path"], match["user"] or ""
    if not path or path.startswith("-"):
        _refuse("the address names no repository.")
    _checked_user(user)
    url = f"{user}@{host}:{path}" if user else f"{host}:{path}"
    return Address("ssh", url, url, host, PORTS["ssh"], username=user)


def _checked_user(user: str) -> None:
    if user and not _USER.match(user):
        _refuse("the address has no valid user name.")


def _ssh(user: str, host: str, port: int | None, path: str) -> Address:
    # ssh asks for keys, never for a password in a URL: what was given is dropped, not passed on.
    _checked_user(user)
    at = f"{user}@" if user else ""
    url = f"ssh://{at}{_bracketed(host)}{f':{port}' if port else ''}{path}"
    return Address("ssh", url, url, host, port or PORTS["ssh"], username=user)


def _from_path(source: str) -> Address:
    try:
        path = Path(source).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        raise CannotLook("The path cannot be resolved.") from None
    return Address("path", str(path), path=path)
