"""The portfolio: levels as intervals against targets, filters in the address, what needs attention, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from assessments.checks.catalogue import load_catalogue
from assessments.checks.verdict import not_met
from assessments.models import Assessment, LevelChange, Scoring
from assessments.selectors import figures
from assessments.selectors.portfolio import PER_PAGE, Wanted
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Membership, Project
from mlops_portal.reviews.models import Review
from tests.portal.scenery import keep_score, organisation, varied


def page(client: Client, path: str = "/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.getvalue().decode()


def test_a_project_is_a_row_with_its_interval(client: Client, public: Project) -> None:
    keep_score(public, {})
    html = page(client)
    assert "Overall level of Postcodes: 0 (up to 4). Open the scorecard" in html
    assert "≤4" in html


def test_a_project_that_was_never_scored_says_so_and_is_counted(client: Client, public: Project) -> None:
    html = page(client)
    assert "not scored" in html
    assert "1 never" in html


def test_figures_that_are_old_are_marked_and_counted(client: Client, public: Project) -> None:
    keep_score(public, {}, at=clock.now() - timedelta(days=5))
    html = page(client)
    assert "old: " in html
    assert 'standing=old&amp;sort=checked">1</a>' in html


def test_a_project_below_its_target_is_counted_and_marked(client: Client, public: Project) -> None:
    Project.objects.update(target_level=4, target_reason="Harm.")
    keep_score(public, varied())
    html = page(client)
    assert "4 · below" in html
    assert 'standing=below&amp;sort=gap">1</a>' in html


def test_what_waits_for_a_person_is_named_first(client: Client, dana: User, alice: User, flights: Project) -> None:
    draft_of(alice, flights)
    client.force_login(dana)
    html = page(client)
    assert "Needs you" in html
    assert "Alice Ahmed asks for your decision: Waiver of MR-2.1" in html
    client.force_login(alice)
    assert "asks for your decision" not in page(client)


def test_a_project_whose_target_cannot_be_told_is_counted_as_open(client: Client, public: Project) -> None:
    Project.objects.update(target_level=3, target_reason="Harm.")
    keep_score(public, {})
    assert ">1 open</a>" in page(client)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/?q=postc", {"Postcodes"}),
        ("/?q=nothing", set()),
        ("/?q=POST+codes", {"Postcodes"}),
        ("/?standing=not-assessed", {"Churn"}),
        ("/?standing=at", {"Postcodes"}),
        ("/?standing=beyond", set()),
        ("/?standing=none", {"Churn"}),
        ("/?standing=old", set()),
        ("/?tier=high", {"Churn"}),
        ("/?level=0", {"Postcodes"}),
        ("/?level=3", set()),
        ("/?q=&level=&tier=&framework=azure-mlops", {"Postcodes", "Churn"}),
    ],
)
def test_the_address_narrows_the_rows(
    client: Client, public: Project, internal: Project, address: str, names: set[str]
) -> None:
    Project.objects.filter(pk=internal.pk).update(risk_tier="high", visibility="public")
    Project.objects.filter(pk=public.pk).update(target_level=0, target_reason="A prototype.")
    keep_score(public, {})
    rows = csv.DictReader(io.StringIO(page(client, address.replace("/", "/portfolio.csv", 1))))
    assert {row["name"] for row in rows} == names
    assert all((name in page(client, address)) == (name in names) for name in ("Postcodes", "Churn"))


def test_filters_that_match_nothing_offer_the_way_back(client: Client, public: Project) -> None:
    html = page(client, "/?q=nothing")
    assert "No project matches these filters." in html
    assert "Show all projects" in html


@pytest.mark.parametrize(
    "address",
    [
        "/?level=9",
        "/?tier=huge",
        "/?framework=own",
        "/?standing=lying",
        "/?sort=luck",
        "/?mine=2",
        "/portfolio.csv?level=x",
    ],
)
def test_nonsense_in_the_address_is_refused_with_a_reason(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "is no value of the filter" in response.content.decode()


def test_an_empty_portfolio_teaches_a_member_and_invites_a_visitor(client: Client, alice: User) -> None:
    assert "Sign in" in page(client)
    client.force_login(alice)
    html = page(client)
    assert "This page will show every project as a row" in html
    assert "python manage.py assess" in html


def test_csv_has_both_ends_of_every_interval(client: Client, public: Project) -> None:
    keep_score(public, {})
    (row,) = csv.DictReader(io.StringIO(page(client, "/portfolio.csv")))
    assert (row["overall confirmed"], row["overall possible"]) == ("0", "4")
    assert row["people possible"] == "4"


def test_csv_gives_no_formula_to_a_spreadsheet(client: Client, public: Project) -> None:
    Project.objects.update(name='=HYPERLINK("https://evil.example.org")')
    (row,) = csv.DictReader(io.StringIO(page(client, "/portfolio.csv")))
    assert row["name"].startswith("'=")


def test_hostile_names_stay_text(client: Client, public: Project) -> None:
    Project.objects.update(name="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    html = page(client)
    assert "<script>alert" not in html
    assert "<img" not in html


@override_settings(DEMO=True)
def test_the_demo_says_that_it_is_one_and_who_can_sign_in(client: Client, public: Project) -> None:
    html = page(client)
    assert "Demo data" in html
    assert "Alice, Bob, Charlie or Dana" in html


def test_outside_a_demo_nothing_says_demo(client: Client, public: Project) -> None:
    assert "demo" not in page(client).lower()


def names(client: Client, address: str) -> list[str]:
    rows = csv.DictReader(io.StringIO(page(client, address.replace("/", "/portfolio.csv", 1))))
    return [row["name"] for row in rows]


def leveled(name: str, confirmed: int, possible: int, target: int | None, *, days: int = 0) -> Project:
    """A public project whose live level is as said, checked so many days ago."""
    reason = "Needed." if target is not None else ""
    slug = name.lower()
    project = Project.objects.create(
        slug=slug, name=name, visibility="public", target_level=target, target_reason=reason
    )
    keep_score(project, {}, at=clock.now() - timedelta(days=days))
    Scoring.objects.filter(project=project).update(confirmed=confirmed, possible=possible)
    return project


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["Anna", "Berta", "Carl", "Dora"]),
        ("level", ["Berta", "Carl", "Anna", "Dora"]),
        ("-level", ["Anna", "Carl", "Berta", "Dora"]),
        ("gap", ["Anna", "Carl", "Berta", "Dora"]),
        ("checked", ["Dora", "Berta", "Anna", "Carl"]),
    ],
)
def test_the_rows_come_in_the_order_asked_for(client: Client, db: None, order: str, expected: list[str]) -> None:
    leveled("Anna", 0, 1, 3, days=1)
    leveled("Berta", 3, 4, 2, days=4)
    leveled("Carl", 2, 2, 3)
    Project.objects.create(slug="dora", name="Dora", visibility="public")
    assert names(client, f"/?sort={order}") == expected


def test_every_standing_is_told_apart_as_on_the_rows(client: Client, db: None) -> None:
    for number in range(5):
        for possible in range(number, 5):
            for target in (None, 0, 2, 4):
                leveled(f"P{number}{possible}{target}", number, possible, target)
    rows = list(csv.DictReader(io.StringIO(page(client, "/portfolio.csv"))))
    for standing in ("at", "below", "beyond", "unknown", "none"):
        said = {row["name"] for row in rows if row["standing"] == standing}
        assert set(names(client, f"/?standing={standing}")) == said


def test_only_mine_are_those_in_which_i_hold_a_role(
    client: Client, alice: User, flights: Project, public: Project
) -> None:
    client.force_login(alice)
    assert names(client, "/?mine=1") == ["Flights"]
    client.logout()
    assert names(client, "/?mine=1") == []


def test_the_projects_of_a_colleague_are_those_that_i_may_see(
    client: Client, alice: User, charlie: User, flights: Project, public: Project
) -> None:
    Membership.objects.create(project=public, user=alice, role="viewer")
    client.force_login(charlie)
    assert names(client, "/?member=alice") == ["Postcodes"]
    client.force_login(alice)
    assert names(client, "/?member=alice") == ["Flights", "Postcodes"]
    client.logout()
    assert names(client, "/?member=alice") == ["Postcodes"]


def test_the_accepted_level_stands_beside_the_live_one_for_those_who_may_read_it(
    client: Client, alice: User, public: Project
) -> None:
    keep_score(public, {})
    accepted = accept(public, alice)
    assert "accepted 1" not in page(client)
    Membership.objects.create(project=public, user=alice, role="viewer")
    client.force_login(alice)
    assert "accepted 1 ≤2" in page(client)
    client.logout()
    Assessment.objects.filter(pk=accepted.pk).update(published_at=clock.now())
    assert "accepted 1 ≤2" in page(client)


def test_the_last_changes_of_level_are_listed_with_their_cause(client: Client, public: Project) -> None:
    keep_score(public, {}, at=clock.now() - timedelta(days=9))
    assert "Last changes of level" not in page(client)
    keep_score(public, dict.fromkeys((entry.id for entry in load_catalogue()), not_met("No.")))
    html = page(client)
    assert "0 (up to 4) → <strong>0</strong>" in html
    cause = LevelChange.objects.get(framework="mlops-levels", confirmed_before__isnull=False).cause
    assert cause
    assert f'<span class="tag">{cause}</span>' in html


def test_a_change_of_a_hidden_project_is_not_listed(client: Client, flights: Project, public: Project) -> None:
    keep_score(flights, {}, at=clock.now() - timedelta(days=9))
    keep_score(flights, dict.fromkeys((entry.id for entry in load_catalogue()), not_met("No.")))
    assert "Flights" not in page(client)


def test_the_trend_goes_back_change_by_change(db: None) -> None:
    now = clock.now()
    project = leveled("Anna", 0, 0, 2, days=20)
    LevelChange.objects.all().delete()
    scoring = Scoring.objects.filter(project=project, framework="mlops-levels").get()
    other = Scoring.objects.filter(project=project, framework="azure-mlops").get()
    moved = {"project": project, "framework": "mlops-levels"}
    LevelChange.objects.create(**moved, scoring=other, at=now - timedelta(days=20), confirmed=0, possible=1)
    LevelChange.objects.create(
        **moved, scoring=scoring, at=now - timedelta(days=5),
        confirmed_before=0, possible_before=1, confirmed=2, possible=3,
    )  # fmt: skip
    Scoring.objects.filter(pk=scoring.pk).update(confirmed=2, possible=3)
    found = figures.figures(None, Wanted(), 4)
    days = figures.trend(None, Wanted(), found)
    assert len(days) == 31
    assert [(days[-1].scored, days[-1].at_target, days[-1].below_target)] == [(1, 1, 0)]
    ago = {back: days[-1 - back] for back in (4, 6, 19, 21, 30)}
    assert [(ago[b].scored, ago[b].at_target, ago[b].below_target) for b in ago] == [
        (1, 1, 0),
        (1, 0, 1),
        (1, 0, 1),
        (0, 0, 0),
        (0, 0, 0),
    ]


def test_csv_has_every_row_although_the_page_has_one_page(client: Client, db: None) -> None:
    many(1200)
    assert len(names(client, "/")) == 1200
    assert page(client).count("data-row") == PER_PAGE


def test_pages_follow_each_other_and_keep_the_filters(client: Client, db: None) -> None:
    many(2 * PER_PAGE + 1)
    html = page(client, "/?q=wine&page=2")
    assert "Page 2 of 3" in html
    assert f"Wine {PER_PAGE:04}" in html
    assert f"Wine {PER_PAGE - 1:04}" not in html
    assert 'href="?q=wine&amp;page=3"' in html


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [("99", 200, "Page 3 of 3"), ("0", 200, "Page 1 of 3"), ("x", 400, "is no number of a page")],
)
def test_a_page_that_there_is_not_is_answered_by_the_nearest(
    client: Client, db: None, number: str, status: int, said: str
) -> None:
    many(2 * PER_PAGE + 1)
    response = client.get("/", {"page": number})
    assert response.status_code == status
    assert said in response.content.decode()


def many(count: int) -> None:
    """Public projects without a level."""
    Project.objects.bulk_create(
        Project(slug=f"wine-{n}", name=f"Wine {n:04}", description="Which cultivar it is", visibility="public")
        for n in range(count)
    )


def test_the_number_of_queries_does_not_grow_with_the_projects(
    client: Client, alice: User, queries: Callable[[Client, str], int]
) -> None:
    client.force_login(alice)
    organisation(3)
    few = queries(client, "/")
    many(300)
    cache.clear()
    assert queries(client, "/") == few


def test_a_member_of_projects_takes_no_more_queries_whether_what_is_due_is_known_or_not(
    client: Client, alice: User, flights: Project, queries: Callable[[Client, str], int]
) -> None:
    Project.objects.update(created_at=clock.now() - timedelta(days=400))
    client.force_login(alice)
    draft_of(alice, flights)
    assert queries(client, "/") <= 12
    assert 'data-fill="/me/due/"' in page(client)
    assert queries(client, "/me/due/") <= 12
    assert queries(client, "/") <= 12
    html = page(client)
    assert "Flights: an assessment was due on" in html
    assert "data-fill=" not in html


def test_the_first_page_does_not_grow_with_the_projects(client: Client, db: None) -> None:
    organisation(3)
    template = Scoring.objects.filter(framework="mlops-levels").first()
    assert template is not None
    many(200)
    score_all_like(template)
    few = len(page(client))
    many_more(10_000)
    assert abs(len(page(client)) - few) < 2_000
    compressed = client.get("/", headers={"accept-encoding": "gzip"})
    assert compressed["Content-Encoding"] == "gzip"
    assert len(compressed.content) < 30_000


def score_all_like(template: Scoring) -> None:
    """Give every project without a level the level of this scoring."""
    columns = {name: getattr(template, name) for name in SCORED}
    bare = Project.objects.exclude(pk__in=Scoring.objects.values("project"))
    Scoring.objects.bulk_create(Scoring(project=project, **columns) for project in bare)


def many_more(count: int) -> None:
    Project.objects.bulk_create(
        Project(slug=f"x-{n}", name=f"X {n:05}", description="Something else entirely", visibility="public")
        for n in range(count)
    )


SCORED = (
    "framework", "framework_version", "catalogue_version", "scored_at", "checked_at", "confirmed", "possible",
    "summary", "scorecard", "digest",
)  # fmt: skip


def draft_of(person: User, project: Project) -> Review:
    """A request for a waiver that waits for governance."""
    at = clock.now()
    values = {"facts": [], "digest": "d", "opened_at": at, "expires_at": at + timedelta(days=30)}
    return Review.objects.create(
        kind="waiver", project=project, subject_id="1", title="Waiver of MR-2.1", requester=person, **values
    )


def accept(project: Project, person: User) -> Assessment:
    at = clock.now()
    return Assessment.objects.create(
        project=project, framework="mlops-levels", framework_version="1.0", state="accepted", confirmed=1, possible=2,
        digest="d", started_by=person, started_at=at, submitted_by=person, submitted_at=at, decided_at=at,
    )  # fmt: skip
