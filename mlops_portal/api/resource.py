"""What every endpoint is made of: who asks, what may be asked how often, one action or selector, one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from mlops_portal.accounts.models import User
from mlops_portal.api.authentication import BearerAuthentication
from mlops_portal.api.bodies import read
from mlops_portal.api.idempotency import once_per_key
from mlops_portal.api.paging import page
from mlops_portal.api.parsers import BoundedJSONParser
from mlops_portal.api.preconditions import etag_of, is_known, require_match, require_match_or_new
from mlops_portal.api.scopes import Scope, SignedInToChange, TokenHasScope
from mlops_portal.api.throttles import ChangesByPrincipal, ReadsByAddress
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import NotAllowed
from mlops_portal.projects.actors import actor_from_api
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.projects.selectors import project_for

Shape = type[BaseSerializer[Any]]


class Resource(APIView):
    """One address. ``scopes`` names the scope of each method; without one no token gets in."""

    authentication_classes: Any = (BearerAuthentication, SessionAuthentication)
    permission_classes: Any = (SignedInToChange, TokenHasScope)
    throttle_classes = (ChangesByPrincipal, ReadsByAddress)
    parser_classes = (BoundedJSONParser,)

    scopes: ClassVar[Mapping[str, Scope]] = {}
    #: Whether visitors may read here; what they see is the selector's to say.
    open_to_visitors: ClassVar[bool] = False
    #: Fields of an answer that are shown once and never kept.
    shown_once: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Every ``post`` honours Idempotency-Key."""
        super().__init_subclass__()
        if "post" in cls.__dict__:
            cls.post = once_per_key(cls.post)  # type: ignore[attr-defined]

    @property
    def viewer(self) -> Any:
        """Whom selectors ask about: the project token, else the person, None for a visitor."""
        auth = self.request.auth
        if isinstance(auth, ProjectToken):
            return auth
        return self.request.user if self.request.user.is_authenticated else None

    @property
    def actor(self) -> Actor:
        """Who acts. Raises NotAllowed for visitors."""
        return actor_from_api(self.request)

    @property
    def person(self) -> User:
        """The person who asks. Raises NotAllowed for a project's token."""
        if not isinstance(self.request.user, User):
            raise NotAllowed("This is for people; a project's token is none.", do="Use a personal token.")
        return self.request.user

    def project(self, slug: str) -> Project:
        """The project of the address. Raises NotFound."""
        return project_for(self.viewer, slug)

    def body(self, shape: Shape, *, partial: bool = False) -> dict[str, Any]:
        """The request's body. Raises Invalid."""
        return read(shape, self.request.data, partial=partial)

    def query(self, shape: Shape) -> dict[str, Any]:
        """The request's parameters. Raises Invalid."""
        return read(shape, self.request.query_params, also=("cursor", "page_size"))

    def show(self, shape: Shape, instance: Any, *, status: int = 200) -> Response:
        """One thing, with its ETag."""
        data = self.told(shape, instance)
        return Response(data, status=status, headers={"ETag": etag_of(data)})

    def told(self, shape: Shape, instance: Any) -> Any:
        """How the thing is told to whoever asks."""
        return shape(instance, context={"request": self.request, "viewer": self.viewer}).data

    def told_all(self, shape: Shape, rows: Iterable[Any]) -> list[Any]:
        """The same for all of a short list."""
        return [self.told(shape, row) for row in rows]

    def pages(
        self, shape: Shape, rows: QuerySet[Any], key: str, *, view: Callable[[Any], Any] | None = None
    ) -> Response:
        """One page of rows by their unique ``key``; ``view`` turns a row into what is told of it."""
        found, links = page(self.request, rows, key)
        told = [self.told(shape, view(row) if view else row) for row in found]
        return Response({**links, "results": told})

    def unchanged(self, shape: Shape, instance: Any) -> None:
        """Let a change pass that was made from what the thing is now. Raises PreconditionRequired, …Failed."""
        require_match(self.request, self.told(shape, instance))

    def unchanged_or_new(self, shape: Shape, instance: Any | None) -> None:
        """The same for a thing that may not be there yet."""
        require_match_or_new(self.request, None if instance is None else self.told(shape, instance))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """304 for who has it already; every good answer to GET carries an ETag."""
        if request.method in ("GET", "HEAD") and response.status_code == 200 and hasattr(response, "data"):
            etag = response.headers.get("ETag") or etag_of(response.data)
            response.headers["ETag"] = etag
            if is_known(self.request, etag):
                response = Response(status=304, headers={"ETag": etag})
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Vary", "Authorization, Cookie")
        return final


def locked(row: Any) -> Any:
    """The row as it is now, held until the transaction ends, so that what was compared is what is changed."""
    return type(row).objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
