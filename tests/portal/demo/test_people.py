"""The demo's people."""

from __future__ import annotations

import pytest

from mlops_portal.accounts.models import User
from mlops_portal.portal.demo.people import PASSWORD, PEOPLE, make_people


@pytest.mark.django_db
def test_everybody_can_sign_in_and_dana_governs() -> None:
    make_people()
    assert {user.username for user in User.objects.all() if user.check_password(PASSWORD)} == {
        person.username for person in PEOPLE
    }
    assert list(User.objects.filter(groups__name="governance").values_list("username", flat=True)) == ["dana"]


@pytest.mark.django_db
def test_nobody_gets_special_rights() -> None:
    make_people()
    assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.django_db
def test_a_changed_password_stays_changed() -> None:
    make_people()
    alice = User.objects.get(username="alice")
    alice.set_password("something else entirely")
    alice.save()
    make_people()
    assert User.objects.get(username="alice").check_password("something else entirely")
    assert User.objects.count() == len(PEOPLE)
