from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.models import Person

from . import actions, queries, rules
from .enums import OutboxState

# The mail's own style sheet may act inside its frame, and its links open beside us; nothing else, and no script.
BODY_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'"
)


class Request(HttpRequest):
    """A request behind `allow`: somebody is signed in."""

    user: Person


@allow(rules.can_read_outbox)
@require_safe
def outbox(request: Request) -> HttpResponse:
    """All mails, newest first; `?state=` keeps one state, `?before=` pages back by key."""
    state = request.GET.get("state", "")
    state = state if state in OutboxState.values else ""
    before = request.GET.get("before", "")
    page = queries.outbox_page(request.user, state=state, before=key_in(before))
    context = {
        "mails": page.mails,
        "state": state,
        "choices": _choices(state),
        "older": _address(state=state, before=page.older_than) if page.older_than else "",
        "newer": _address(state=state) if before else "",
        "keeps_mail": settings.MAIL_TRANSPORT == "kept",
    }
    return render(request, "mail/outbox.html", context)


@allow(rules.can_read_outbox)
@require_safe
def message(request: Request, pk: int) -> HttpResponse:
    """One mail: what became of it, and its text where the reader may see it."""
    mail = get_object_or_404(queries.mails_open_to(request.user), pk=pk)
    context = {
        "mail": mail,
        "can_read_body": rules.can_read_body(request.user, mail),
        "can_retry": rules.can_retry(request.user, mail),
        "keeps_mail": settings.MAIL_TRANSPORT == "kept",
    }
    return render(request, "mail/message.html", context)


@allow(rules.can_read_outbox)
@require_safe
def body(request: Request, pk: int) -> HttpResponse:
    """The HTML of a mail for the frame of its page, locked in a sandbox."""
    mail = get_object_or_404(queries.mails_open_to(request.user), pk=pk)
    if not mail.html or not rules.can_read_body(request.user, mail):
        raise Http404
    html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": BODY_POLICY, "Cache-Control": "private, no-store"})


@allow(rules.can_read_outbox)
@require_POST
def attempt(request: Request, pk: int) -> HttpResponse:
    """Try a failed mail again."""
    mail = get_object_or_404(queries.mails_open_to(request.user), pk=pk)
    if rules.can_retry(request.user, mail) and actions.retry_mail(by=request.user, message=mail):
        messages.success(request, _("The mail is on its way again."))
    else:
        messages.info(request, _("There is nothing to try again: this mail has not failed, or has been emptied."))
    return redirect("mail:message", pk=pk)


@allow(rules.can_read_outbox)
@require_POST
def attempts(request: Request) -> HttpResponse:
    """Try everything that failed again. No number is told: some of it may be about what the reader must not know of."""
    actions.retry_failed(by=request.user)
    messages.success(request, _("Whatever had failed is on its way again."))
    return redirect("mail:outbox")


def _choices(current: str) -> list[dict[str, Any]]:
    words = {"": _("All"), "queued": _("Waiting"), "failed": _("Failed"), "sent": _("Sent")}
    return [
        {"label": label, "url": _address(state=state), "current": state == current} for state, label in words.items()
    ]


def _address(**wanted: Any) -> str:
    kept = {name: value for name, value in wanted.items() if value}
    return reverse("mail:outbox") + (f"?{urlencode(kept)}" if kept else "")
