"""Who may do what: the one place where it is asked (``authorise``) and the one where it is declared (``permit``).

Deny by default: a permission nobody declared is an error, and without a predicate that says yes the answer is no.
Superusers may everything. Governance is membership of the group ``governance``; operators are staff, who may sign in
to the admin. Both are about the whole portal; what people may do in one project is said by their memberships.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules

from mlops_portal.accounts.memory import remembered
from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.errors import NotAllowed
from mlops_portal.kernel.registry import Registry

#: The Django group whose members govern: audit, frameworks, policies, waivers, every project.
GOVERNANCE = "governance"

#: Permission → how it reads after "may not" ("change the project").
PERMISSIONS: Registry[str] = Registry("permission")


def permit(name: str, predicate: Callable[..., bool], phrase: str) -> None:
    """Declare a permission. ``predicate`` takes the principal (a user or a project token) and the object."""
    PERMISSIONS.register(name, phrase)
    rules.set_perm(name, predicate)


def is_allowed(actor: Actor, permission: str, obj: Any = None) -> bool:
    """Whether the actor has the permission on ``obj``. Raises LookupError for a permission nobody declared."""
    PERMISSIONS.get(permission)
    if actor.kind is ActorKind.SYSTEM:
        return True  # work of the portal itself: whoever asked for it was authorised when they asked
    return may(actor.principal, permission, obj)


def may(principal: object, permission: str, obj: Any = None) -> bool:
    """The same for a bare user or token; nobody and the anonymous user may what everybody may."""
    PERMISSIONS.get(permission)
    if isinstance(principal, User) and not principal.is_active:
        return False
    if isinstance(principal, User) and principal.is_superuser:
        return True
    return bool(rules.has_perm(permission, principal, obj))


def authorise(actor: Actor, permission: str, obj: Any = None) -> None:
    """Let the actor pass or raise NotAllowed with a sentence that says who may not do what."""
    if not isinstance(actor, Actor):
        raise NotAllowed("Nobody is signed in.", do="Sign in first.")
    if not is_allowed(actor, permission, obj):
        of = f" ({obj})" if obj is not None else ""
        raise NotAllowed(f"{actor.name} may not {PERMISSIONS.get(permission)}{of}.", do="Ask an owner of the project.")


def predicate(function: Callable[..., bool]) -> Any:
    """A `rules` predicate, to be combined with ``&``, ``|`` and ``~``."""
    return rules.predicate(function)


@predicate
def is_person(principal: object) -> bool:
    """Somebody with an account that is not switched off."""
    return isinstance(principal, User) and principal.is_active


@predicate
def is_governance(principal: object) -> bool:
    """A member of the governance group."""
    if not isinstance(principal, User):
        return False
    return remembered(("governance", principal.pk), principal.groups.filter(name=GOVERNANCE).exists)


@predicate
def is_operator(principal: object) -> bool:
    """Somebody who runs the portal: staff."""
    return isinstance(principal, User) and principal.is_staff


permit("accounts.manage_people", is_operator, "manage people")
permit("audit.view_audit", is_governance | is_operator, "read the audit trail")
permit("audit.verify_audit", is_governance | is_operator, "have the audit trail verified")
