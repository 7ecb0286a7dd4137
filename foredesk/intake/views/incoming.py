"""What came in: the quarantine with what can be done about it, what was set aside, and the list of everything."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets.rules import can_work_on

from .. import actions, queries
from ..enums import IncomingState
from ..forms import AsideForm, QuarantinedRequestForm
from ..models import Incoming
from ..rules.permissions import can_read_incoming
from .mails import as_download, as_page, page_of


class Request(HttpRequest):
    """A request behind `allow`: somebody is signed in."""

    user: Person


@allow(can_read_incoming)
@require_safe
def quarantine(request: Request) -> HttpResponse:
    """What could not be understood, newest first; `?before=` pages back by key."""
    return _list(request, IncomingState.QUARANTINED, "intake/quarantine.html", "intake:quarantine")


@allow(can_read_incoming)
@require_safe
def log(request: Request) -> HttpResponse:
    """All mail that came in, newest first; `?state=` keeps one state, `?before=` pages back by key."""
    state = request.GET.get("state", "")
    state = state if state in IncomingState.values else ""
    return _list(request, state, "intake/log.html", "intake:log")


def _list(request: Request, state: str, template: str, name: str) -> HttpResponse:
    before = request.GET.get("before", "")
    page = queries.incoming_page(request.user, state=state, before=key_in(before))
    kept = {"state": state} if name == "intake:log" and state else {}
    context = {
        "mails": page.mails,
        "state": state,
        "tabs": _tabs(name, state),
        "older": _address(name, **kept, before=page.older_than) if page.older_than else "",
        "newer": _address(name, **kept) if before else "",
    }
    return render(request, template, context)


def _tabs(name: str, state: str) -> list[dict[str, Any]]:
    """The quarantine is a page of its own; the others are stretches of the list."""
    tabs = [{"label": _("In quarantine"), "url": reverse("intake:quarantine"), "current": name == "intake:quarantine"}]
    words = {"set_aside": _("Set aside"), "filed": _("On requests"), "stored": _("Just arrived"), "": _("Everything")}
    for value, label in words.items():
        current = name == "intake:log" and value == state
        tabs.append({"label": label, "url": _address("intake:log", state=value), "current": current})
    return tabs


def _address(name: str, **wanted: Any) -> str:
    kept = {key: value for key, value in wanted.items() if value}
    return reverse(name) + (f"?{urlencode(kept)}" if kept else "")


def _mail(request: Request, pk: int) -> Incoming:
    """Raises Http404 for what the reader may not know of."""
    mails = queries.incoming_open_to(request.user).select_related("mailbox", "raw", "ticket__service_class")
    return get_object_or_404(mails, pk=pk)


@allow(can_read_incoming)
@require_safe
def mail(request: Request, pk: int) -> HttpResponse:
    return _show(request, _mail(request, pk))


def _show(
    request: Request, mail: Incoming, *, aside: AsideForm | None = None, wanted: QuarantinedRequestForm | None = None
) -> HttpResponse:
    """One mail and what can be done about it, with a form that came back to be mended where there is one."""
    waits = mail.state in {IncomingState.QUARANTINED, IncomingState.SET_ASIDE} and mail.let_go_at is None
    initial = {"customer": queries.writer_of(mail), "words": mail.text}
    may_open = _may_open(request.user, mail)
    page = page_of(mail) if may_open else None
    context = {
        "mail": mail,
        "waits": waits,
        "may_open": may_open,
        "has_page": page is not None,
        "outside": page.remote if page else 0,
        "aside_form": aside or AsideForm(),
        "request_form": wanted or QuarantinedRequestForm(initial=initial),
        "begun": bool(wanted),
        "puts_aside": bool(aside),
    }
    broken = (aside and aside.errors) or (wanted and wanted.errors)
    return render(request, "intake/incoming.html", context, status=422 if broken else 200)


def _may_open(person: Person, mail: Incoming) -> bool:
    """What is on a request is read by those who work on it; the rest by whoever looks after the mail."""
    return mail.ticket is None or can_work_on(person, mail.ticket)


@allow(can_read_incoming)
@require_safe
def raw(request: Request, pk: int) -> HttpResponse:
    return as_download(_mail_to_open(request, pk))


@allow(can_read_incoming)
@require_safe
def body(request: Request, pk: int) -> HttpResponse:
    return as_page(_mail_to_open(request, pk), remote=request.GET.get("remote") == "1")


def _mail_to_open(request: Request, pk: int) -> Incoming:
    mail = _mail(request, pk)
    if not _may_open(request.user, mail):
        raise Http404
    return mail


@allow(can_read_incoming)
@require_POST
def attempt(request: Request, pk: int) -> HttpResponse:
    """Have a mail read once more."""
    mail = _mail(request, pk)
    try:
        actions.retry(by=request.user, mail=mail)
        messages.success(request, _being_read(mail))
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect("intake:incoming", pk=pk)


def _being_read(mail: Incoming) -> str:
    if mail.uid is not None:
        return _("Its mail server is asked for it at the next look into the mailbox, in half a minute or so.")
    return _("It is being read once more. In a moment you see here what became of it.")


@allow(can_read_incoming)
@require_POST
def attempts(request: Request) -> HttpResponse:
    """Have all of the quarantine read once more, and fetched where it is not here whole."""
    number = actions.retry_all(by=request.user)
    said = ngettext("%(number)d mail is tried once more.", "%(number)d mails are tried once more.", number)
    messages.success(request, said % {"number": number})
    return redirect("intake:quarantine")


@allow(can_read_incoming)
@require_POST
def aside(request: Request, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    form = AsideForm(request.POST)
    if form.is_valid():
        try:
            actions.set_aside(by=request.user, mail=mail, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Set aside. It stays in the list of those that were."))
            return redirect("intake:quarantine")
    return _show(request, mail, aside=form)


@allow(can_read_incoming)
@require_POST
def made_request(request: Request, pk: int) -> HttpResponse:
    """Make a request of a mail that was not understood."""
    mail = _mail(request, pk)
    form = QuarantinedRequestForm(request.POST)
    if form.is_valid():
        try:
            ticket = actions.open_from_quarantine(by=request.user, mail=mail, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("It is request %(number)d now.") % {"number": ticket.pk})
            return redirect("desk:ticket", number=ticket.pk)
    return _show(request, mail, wanted=form)
