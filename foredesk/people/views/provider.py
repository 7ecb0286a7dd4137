"""To the provider and back (OpenID Connect); what happens in between is in oidc.py."""

import logging

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foredesk.kit.access import public

from ..oidc import StrictFlow, apology

_log = logging.getLogger(__name__)


@public
@never_cache
@require_GET
def enter(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _through(OAuth2LoginView, request, provider_id)


@public
@never_cache
@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _through(OAuth2CallbackView, request, provider_id)


def _through(step: type[OAuth2View], request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """One step of the flow. A provider that is down or talks nonsense is no fault of ours, nor of whoever signs in."""
    if not settings.OIDC_URL:
        return redirect("account_login")
    try:
        answer: HttpResponseBase = step.adapter_view(StrictFlow(request, provider_id))(request)
    except (requests.RequestException, OAuth2Error, KeyError, ValueError) as error:
        _log.warning("The provider of OIDC_URL cannot be used: %s", error)
        return apology(request, "down")
    return answer
