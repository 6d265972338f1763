"""Judging where a project says its code, runs and models are, before anything ever goes there."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from mlops_portal.kernel.errors import Invalid

#: ``git@host:group/name.git``, git's short form of an ssh URL.
_SHORT_SSH = re.compile(r"[A-Za-z0-9_][\w.-]*@([A-Za-z0-9][\w.-]*):(?!//)[^:]+")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
_MOST_NAMES = 50
_LONGEST_NAME = 250


def checked_repository(text: str, *, roots: Iterable[Path]) -> str:
    """The repository address as it is stored. Raises Invalid with what is wrong and what to write instead.

    Allowed: ``https://…``, ``ssh://…``, ``git@host:path``, and absolute paths below one of ``roots``. Credentials in
    an address would end up in logs and pages; hosts that are this machine itself are not repositories.
    """
    text = text.strip()
    if not text:
        return ""
    if _UNPRINTABLE.search(text) or text.startswith("-"):
        raise _wrong("A repository address has no blanks and does not begin with a dash.")
    if "://" in text:
        return _checked_url(text)
    if short := _SHORT_SSH.fullmatch(text):
        _check_host(short[1])
        return text
    return _checked_path(text, roots)


def _wrong(what: str, do: str = "Write https://host/group/name.git or git@host:group/name.git.") -> Invalid:
    return Invalid(what, do=do, field="repository")


def _checked_url(text: str) -> str:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise _wrong("This repository address cannot be read.") from error
    if url.scheme not in ("https", "ssh"):
        raise _wrong(f"Repositories are not read over {url.scheme}.")
    if url.password is not None or (url.scheme == "https" and url.username is not None):
        raise _wrong("The address contains credentials.", "Leave them out; use a deploy key or git's credential store.")
    if not url.hostname or (url.username or "").startswith("-"):
        raise _wrong("The address names no host.")
    _check_host(url.hostname)
    return text


def _check_host(host: str) -> None:
    if host.startswith("-"):
        raise _wrong("A host does not begin with a dash.")
    if host.rstrip(".").lower() == "localhost" or _is_own_address(host):
        raise _wrong(f"{host} is this machine itself.", "Name the host by which others reach the repository.")


def _is_own_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified


def is_opened_path(text: str, *, roots: Iterable[Path]) -> bool:
    """Whether ``text`` is an absolute path below one of ``roots``, wherever symbolic links lead at this moment."""
    path = Path(text)
    try:
        return path.is_absolute() and any(path.resolve().is_relative_to(Path(root).resolve()) for root in roots)
    except (OSError, RuntimeError, ValueError):
        return False


def _checked_path(text: str, roots: Iterable[Path]) -> str:
    if not is_opened_path(text, roots=roots):
        raise _wrong(
            "This path is not below a folder that the operator opened for repositories.",
            "Give the repository's https or ssh address, or have the folder added to REPOSITORY_ROOTS.",
        )
    return str(Path(text).resolve())


def checked_subpath(text: str) -> str:
    """The project's folder inside its repository, relative. Raises Invalid."""
    parts = PurePosixPath(text.strip().strip("/")).parts
    if ".." in parts or "\\" in text or _UNPRINTABLE.search(text.strip().replace(" ", "")):
        raise Invalid(
            "The folder must lie inside the repository.", do="Write it like services/flights.", field="subpath"
        )
    return "/".join(parts)


def checked_names(names: Iterable[str], *, field: str, forbidden: str = "") -> list[str]:
    """Names in MLflow, each once, in the order given. Raises Invalid.

    Source of the rules: MLflow refuses empty names, and ``/`` and ``:`` in the names of registered models.
    """
    kept = list(dict.fromkeys(name.strip() for name in _as_texts(names, field)))
    for name in kept:
        if not name or len(name) > _LONGEST_NAME or any(not c.isprintable() for c in name):
            raise Invalid(f"{name[:60]!r} is no name in MLflow.", do="Give 1 to 250 printable characters.", field=field)
        if any(character in name for character in forbidden):
            raise Invalid(f"{name!r} contains / or :, which MLflow refuses in model names.", field=field)
    if len(kept) > _MOST_NAMES:
        raise Invalid(f"A project has at most {_MOST_NAMES} of these.", field=field)
    return kept


def _as_texts(names: Iterable[str], field: str) -> list[str]:
    texts = [] if isinstance(names, str) else list(names)
    if isinstance(names, str) or any(not isinstance(name, str) for name in texts):
        raise Invalid("Names are given as a list of texts.", field=field)
    return texts
