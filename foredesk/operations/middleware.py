"""What stands before all pages: what machines ask, and the door of a house that is not open yet."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from foredesk.people.rules import is_administrator

from .queries.readiness import why_not_ready
from .queries.setup import is_open
from .views.setup import not_open


class MachineAddresses:
    """Answers `/healthz` and `/readyz`; stands first, before hosts are checked and http is sent to https.

    Load balancers ask by number and by plain http. The answers say nothing that a stranger could use.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return _plain("ok")
        if request.path_info == "/readyz":
            reason = why_not_ready()
            return _plain(reason or "ok", 503 if reason else 200)
        return self.get_response(request)


def _plain(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f"{words}\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


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
