"""What somebody typed into a form that could not be taken: given back on the error page, to be copied.

Nothing of it is stored. Secrets are never given back, nor anything that came from another site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, UnreadablePostError

#: Names of fields that hold a secret, or what the page itself put there to recognise what it showed.
_NOT_TYPED = re.compile(r"pass|secret|token|otp|code$|csrf|^seen$|digest|version$|^next$|^login$", re.IGNORECASE)
#: So many fields and characters are given back.
MOST_FIELDS, MOST_CHARACTERS = 60, 200_000


@dataclass(frozen=True, slots=True)
class Typed:
    """One field: its name as a person reads it, and what was typed."""

    label: str
    text: str


def _own_site(request: HttpRequest) -> bool:
    """Whether the browser says that the form was on a page of ours; old browsers say nothing."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def typed(request: HttpRequest) -> tuple[Typed, ...]:
    """The fields of a form as they were typed, in order; nothing for what is no form or cannot be read."""
    if request.method != "POST" or request.path.startswith("/api/") or not _own_site(request):
        return ()
    try:
        lists = list(request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError):
        return ()
    found = ((name, str(value)) for name, values in lists for value in values)
    kept = [Typed(_label(name), text) for name, text in found if text.strip() and not _NOT_TYPED.search(name)]
    return tuple(kept[:MOST_FIELDS]) if sum(len(field.text) for field in kept) <= MOST_CHARACTERS else ()


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip().capitalize()[:80]
