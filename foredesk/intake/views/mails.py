"""A mail on its request, for who may read it: how it looked, what was quoted below, and the bytes themselves."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.mail.rules import hide_keys
from foredesk.people.models import Person
from foredesk.people.rules import is_agent, is_customer
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import can_work_on

from .. import actions, queries
from ..models import Incoming
from ..queries import ShownMail
from ..rules.calendars import calendar_in
from ..rules.letters import Unreadable
from ..rules.pages import SafePage, safe_html
from ..rules.trimming import trim

PARTS = ("rest", "sent")
# The mail's own style may act inside its frame, and its links open beside us; nothing else, and no script.
_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src {}; frame-ancestors 'self'"
)
# On white paper in the dark too: a mail says what colour its words have, seldom what they stand on.
_DOCUMENT = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light">'
    '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"><style>'
    "body{{margin:16px;font:15px/1.55 system-ui,sans-serif;color:#222;background:#fff;overflow-wrap:anywhere}}"
    "img{{max-width:100%;height:auto}}table{{max-width:100%}}blockquote{{margin-left:8px;padding-left:12px;"
    "border-left:2px solid #ccc}}</style></head><body>{}</body></html>"
)
_AS_FILE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
OWN_PICTURES, ALL_PICTURES = _POLICY.format("data:"), _POLICY.format("data: https:")


def _reader(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _mail(request: HttpRequest, number: int, pk: int) -> tuple[ShownMail, Ticket]:
    """Raises Http404 for what the reader may not read."""
    found = queries.mail_open_to(_reader(request), number, pk)
    if found is None:
        raise Http404
    return found


@allow(is_customer)
def mail(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """One mail whole; `?part=rest` or `sent` is that part alone, for its request's page, where it opens in place."""
    shown, ticket = _mail(request, number, pk)
    part = request.GET.get("part", "")
    page = page_of(shown.mail) if part != "rest" else None
    context = {
        "has_page": page is not None,
        "outside": page.remote if page else 0,
        "shown": shown,
        "ticket": ticket,
        "trimmed": trim(shown.mail.text),
        "works": can_work_on(_reader(request), ticket),
    }
    if request.htmx and part in PARTS:  # type: ignore[attr-defined]
        return render(request, f"intake/parts/{part}.html", context)
    return render(request, "intake/mail.html", context)


@allow(is_customer)
def body(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """A mail as it was sent, for its frame, locked in a sandbox. `?remote=1`: with pictures from elsewhere."""
    shown, _ticket = _mail(request, number, pk)
    return as_page(shown.mail, remote=request.GET.get("remote") == "1")


def page_of(mail: Incoming, *, remote: bool = False) -> SafePage | None:
    """The mail's HTML, made safe; None where there is nothing to show as it was sent."""
    raw = queries.raw_of(mail) if mail.has_html else None
    try:
        page = safe_html(raw, remote=remote) if raw is not None else None
    except Unreadable:
        return None
    return page if page is not None and page.html else None


def as_page(mail: Incoming, *, remote: bool) -> HttpResponse:
    """Raises Http404 where there is nothing to show as it was sent."""
    page = page_of(mail, remote=remote)
    if page is None:
        raise Http404
    policy = ALL_PICTURES if remote else OWN_PICTURES
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "X-DNS-Prefetch-Control": "off",  # a link's host name may be made for one reader
    }
    return HttpResponse(_DOCUMENT.format(hide_keys(page.html)), headers=headers)


@allow(is_customer)
def invitation(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The first appointment of a mail, as a file for a calendar."""
    mail = queries.invitation_open_to(_reader(request), number, pk)
    found = calendar_in(queries.raw_of(mail) or b"") if mail else None
    if mail is None or found is None:
        raise Http404
    headers = {**_AS_FILE, "Content-Disposition": f'attachment; filename="invitation-{mail.pk}.ics"'}
    return HttpResponse(found, content_type="text/calendar; charset=utf-8", headers=headers)


@allow(is_agent)
@require_safe
def raw(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The mail byte for byte, for people who work on the request."""
    shown, _ticket = _mail(request, number, pk)
    if not shown.downloads:
        raise Http404
    return as_download(shown.mail)


def as_download(mail: Incoming) -> HttpResponse:
    """Raises Http404 for what is not here any more."""
    found = queries.raw_of(mail)
    if found is None:
        raise Http404
    headers = {**_AS_FILE, "Content-Disposition": f'attachment; filename="mail-{mail.pk}.eml"'}
    return HttpResponse(found, content_type="text/plain", headers=headers)


@allow(is_agent)
@require_POST
def outsider(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """What becomes of the words of somebody who does not belong to the request: `decision` is “admit” or “leave”."""
    shown, ticket = _mail(request, number, pk)
    decision = request.POST.get("decision")
    if not shown.works or decision not in {"admit", "leave"}:
        raise Http404
    shown.mail.ticket = ticket
    try:
        if decision == "admit":
            actions.admit(by=_reader(request), mail=shown.mail)
            messages.success(request, _("They follow the request now, and everybody here reads what they wrote."))
        else:
            actions.leave_with_it(by=_reader(request), mail=shown.mail)
            messages.success(request, _("Their words stay with IT."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect(
        reverse("desk:ticket", args=[number]) + (f"#m{shown.mail.message_id}" if shown.mail.message_id else "")
    )
