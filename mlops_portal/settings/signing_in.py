"""How people sign in: passwords, limits, e-mail addresses, single sign-on, second factors."""

from __future__ import annotations

from typing import Any

from mlops_portal.settings import environment

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
#: A new address is proven by a mail, where mail goes out; one that is not counts for nothing (accounts.addresses).
ACCOUNT_EMAIL_VERIFICATION = "optional" if environment.text("EMAIL_HOST", "") else "none"
#: Whether strangers may register themselves; off unless an operator says otherwise.
SIGN_UP_OPEN = environment.flag("SIGN_UP_OPEN")
ACCOUNT_ADAPTER = "mlops_portal.accounts.adapter.PortalAccountAdapter"
#: Failed sign-ins are limited for each address and each account; allauth's other limits keep their defaults.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
SESSION_COOKIE_AGE = 14 * 24 * 3600

#: Single sign-on by OpenID Connect, where an issuer is named (``https://login.example.org/realms/staff``).
OIDC_ISSUER = environment.text("OIDC_ISSUER", "")
#: How the sign-in page calls it.
OIDC_NAME = environment.text("OIDC_NAME", "Single sign-on")
#: Whether somebody whom the issuer knows and the portal does not gets an account.
SSO_SIGN_UP = environment.flag("SSO_SIGN_UP")
#: The claim that lists a person's groups, and the group whose members govern here. Both, or nothing is mapped.
OIDC_GROUPS_CLAIM = environment.text("OIDC_GROUPS_CLAIM", "")
OIDC_GOVERNANCE_GROUP = environment.text("OIDC_GOVERNANCE_GROUP", "")


def openid_connect(issuer: str, name: str, client_id: str, secret: str) -> dict[str, Any]:
    """The provider as allauth wants it told."""
    settings = {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True}
    app = {"provider_id": "sso", "name": name, "client_id": client_id, "secret": secret, "settings": settings}
    return {"openid_connect": {"APPS": [app]}}


SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS = openid_connect(
        OIDC_ISSUER, OIDC_NAME, environment.text("OIDC_CLIENT_ID"), environment.text("OIDC_CLIENT_SECRET")
    )
SOCIALACCOUNT_ADAPTER = "mlops_portal.accounts.single_sign_on.PortalSocialAdapter"
#: An address that the issuer tells never opens an existing account: people connect the two themselves, signed in.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

MFA_ADAPTER = "mlops_portal.accounts.second_factor.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "MLOps Maturity"
#: Whether whoever governs has to have a second factor before any page opens.
MFA_REQUIRED_FOR_GOVERNANCE = environment.flag("MFA_REQUIRED_FOR_GOVERNANCE")
