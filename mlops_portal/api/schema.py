"""The description of the API (OpenAPI): what every endpoint shares – refusals, headers, strict bodies – said once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, extend_schema
from rest_framework import serializers

from mlops_portal.api import paging
from mlops_portal.api.bodies import Body, Problem
from mlops_portal.api.problems import TYPE
from mlops_portal.api.scopes import scope_for

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

#: What may go wrong: everywhere · in what reads somebody's own · in what changes something.
EVERYWHERE = {
    400: "The request cannot be read.",
    401: "The token is unknown, expired or revoked, or nobody signed in.",
    403: "You, or this token, may not.",
    404: "There is nothing here, or you may not see it.",
    406: "Only JSON is spoken here.",
    422: "Something in the request is wrong; `field` names it.",
    429: "Too often; `Retry-After` says in how many seconds again.",
}
CHANGES = {
    409: "Its state does not allow this, or something else stands in its place.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    503: "A system we depend on did not answer.",
}
CONDITIONAL = {412: "It changed since you read it; the ETag is what it is now.", 428: "Send its ETag as If-Match."}

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of what you read."
)
MAYBE_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of what you read.")
IF_NONE = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, enum=["*"], description="In place of If-Match, where you saw none."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of what you have: 304 when it is the same."
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Any text of your own: sent again with the same body, the request is done once and answered alike.",
)


class PortalSchema(AutoSchema):
    """Adds to every operation what all of its kind share."""

    @property
    def _traits(self) -> Mapping[str, bool]:
        handler = getattr(self.view, self.method.lower(), None)
        return getattr(handler, "traits", {})

    def get_description(self) -> str:  # type: ignore[override]
        """The docstring, and the scope that a token needs."""
        scope = scope_for(self.view, self.method)
        said = super().get_description() or ""
        return f"{said}\n\nScope of a token: `{scope}`." if scope else said

    def get_operation_id(self) -> str:
        """The endpoint's name and the method: ``projects_get``."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__.removesuffix("View")).lower()
        return f"{name}_{self.method.lower()}"

    def get_override_parameters(self) -> list[Any]:
        """The headers that apply."""
        found = [*super().get_override_parameters()]
        if self.method == "POST":
            found.append(KEY)
        if self._traits.get("conditional"):
            found.append(IF_MATCH)
        if self._traits.get("new"):
            found += [MAYBE_MATCH, IF_NONE]
        if self.method == "GET":
            found.append(IF_NONE_MATCH)
        return found

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status, description in self._refusals().items():
            if str(status) not in bodies:
                answer = self._get_response_for_code(Problem, str(status), [TYPE], direction)  # type: ignore[no-untyped-call]
                bodies[str(status)] = {**answer, "description": description}
        if self.method == "GET":
            bodies["304"] = {"description": "You have it already."}
        return dict(sorted(bodies.items()))

    def _refusals(self) -> dict[int, str]:
        found = dict(EVERYWHERE)
        if self.method != "GET":
            found |= CHANGES
        return found | CONDITIONAL if self._traits.get("conditional") or self._traits.get("new") else found


class BodyExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Bodies take the fields they name and no others."""

    target_class = Body
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """As usual, closed."""
        return {
            **auto_schema._map_serializer(  # type: ignore[no-untyped-call]
                self.target, direction, bypass_extensions=True
            ),
            "additionalProperties": False,
        }


def documented(
    summary: str,
    answers: Any = None,
    *,
    takes: Any = None,
    status: int = 200,
    parameters: Any = (),
    conditional: bool = False,
    creates: bool = False,
    paged: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Describe one method of an endpoint: the sentence, what it takes and what it answers.

    ``conditional`` says that it needs If-Match, ``creates`` that If-None-Match: * may stand in its place, ``paged``
    that it answers cursor pages of ``answers``.
    """
    body = page_of(answers) if paged else answers
    more = [*parameters, *(paging.PARAMETERS if paged else ())]

    def mark(method: Endpoint) -> Endpoint:
        method.traits = {"conditional": conditional, "new": creates}  # type: ignore[attr-defined]
        described = extend_schema(summary=summary, request=takes, responses={status: body}, parameters=more)
        return described(method)

    return mark


def page_of(row: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer of a page of such rows."""
    name = f"{row.__name__}Page"
    fields = {
        "__doc__": f"One page of {row.__name__}.",
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    made: type[serializers.Serializer[Any]] = _PAGES.setdefault(name, type(name, (serializers.Serializer,), fields))
    return made


_PAGES: dict[str, Any] = {}
