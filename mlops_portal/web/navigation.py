"""The navigation registry: apps above this kit register their pages in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from mlops_portal.kernel.registry import Registry


def _everybody(user: Any) -> bool:
    return True


def signed_in(user: Any) -> bool:
    """Whether somebody is signed in."""
    return bool(getattr(user, "is_authenticated", False))


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: its words, the name of its address, its icon, its place (lowest first) and who sees it.

    ``key`` is the letter that opens it after "g" (see keys.js); each letter belongs to one entry.
    """

    label: str
    url_name: str
    icon: str
    order: int
    visible_to: Callable[[Any], bool] = _everybody
    key: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry resolved for one request; ``current`` is "page", "true" (a page below it) or ""."""

    label: str
    href: str
    icon: str
    current: str
    key: str = ""


NAVIGATION: Registry[NavItem] = Registry("navigation item")


def _currency(href: str, path: str) -> str:
    if href == path:
        return "page"
    return "true" if href != "/" and path.startswith(href) else ""


def links(request: HttpRequest) -> list[NavLink]:
    """The entries that this request's visitor sees, in order."""
    user = getattr(request, "user", None)
    items = sorted((item for _, item in NAVIGATION if item.visible_to(user)), key=lambda item: item.order)
    hrefs = [(item, reverse(item.url_name)) for item in items]
    return [NavLink(item.label, href, item.icon, _currency(href, request.path), item.key) for item, href in hrefs]
