"""The chain's arithmetic, pure: the bytes of an entry, and its hash, which covers every field and the entry before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlops_portal.kernel.digest import digest

#: What the first entry continues.
GENESIS = "0" * 64
#: Every field that the hash covers, by its name in the table.
FIELDS = (
    "sequence",
    "at",
    "verb",
    "actor_kind",
    "actor_id",
    "actor_name",
    "face",
    "gesture",
    "subject_kind",
    "subject_id",
    "subject_label",
    "project_id",
    "before",
    "after",
    "reason",
    "previous_hash",
)


def entry_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical bytes of all ``FIELDS``; ``at`` is aware and in UTC."""
    return digest({name: values[name] for name in FIELDS})
