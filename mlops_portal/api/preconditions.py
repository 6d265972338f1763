"""ETags: what is read carries one, and what is changed must name it, so that two editors overwrite nothing unseen."""

from __future__ import annotations

import re
from typing import Any

from django.utils.encoding import force_str
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from mlops_portal.kernel.digest import digest

_TAG = re.compile(r'(?:W/)?"[^"]*"')


class PreconditionRequired(APIException):
    """428: the change does not say which state it was made from."""

    status_code = 428
    default_detail = "Say which state you change."
    default_code = "precondition_required"

    def __init__(self) -> None:
        super().__init__("Read it first and send its ETag as If-Match.")


class PreconditionFailed(APIException):
    """412: somebody changed it since; ``etag`` is what it is now."""

    status_code = 412
    default_detail = "This changed since you read it."
    default_code = "precondition_failed"

    def __init__(self, etag: str) -> None:
        super().__init__("Read it again, make your change in what it is now, and send its new ETag.")
        self.etag = etag


def etag_of(data: Any) -> str:
    """The entity tag of a representation, as it stands in headers: a digest of what is sent."""
    return f'"{digest(force_str(JSONRenderer().render(data)))[:32]}"'


def _named(header: str) -> set[str]:
    return {tag.removeprefix("W/") for tag in _TAG.findall(header)}


def require_match(request: Request, data: Any) -> None:
    """Let the change pass when ``If-Match`` names ``data``. Raises PreconditionRequired, PreconditionFailed."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    etag = etag_of(data)
    if header != "*" and etag not in _named(header):
        raise PreconditionFailed(etag)


def require_match_or_new(request: Request, data: Any | None) -> None:
    """The same for what may not be there yet (None): ``If-None-Match: *`` says that none was seen."""
    if data is not None and request.headers.get("If-None-Match", "").strip() == "*":
        raise PreconditionFailed(etag_of(data))
    if data is None and "If-Match" in request.headers:
        raise PreconditionFailed("")
    if data is not None or request.headers.get("If-None-Match", "").strip() != "*":
        require_match(request, data)


def is_known(request: Request, etag: str) -> bool:
    """Whether ``If-None-Match`` says that the client has this already."""
    header = request.headers.get("If-None-Match", "").strip()
    return header == "*" or etag in _named(header)
