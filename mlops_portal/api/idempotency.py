"""``Idempotency-Key``: a POST that is sent twice is done once, and both get the same answer.

The key is claimed in a transaction of its own, so that the second of two at once sees it. The change and the answer
are kept in one transaction: after a crash there is either both or neither, and the claim may be taken over. A request
that was refused changed nothing; its key is free again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from mlops_portal.api.models import KeptAnswer
from mlops_portal.api.throttles import principal_of
from mlops_portal.kernel import clock
from mlops_portal.kernel.digest import digest
from mlops_portal.kernel.errors import Invalid

HEADER = "Idempotency-Key"
#: A claim this old belongs to a process that died: nothing of it was committed.
ABANDONED = timedelta(minutes=2)
#: Answers are kept this long.
KEPT = timedelta(days=1)
_SHAPE = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS = ("ETag", "Location")

Handler = Callable[..., Response]


class InFlight(APIException):
    """409: the first of the two is still being answered."""

    status_code = 409
    default_detail = "A request with this Idempotency-Key is being answered right now."
    default_code = "in_flight"

    def __init__(self) -> None:
        super().__init__("Wait a second, then send the same again: you get the same answer.")


def once_per_key(handler: Handler) -> Handler:
    """A ``post`` that honours the header."""

    @wraps(handler)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        claim = _claim(request, key)
        if claim.status is not None:
            return _again(claim)
        return _do(claim, getattr(view, "shown_once", ()), lambda: handler(view, request, *args, **kwargs))

    return answered


def _claim(request: Request, key: str) -> KeptAnswer:
    """The row of this key: new, or with its answer. Raises Invalid, InFlight."""
    if not _SHAPE.fullmatch(key):
        raise Invalid(f"{HEADER} is 1 to 200 visible ASCII characters.", do="A UUID will do.", field=HEADER)
    names = {"principal": principal_of(request), "key": key}
    asked = digest([request.get_full_path(), request.data])
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(**names, request=asked, claimed_at=clock.now())
    except IntegrityError:
        return _claimed(KeptAnswer.objects.filter(**names).first(), asked)


def _claimed(kept: KeptAnswer | None, asked: str) -> KeptAnswer:
    if kept is None:
        raise InFlight  # it was refused and freed between our two looks
    if kept.request != asked:
        what = f"This {HEADER} was used for another request."
        raise Invalid(what, do="Use a new key for every new request.", field=HEADER)
    if kept.status is None and not _taken_over(kept):
        raise InFlight
    return kept


def _taken_over(kept: KeptAnswer) -> bool:
    now = clock.now()
    dead = KeptAnswer.objects.filter(
        pk=kept.pk, status=None, claimed_at=kept.claimed_at, claimed_at__lt=now - ABANDONED
    )
    return dead.update(claimed_at=now) == 1


def _do(claim: KeptAnswer, secrets: tuple[str, ...], handle: Callable[[], Response]) -> Response:
    try:
        with transaction.atomic():
            response = handle()
            _keep(claim, response, secrets)
    except BaseException:
        KeptAnswer.objects.filter(pk=claim.pk, status=None).delete()
        raise
    return response


def _keep(claim: KeptAnswer, response: Response, secrets: tuple[str, ...]) -> None:
    body = json.loads(JSONRenderer().render(response.data) or "null")
    if isinstance(body, dict):
        body |= dict.fromkeys(set(secrets) & set(body), "")
    claim.status, claim.body = response.status_code, body
    claim.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    claim.save(update_fields=["status", "body", "headers"])


def _again(kept: KeptAnswer) -> Response:
    return Response(kept.body, status=kept.status, headers={**kept.headers, "Idempotent-Replayed": "true"})
