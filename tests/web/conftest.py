"""What tests of the kit share."""

from __future__ import annotations

import pytest

from mlops_portal.projects.models import Project


@pytest.fixture
def public(db: None) -> Project:
    """A project that everybody may see."""
    return Project.objects.create(slug="postcodes", name="Postcodes", visibility="public")


@pytest.fixture
def internal(db: None) -> Project:
    """A project that everybody of the organisation may see."""
    return Project.objects.create(slug="churn", name="Churn", visibility="organisation")
