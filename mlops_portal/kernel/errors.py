"""The errors that actions raise; every face maps them once (page, problem+json, reply, retry)."""

from __future__ import annotations


class PortalError(Exception):
    """A refusal that a person can read: ``what`` happened and what to ``do`` about it."""

    def __init__(self, what: str, *, do: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what} {self.do}".strip()


class NotAllowed(PortalError):
    """The actor may not do this."""


class NotFound(PortalError):
    """There is no such thing, or none that the actor may know of; the text is the same for both."""


class Invalid(PortalError):
    """The input is wrong; the text says what, where and what to do. ``field`` names the input where there is one."""

    def __init__(self, what: str, *, do: str = "", field: str = "") -> None:
        super().__init__(what, do=do)
        self.field = field


class InvalidTransition(PortalError):
    """The object is not in a state from which this can be done."""


class Stale(PortalError):
    """What the actor saw has changed since."""


class Conflict(PortalError):
    """Another open piece of work already stands in the same place."""


class Unavailable(PortalError):
    """A system we depend on did not serve us. ``permanent`` tells whether a retry can help."""

    def __init__(self, what: str, *, do: str = "", permanent: bool = False) -> None:
        super().__init__(what, do=do)
        self.permanent = permanent
