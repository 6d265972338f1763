"""Help: every anchor that other pages point to is there, and every word is explained once."""

from __future__ import annotations

import re

from django.test import Client

from assessments.checks.catalogue import load_catalogue
from mlops_portal.portal.glossary import GLOSSARY


def page(client: Client) -> str:
    response = client.get("/help/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_word_and_every_check_can_be_pointed_to(client: Client, db: None) -> None:
    anchors = set(re.findall(r'id="([^"]+)"', page(client)))
    assert {term.anchor for term in GLOSSARY} <= anchors
    assert {entry.id for entry in load_catalogue()} <= anchors


def test_links_within_the_page_lead_somewhere(client: Client, db: None) -> None:
    html = page(client)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'id="([^"]+)"', html))


def test_no_id_is_given_twice(client: Client, db: None) -> None:
    ids = re.findall(r' id="([^"]+)"', page(client))
    assert len(ids) == len(set(ids))


def test_the_words_are_in_order_and_end_as_sentences() -> None:
    words = [term.word for term in GLOSSARY]
    assert words == sorted(words)
    assert all(term.meaning.endswith((".", "?")) for term in GLOSSARY)


def test_the_commands_exist(client: Client, db: None) -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"python manage\.py (\w+)", page(client)))
    assert named
    assert named <= set(get_commands())
