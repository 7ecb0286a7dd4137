"""Signing in with OpenID Connect: allauth's flow, with stricter checks (OpenID Connect Core 1.0).

The id_token is verified wherever it came from: signature, issuer, audience, expiry, nonce. Who it is about is decided
by issuer and subject; an address only ever joins somebody to an account when the provider says that it is verified.
"""

import hashlib
import logging
import secrets
from typing import Any

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from foredesk.kit.refusals import Refused

from . import actions, rules

_log = logging.getLogger(__name__)

# Asymmetric ones only: with HS256 the client's secret would be a key, with "none" nothing would be.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY = 60  # seconds that two clocks may differ


class StrictFlow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    @property
    def openid_config(self) -> dict[str, Any]:
        """Discovery. Raises OAuth2Error when the document speaks of another issuer (Discovery 1.0, section 4.3)."""
        found: dict[str, Any] = super().openid_config
        if str(found.get("issuer", "")).rstrip("/") != settings.OIDC_URL:
            raise OAuth2Error(f"The discovery document names {found.get('issuer')!r} as issuer, not OIDC_URL.")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return f"{settings.BASE_URL}{reverse('openid_connect_callback')}"

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("The provider gave no id_token.")
        claims = self._verified(id_token)
        if "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:  # Core 1.0, section 5.3.2
                raise OAuth2Error("The userinfo is about somebody else than the id_token.")
            # The userinfo is fresher and fuller; what says who, and from whom, stays as it was signed.
            signed: dict[str, Any] = {name: claims[name] for name in ("iss", "sub", "nonce") if name in claims}
            claims = {**claims, **more, **signed}
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login

    def _verified(self, id_token: str) -> dict[str, Any]:
        """The claims of an id_token that is ours (Core 1.0, section 3.1.3.7). Raises OAuth2Error."""
        with requests.Session() as session:
            answer = session.get(self.openid_config["jwks_uri"], timeout=settings.SOCIALACCOUNT_REQUESTS_TIMEOUT)
        answer.raise_for_status()
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in _ALGORITHMS:
                raise OAuth2Error(f"The id_token is signed by {header.get('alg')!r}.")
            keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in {None, "sig"}]
            fitting = [key for key in keys if "kid" not in header or key.key_id == header["kid"]]
            if len(fitting) != 1:
                raise OAuth2Error("No key of the provider fits the id_token.")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=fitting[0],
                algorithms=[header["alg"]],
                audience=settings.OIDC_CLIENT_ID,
                issuer=self.openid_config["issuer"],
                leeway=_LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"The id_token does not hold: {error}") from error
        if claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
            raise OAuth2Error("The id_token was made for another application.")
        return claims


class StrictProvider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = StrictFlow

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """From the address comes where to go afterwards, and nothing else: no scopes, parameters, other processes."""
        nonce = secrets.token_urlsafe(24)
        auth_params = {"nonce": nonce}
        if request.user.is_authenticated:  # who confirms a change proves it to the provider once more
            auth_params["prompt"] = "login"
        wanted = {"process": "login", "scope": settings.OIDC_SCOPES, "auth_params": auth_params, "nonce": nonce}
        return {**wanted, "next_url": super().get_redirect_from_request_kwargs(request).get("next_url")}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the provider says is kept: it says it anew each time."""
        return {}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """A subject is somebody within their issuer only: another provider's “17” is another person."""
        return hashlib.sha256(f"{data['iss']} {data['sub']}".encode()).hexdigest()


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: str = "", client_id: str = "") -> list[SocialApp]:
        """The one that the settings describe: none is kept in the database."""
        if not settings.OIDC_URL:
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=actions.PROVIDER,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={"server_url": settings.OIDC_URL, "oauth_pkce_enabled": True},
            )
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> StrictProvider:
        return StrictProvider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Who it is, `pre_social_login` says; until then it is nobody."""
        return sociallogin.user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide who this is; nobody gets further whom we do not know by then."""
        claims = sociallogin.claims
        if not secrets.compare_digest(str(claims.get("nonce", "")), str(sociallogin.state.get("nonce", "-"))):
            raise ImmediateHttpResponse(apology(request, "failed"))
        try:
            person = actions.enter_by_provider(
                uid=sociallogin.account.uid,
                known=sociallogin.user if sociallogin.is_existing else None,
                email=address_of(claims),
                name=str(claims.get("name") or claims.get("given_name") or ""),
                role=rules.role_by_claim(claims),
            )
        except Refused as refused:
            raise ImmediateHttpResponse(apology(request, refused.field or "failed")) from refused
        if not person.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        sociallogin.user = person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        if exception is not None:
            _log.warning("Signing in with the provider failed: %s", exception)
        raise ImmediateHttpResponse(apology(request, "cancelled" if error == "cancelled" else "failed"))


def address_of(claims: dict[str, Any]) -> str:
    """The address that the provider vouches for, in small letters; "" when it gives none or has not verified it."""
    is_verified = claims.get("email_verified") in (True, "true") or (
        settings.OIDC_TRUST_EMAIL and "email_verified" not in claims
    )
    return str(claims.get("email") or "").strip().lower() if is_verified else ""


def apology(request: HttpRequest, reason: str) -> HttpResponse:
    """Why the provider's sign-in did not work, and what else there is."""
    context = {"reason": reason, "provider": settings.OIDC_NAME}
    return render(request, "people/provider_apology.html", context, status=403)
