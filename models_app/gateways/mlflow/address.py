"""Reading an MLflow address: allowed schemes, credentials taken out, and the guard against addresses inside.

A hostile project must not make this server ask its own loopback, its cloud's metadata service or its private network
(server-side request forgery), nor open files: only the operator's own addresses, and people at a shell, may.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from mlops_portal.kernel.errors import Unavailable

WEB = ("http", "https")
DATABASES = ("sqlite", "postgresql", "mysql")

#: Prefixes that carry an IPv4 address inside IPv6 and reach it through a gateway.
_TUNNELS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where an MLflow is. ``shown`` has no credentials; ``uri`` may have: never put it into a message.

    ``scheme`` is without a driver ("postgresql", not "postgresql+psycopg"). ``inside`` tells that loopback, private
    networks, files and databases are allowed for it.
    """

    scheme: str
    shown: str
    host: str
    port: int
    path: str
    inside: bool
    uri: str = field(repr=False, compare=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def on_the_web(self) -> bool:
        """Whether it is a server, not a database."""
        return self.scheme in WEB


def _split(uri: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(uri.strip())
        port = parts.port
    except ValueError:
        raise Unavailable("The MLflow address is not a URL.", permanent=True) from None
    return parts, port or (443 if parts.scheme == "https" else 80)


def _shown(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")


def _scheme(parts: SplitResult) -> str:
    scheme = parts.scheme.partition("+")[0].lower()
    if scheme in ("", "file"):
        raise Unavailable(
            "A folder of run files (mlruns) is not read.",
            do="Move it into a database with `mlflow migrate-filestore`, or give the address of a server over it.",
            permanent=True,
        )
    if scheme not in WEB + DATABASES:
        allowed = ", ".join(WEB + DATABASES)
        raise Unavailable(f"MLflow addresses with {scheme!r} are not read; allowed: {allowed}.", permanent=True)
    return scheme


def read_address(uri: str, *, inside: bool) -> Address:
    """Read ``uri``; ``inside`` allows loopback, private networks and databases. Raises Unavailable (permanent)."""
    parts, port = _split(uri)
    scheme = _scheme(parts)
    if scheme in DATABASES and not inside:
        raise Unavailable("Only the operator may have a database or a file read directly.", permanent=True)
    if scheme in WEB and not parts.hostname:
        raise Unavailable("The MLflow address names no host.", permanent=True)
    return Address(
        scheme=scheme,
        shown=_shown(parts),
        host=parts.hostname or "",
        port=port,
        path=parts.path.rstrip("/"),
        inside=inside,
        uri=uri.strip(),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def is_outside(ip: str) -> bool:
    """Whether an IP address is on the public internet, looking into addresses that wrap another."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_outside(str(address.ipv4_mapped))
        if any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


def resolve(address: Address) -> tuple[str, ...]:
    """The IP addresses of a server, each checked; connect to these only, so that a name cannot change its mind."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(f"No server is called {address.host!r}.", do="Check the MLflow address.") from None
    ips = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not address.inside and not all(is_outside(ip) for ip in ips):
        raise Unavailable(
            f"{address.host} is a loopback or private address, which only the operator may configure.", permanent=True
        )
    return ips
