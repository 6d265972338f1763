"""Search over what the visitor may see: projects, criteria, checks, pages, people. The palette shows the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.selectors.frameworks import frameworks_in_force
from mlops_portal.accounts.models import User
from mlops_portal.portal.glossary import GLOSSARY
from mlops_portal.projects.models import Membership
from mlops_portal.projects.selectors import visible_projects
from mlops_portal.web import navigation, parameters
from mlops_portal.web.visitors import viewer

#: So many of each kind are shown; what is looked for is named better, not paged through.
MOST = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: its name, what it is, and where it is shown."""

    title: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``more`` is the address of all of it, "" when it is here."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    more: str = ""


def _words(query: str) -> list[str]:
    return query.casefold().split()


def _matches(query: str, *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in _words(query))


def _filter(query: str, *fields: str) -> Q:
    """Every word must stand in one of the fields."""
    wanted = Q()
    for word in query.split():
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        wanted &= anywhere
    return wanted


def _projects(person: Any, query: str) -> Group:
    matching = visible_projects(person).filter(_filter(query, "name", "slug", "description"))
    found = list(matching[: MOST + 1])
    hits = (Hit(p.name, p.description[:100] or p.slug, reverse("project", args=[p.slug])) for p in found[:MOST])
    more = f"{reverse('portfolio')}?{urlencode({'q': query})}" if len(found) > MOST else ""
    return Group("Projects", "project", tuple(hits), more)


def _framework_page(id: str) -> str:
    try:
        return reverse("framework", args=[id])
    except NoReverseMatch:  # where frameworks have no page of their own, the help says what they are
        return reverse("help")


def _criteria(person: Any, query: str) -> Group:
    found: dict[str, Hit] = {}
    for framework in frameworks_in_force():
        page = _framework_page(framework.id)
        if _matches(query, framework.id, framework.title):
            found[framework.id] = Hit(framework.title, framework.summary, page)
        for criterion in framework.criteria:
            if criterion.id not in found and _matches(query, criterion.id, criterion.statement):
                detail = f"{criterion.id} · {framework.title}"
                found[criterion.id] = Hit(criterion.statement, detail, f"{page}#{criterion.id}")
    return Group("Frameworks and criteria", "scorecard", tuple(found.values())[:MOST])


def _checks(person: Any, query: str) -> Group:
    found = (
        Hit(entry.question, f"{entry.id} · {entry.source}", f"{reverse('help')}#{entry.id}")
        for entry in load_catalogue()
        if _matches(query, entry.id, entry.question, entry.source)
    )
    return Group("Checks", "check", tuple(found)[:MOST])


def _people(person: Any, query: str) -> Group:
    if person is None:
        return Group("People", "people", ())
    people = User.objects.filter(_filter(query, "username", "first_name", "last_name"), is_active=True)
    found = list(people.order_by("first_name", "username")[:MOST])
    memberships = Membership.objects.filter(user__in=found, project__in=visible_projects(person)).select_related(
        "project"
    )
    where: dict[int, dict[str, None]] = {}
    for membership in memberships.order_by("project__name"):
        where.setdefault(membership.user_id, {})[membership.project.name] = None
    hits = (
        Hit(user.display_name, ", ".join(where.get(user.pk, ())) or "no project that you may see", _theirs(user))
        for user in found
    )
    return Group("People", "people", tuple(hits))


def _theirs(user: User) -> str:
    return f"{reverse('portfolio')}?{urlencode({'member': user.username})}"


def _pages(request: HttpRequest, query: str) -> Group:
    entries = [Hit(link.label, "page", link.href) for link in navigation.links(request)]
    entries += [Hit("Help", "how scoring works, the words, the keys", reverse("help"))]
    entries += [Hit(term.word, term.meaning, f"{reverse('help')}#{term.anchor}") for term in GLOSSARY]
    return Group("Pages and words", "info", tuple(hit for hit in entries if _matches(query, hit.title))[:MOST])


SEARCHES: tuple[Callable[[Any, str], Group], ...] = (_projects, _criteria, _checks, _people)


def _found(request: HttpRequest, query: str) -> Iterator[Group]:
    person = viewer(request)
    groups: Iterable[Group] = (*(search(person, query) for search in SEARCHES), _pages(request, query))
    yield from (group for group in groups if group.hits)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """``GET /search/?q=``: for everybody; visitors find public projects, and no people."""
    query = parameters.text(request, "q")
    groups = tuple(_found(request, query)) if query else ()
    return render(request, "portal/search.html", {"query": query, "groups": groups})
