"""People as clients, and counting a page's queries: as in the tests of the portal's pages."""

from tests.portal.conftest import clients, queries

__all__ = ["clients", "queries"]
