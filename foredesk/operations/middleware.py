"""What stands before all pages: what machines ask, what is written down, the door of a house that is not open yet."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from foredesk.kit.tracing import traced
from foredesk.people.rules import is_administrator

from .metrics import REQUESTS, SECONDS, exposition
from .queries.readiness import why_not_ready
from .queries.setup import is_open
from .views.setup import not_open

logger = logging.getLogger("foredesk.request")

Answer = Callable[[HttpRequest], HttpResponseBase]


class MachineAddresses:
    """Answers `/healthz`, `/readyz` and `/metrics`; stands first, before hosts are checked and http is sent to https.

    Load balancers ask by number and by plain http. The first two say nothing that a stranger could use; the figures
    are for whoever knows METRICS_TOKEN, for others there is no such address.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return _plain("ok\n")
        if request.path_info == "/readyz":
            reason = why_not_ready()
            return _plain(f"{reason or 'ok'}\n", status=503 if reason else 200)
        if request.path_info == "/metrics" and _knows_the_token(request):
            try:
                return _plain(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
            except DatabaseError:
                return _plain("database does not answer\n", status=503)
        return self.get_response(request)


def _knows_the_token(request: HttpRequest) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and constant_time_compare(request.headers.get("Authorization", ""), expected)


def _plain(content: str | bytes, *, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, status=status, content_type=content_type, headers=headers)


class Traced:
    """Gives each request an id, counts and times it, and writes one line about it.

    The line and the counts name the route ("requests/<int:number>/"), never the address: that may hold a token.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with traced(request.headers.get("X-Request-ID", "")) as identifier:
            response = self.get_response(request)
            took = time.perf_counter() - began
            route, method = _route(request), _method(request)
            REQUESTS.labels(method, route, response.status_code).inc()
            SECONDS.labels(route).observe(took)
            # Whoever is signed in, if the page has asked; asking here would cost a query.
            person = getattr(request, "_cached_user", None)
            logger.info(
                "%s %s %s",
                method,
                route,
                response.status_code,
                extra={
                    "method": method,
                    "route": route,
                    "status": response.status_code,
                    "ms": round(took * 1000, 1),
                    "person": getattr(person, "pk", None),
                },
            )
        response.headers["X-Request-ID"] = identifier
        return response


def _route(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return "/" + request.resolver_match.route
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def _method(request: HttpRequest) -> str:
    """One of few: anybody can send any word as a method."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "other"


class UntilSetUp:
    """Until the set-up is over, every page leads there, and strangers read that it is not open yet.

    Signing in works, and so does what machines ask. Never in a demo, which comes furnished.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.DEMO or request.path_info.startswith(_OPEN_BEFORE) or is_open():
            return self.get_response(request)
        if is_administrator(request.user):  # type: ignore[arg-type]
            return redirect("operations:set_up")
        return not_open(request)


_OPEN_BEFORE = ("/setup/", "/account/", settings.STATIC_URL)
