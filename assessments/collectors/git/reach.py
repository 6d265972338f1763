"""Which hosts may be asked for a repository: by default only public ones, so that a form cannot probe our network."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from assessments.collectors.git.address import Address
from assessments.collectors.git.refusals import CannotLook

#: NAT64 (RFC 6052): the last 32 bits are an IPv4 address, which then decides.
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Reach:
    """What an installation allows beyond public https and ssh.

    ``private_hosts``: host names that may resolve to loopback, private or link-local addresses (a self-hosted forge);
    ``any_host``: all of them; ``plain_http``: http:// besides https://.
    """

    private_hosts: frozenset[str] = frozenset()
    any_host: bool = False
    plain_http: bool = False


def allowed_addresses(address: Address, reach: Reach) -> tuple[str, ...]:
    """Numeric addresses git must be pinned to, so that no second look-up can answer differently.

    Empty when the host is explicitly allowed, or only a configured proxy can resolve it. Raises CannotLook.
    """
    if address.transport == "http" and not reach.plain_http:
        raise CannotLook("Refused: http:// sends everything in the clear. Use https://.")
    if reach.any_host or address.host.lower() in reach.private_hosts:
        return ()
    found = _resolve(address)
    for text in found:
        if not is_public(text):
            raise CannotLook(
                f"Refused: {address.host} is inside a private network. "
                "An operator can allow the host for a self-hosted forge."
            )
    return found


def _resolve(address: Address) -> tuple[str, ...]:
    try:
        answers = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if address.transport != "ssh" and _has_proxy():
            return ()
        raise CannotLook(f"The host {address.host} is not known. Check the address.") from None
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _has_proxy() -> bool:
    return any(os.environ.get(name) for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"))


def is_public(text: str) -> bool:
    """Whether a numeric address belongs to the public internet (not loopback, private, link-local, reserved …)."""
    numeric = _embedded(ip_address(text.partition("%")[0]))
    return numeric.is_global and not numeric.is_multicast


def _embedded(numeric: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(numeric, IPv4Address):
        return numeric
    if numeric in _NAT64:
        return IPv4Address(int(numeric) & 0xFFFFFFFF)
    return numeric.ipv4_mapped or numeric.sixtofour or numeric
