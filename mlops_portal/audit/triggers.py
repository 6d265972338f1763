"""Database triggers that refuse to change or delete entries, also for whoever goes round the ORM.

A later migration that rebuilds the table on SQLite drops its triggers and must put them back with ``put``.
"""

from __future__ import annotations

from typing import Any

TABLE = "audit_auditentry"
_REFUSAL = "the audit trail is append-only"

_SQLITE = {
    event: f"CREATE TRIGGER IF NOT EXISTS audit_no_{event.lower()} BEFORE {event} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for event in ("UPDATE", "DELETE")
}
_POSTGRESQL = {
    "FUNCTION": "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "TRIGGER": f"CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
}


def put(schema_editor: Any) -> None:
    """Create the triggers for the database at hand."""
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}.get(vendor, {}).values():
        schema_editor.execute(statement)


def take(schema_editor: Any) -> None:
    """Drop the triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for event in _SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_no_{event.lower()}")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_no_change ON {TABLE}")
