"""What requests carry: strict bodies that refuse fields nobody asked for, and the shape of a refusal."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from rest_framework import serializers

from mlops_portal.kernel.errors import Invalid


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="What happened.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What to do about it.", allow_blank=True)
    field = serializers.CharField(required=False, help_text="The field that is wrong, where it is one.")


class Body(serializers.Serializer[Any]):
    """The body of a request. A field that it does not know is an error: a misspelt one would be lost in silence."""


def read(
    shape: type[serializers.BaseSerializer[Any]], data: object, *, partial: bool = False, also: Container[str] = ()
) -> dict[str, Any]:
    """The values of a body or of query parameters. Raises Invalid, naming the first field that is wrong."""
    if not isinstance(data, Mapping):
        raise Invalid("The body is not a JSON object.", do="Send {…} with the fields that the documentation names.")
    found = shape(data=data, partial=partial)
    if isinstance(found, Body):
        _refuse_unknown(found, data, also)
    if not found.is_valid():
        field, message = _first(found.errors)
        raise Invalid(f"{field}: {message}" if field else message, do="See /api/docs/.", field=field)
    return dict(found.validated_data)


def _refuse_unknown(found: Body, data: Mapping[Any, Any], also: Container[str]) -> None:
    unknown = sorted(str(name)[:60] for name in data if name not in found.fields and name not in also)
    if unknown:
        known = ", ".join(found.fields) or "none"
        raise Invalid(f"There is no field {unknown[0]!r} here.", do=f"Known: {known}.", field=unknown[0])


def _first(errors: Any, path: str = "") -> tuple[str, str]:
    """The first error and where it is, such as ``answers.0.item``."""
    if isinstance(errors, Mapping):
        key, inner = next(iter(errors.items()))
        return _first(inner, path if key == "non_field_errors" else f"{path}.{key}".lstrip("."))
    if isinstance(errors, list) and errors:
        position, inner = next((n, e) for n, e in enumerate(errors) if e)
        return _first(inner, f"{path}.{position}") if isinstance(inner, Mapping) else (path, str(inner))
    return path, str(errors)
