"""The sub-navigation of a project: features above this kit register their tabs in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from mlops_portal.accounts.permissions import PERMISSIONS, may
from mlops_portal.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class ProjectTab:
    """One tab: its words, the name of its address (which takes the slug), and the permission its page asks for.

    Without a permission it is for everybody who may see the project.
    """

    label: str
    url_name: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab resolved for one project and one person."""

    key: str
    label: str
    href: str


#: In the order in which they are shown; the key is what templates pass as ``tab``.
PROJECT_TABS: Registry[ProjectTab] = Registry("project tab")


def _href(url_name: str, slug: str) -> str:
    try:
        return reverse(url_name, kwargs={"slug": slug})
    except NoReverseMatch:  # a feature that is not installed has no tab
        return ""


def _allowed(user: Any, project: Any) -> set[str]:
    """The permissions among those the tabs ask for that the person has here; each is asked once."""
    asked = {tab.permission for _, tab in PROJECT_TABS if tab.permission in PERMISSIONS}
    signed_in = bool(getattr(user, "is_authenticated", False))
    return {name for name in asked if may(user, name, project)} if signed_in else set()


def tabs(user: Any, project: Any) -> tuple[TabLink, ...]:
    """The tabs of a project that this person may use, in order."""
    allowed = _allowed(user, project)
    found = (
        (key, tab.label, _href(tab.url_name, project.slug))
        for key, tab in PROJECT_TABS
        if not tab.permission or tab.permission in allowed
    )
    return tuple(TabLink(key, label, href) for key, label, href in found if href)
