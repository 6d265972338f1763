"""The tabs of a project: those the person may use, the current one marked."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from mlops_portal.web.project_tabs import PROJECT_TABS, ProjectTab, tabs


def keys(user: object, project: Project) -> list[str]:
    return [link.key for link in tabs(user, project)]


def test_a_visitor_finds_only_what_everybody_may_read(public: Project) -> None:
    assert keys(AnonymousUser(), public) == ["overview", "scorecard"]


def test_a_stranger_of_the_organisation_finds_no_more(charlie: User, internal: Project) -> None:
    assert keys(charlie, internal) == ["overview", "scorecard"]


def test_a_tab_whose_page_is_not_installed_is_left_out(alice: User, flights: Project) -> None:
    tab = ProjectTab("Nowhere", "no-such-page")
    PROJECT_TABS.register("nowhere", tab)
    try:
        assert "nowhere" not in keys(alice, flights)
    finally:
        del PROJECT_TABS._items["nowhere"]


def test_the_tab_of_this_page_is_marked(rf: RequestFactory, alice: User, flights: Project) -> None:
    request = rf.get("/")
    request.user = alice
    html = render_to_string("portal/project_tabs.html", {"project": flights, "tab": "scorecard"}, request=request)
    assert html.count('aria-current="page"') == 1
    assert 'href="/projects/flights/scorecard/" aria-current="page"' in html
