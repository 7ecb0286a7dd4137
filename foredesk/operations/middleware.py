"""What machines ask: is the process alive, is it ready. Answered before everything else, for any host name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from .queries.readiness import why_not_ready


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
