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

    ``key`` is the letter that opens it after "g" (see keys.js); each letter belongs to one entry. ``badge`` counts what
    waits there for somebody who is signed in, in a query or two; ``badge_says`` is what the number means.
    """

    label: str
    url_name: str
    icon: str
    order: int
    visible_to: Callable[[Any], bool] = _everybody
    key: str = ""
    badge: Callable[[Any], int] | None = None
    badge_says: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry resolved for one request; ``current`` is "page", "true" (a page below it) or ""."""

    label: str
    href: str
    icon: str
    current: str
    key: str = ""
    badge: int = 0
    badge_says: str = ""


NAVIGATION: Registry[NavItem] = Registry("navigation item")


def _currency(href: str, path: str) -> str:
    if href == path:
        return "page"
    return "true" if href != "/" and path.startswith(href) else ""


def links(request: HttpRequest) -> list[NavLink]:
    """The entries that this request's visitor sees, in order."""
    user = getattr(request, "user", None)
    items = sorted((item for _, item in NAVIGATION if item.visible_to(user)), key=lambda item: item.order)
    return [_link(item, user, request.path) for item in items]


def _link(item: NavItem, user: Any, path: str) -> NavLink:
    href = reverse(item.url_name)
    count = item.badge(user) if item.badge is not None and signed_in(user) else 0
    return NavLink(item.label, href, item.icon, _currency(href, path), item.key, count, item.badge_says)
