"""The outbox: the log of all mails, and one mail of it."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.rules import PersonRequest

from .. import actions, queries, rules
from ..bundles import together
from ..enums import OutboxState
from .frame import framed


@allow(rules.can_read_outbox)
@require_safe
def outbox(request: PersonRequest) -> HttpResponse:
    """All mails, newest first; `?state=` keeps one state, `?to=` one reader's, `?before=` pages back by key."""
    state = request.GET.get("state", "")
    state = state if state in OutboxState.values else ""
    before, to = request.GET.get("before", ""), request.GET.get("to", "").replace("\0", "").strip()[:254]
    page = queries.outbox_page(request.user, state=state, to=to, before=key_in(before))
    context = {
        "mails": page.mails,
        "state": state,
        "to": to,
        "choices": _choices(state, to),
        "older": _address(state=state, to=to, before=page.older_than) if page.older_than else "",
        "newer": _address(state=state, to=to) if before else "",
        "keeps_mail": settings.MAIL_TRANSPORT == "kept",
    }
    return render(request, "mail/outbox.html", context)


@allow(rules.can_read_outbox)
@require_safe
def message(request: PersonRequest, pk: int) -> HttpResponse:
    """One mail: what became of it, and its text where the reader may see it."""
    mail = get_object_or_404(queries.mails_open_to(request.user).select_related("held_for", "sent_in"), pk=pk)
    parts = queries.parts_open_to(request.user, mail) if mail.is_bundle else []
    context = {
        "mail": mail,
        "text": rules.without_keys(request.user, mail.text),
        "parts": parts,
        "can_read_body": rules.can_read_body(request.user, mail),
        "can_retry": rules.can_retry(request.user, mail),
        "can_clear_address": rules.can_clear_address(request.user),
        "refusal": queries.refusal_of(mail.to),
        "keeps_mail": settings.MAIL_TRANSPORT == "kept",
    }
    return render(request, "mail/message.html", context)


@allow(rules.can_read_outbox)
@require_safe
def body(request: PersonRequest, pk: int) -> HttpResponse:
    """The HTML of a mail for the frame of its page, locked in a sandbox.

    Of one that holds several, those that the reader may know of.
    """
    mail = get_object_or_404(queries.mails_open_to(request.user), pk=pk)
    if not rules.can_read_body(request.user, mail):
        raise Http404
    html = mail.html
    if mail.is_bundle:
        parts = [part for part in queries.parts_open_to(request.user, mail) if part.text]
        html = together(mail, parts)[1] if parts else ""
    if not html:
        raise Http404
    return framed(rules.without_keys(request.user, html))


@allow(rules.can_read_outbox)
@require_POST
def attempt(request: PersonRequest, pk: int) -> HttpResponse:
    """Try a mail again that failed or came back."""
    mail = get_object_or_404(queries.mails_open_to(request.user), pk=pk)
    if rules.can_retry(request.user, mail) and actions.retry_mail(by=request.user, message=mail):
        messages.success(request, _("The mail is on its way again."))
    elif queries.refusal_of(mail.to):
        messages.info(request, _("The address refuses mail. Say first that it is to be tried again."))
    else:
        messages.info(request, _("There is nothing to try again: this mail has not failed, or has been emptied."))
    return redirect("mail:message", pk=pk)


@allow(rules.can_read_outbox)
@require_POST
def attempts(request: PersonRequest) -> HttpResponse:
    """Try everything that failed again. No number is told: some of it may be about what the reader must not know of."""
    actions.retry_failed(by=request.user)
    messages.success(request, _("Whatever had failed is on its way again."))
    return redirect("mail:outbox")


@allow(rules.can_clear_address)
@require_POST
def clearing(request: PersonRequest) -> HttpResponse:
    """Write to an address again from which mail came back; then to the page from where that was asked."""
    if actions.forget_bounce(by=request.user, address=request.POST.get("address", "")):
        messages.success(request, _("The next mail goes there again."))
    else:
        messages.info(request, _("Nothing is known against this address any more."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "portal:home")


def _choices(current: str, to: str) -> list[dict[str, Any]]:
    words = {
        "": _("All"),
        "queued": _("Waiting"),
        "deferred": _("Trying again"),
        "failed": _("Failed"),
        "bounced": _("Came back"),
        "dropped": _("Not sent"),
        "sent": _("Sent"),
    }
    return [
        {"label": label, "url": _address(state=state, to=to), "current": state == current}
        for state, label in words.items()
    ]


def _address(**wanted: Any) -> str:
    kept = {name: value for name, value in wanted.items() if value}
    return reverse("mail:outbox") + (f"?{urlencode(kept)}" if kept else "")
