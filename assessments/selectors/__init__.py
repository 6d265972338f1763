"""Selectors: what pages, the API and the actions read. Frozen dataclasses, constant query counts."""
