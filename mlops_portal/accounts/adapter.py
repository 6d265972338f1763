"""How allauth behaves here: strangers cannot register themselves unless the operator says so; limits answer 429."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from mlops_portal.accounts.addresses import keep_given_address
from mlops_portal.accounts.models import User
from mlops_portal.kernel.errors import Unavailable


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The account adapter named in ``ACCOUNT_ADAPTER``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether people may register themselves: ``settings.SIGN_UP_OPEN``."""
        return bool(settings.SIGN_UP_OPEN)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; beyond the limit the answer is a page of its own. Raises ImmediateHttpResponse."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refusal:
            raise ImmediateHttpResponse(respond_429(request)) from refusal

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it. Raises Unavailable, whoever it was for."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            raise Unavailable("The mail could not be sent.", do="Try again later, or ask your operator.") from error

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Before anything else is known of somebody's addresses, the one they were given is kept."""
        keep_given_address(user)
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        return answer
