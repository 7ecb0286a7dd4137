"""The pages on which administrators set up mailboxes. No secret is ever shown on them."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest, is_administrator

from .. import actions, queries
from ..mailbox_forms import FetchingForm, MailboxForm
from ..models import Mailbox
from ..rules.providers import Way, way_of


@allow(is_administrator)
@require_safe
def mailbox_list(request: PersonRequest) -> HttpResponse:
    return render(request, "intake/mailboxes/list.html", {"states": queries.mailbox_states()})


@allow(is_administrator)
def new_mailbox(request: PersonRequest) -> HttpResponse:
    """First what it is, then how its mail comes."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (mailbox := _save(request, form, None)):
        return redirect("mailboxes:way", pk=mailbox.pk, way=form.cleaned_data["way"])
    return render(request, "intake/mailboxes/new.html", {"form": form})


@allow(is_administrator)
def mailbox_page(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = get_object_or_404(queries.mailboxes(), pk=pk)
    form = MailboxForm(request.POST or None, mailbox=mailbox)
    if request.method == "POST" and form.is_valid() and _save(request, form, mailbox):
        messages.success(request, _("Saved."))
        return redirect("mailboxes:mailbox", pk=pk)
    return _page(request, get_object_or_404(queries.mailboxes(), pk=pk), {"form": form})


def _page(request: PersonRequest, mailbox: Mailbox, more: dict[str, object]) -> HttpResponse:
    state = queries.mailbox_state(mailbox)
    context = {"mailbox": mailbox, "state": state, "way": way_of(mailbox), **more}
    return render(request, "intake/mailboxes/mailbox.html", context)


def _save(request: PersonRequest, form: MailboxForm, mailbox: Mailbox | None) -> Mailbox | None:
    """None when it was refused, with the sentence at its field."""
    try:
        if mailbox is None:
            return actions.add_mailbox(by=request.user, **form.description)
        with transaction.atomic():
            actions.describe_mailbox(by=request.user, mailbox=mailbox, **form.description)
        return mailbox
    except Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return None


@allow(is_administrator)
@require_safe
def ways(request: PersonRequest, pk: int) -> HttpResponse:
    """Choose how its mail comes, another time."""
    mailbox = get_object_or_404(queries.mailboxes(), pk=pk)
    return render(request, "intake/mailboxes/ways.html", {"mailbox": mailbox, "ways": Way, "now": way_of(mailbox)})


@allow(is_administrator)
def way(request: PersonRequest, pk: int, way: str) -> HttpResponse:
    """What one way needs: details to sign in with, or lines for the configuration of a mail server."""
    mailbox = get_object_or_404(queries.mailboxes(), pk=pk)
    if way not in Way.values:
        raise Http404
    if way == Way.HANDED:
        return _handed(request, mailbox)
    form = FetchingForm(request.POST or None, mailbox=mailbox, way=Way(way))
    if request.method == "POST" and form.is_valid():
        expires = form.cleaned_data["secret_expires_on"]
        try:
            actions.fetch_from(by=request.user, mailbox=mailbox, fetching=form.fetching, secret_expires_on=expires)
        except Refused as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        else:
            messages.success(request, _("Saved. Now try whether it works."))
            return redirect("mailboxes:mailbox", pk=pk)
    return render(request, "intake/mailboxes/way.html", {"form": form, "mailbox": mailbox, "way": Way(way)})


def _handed(request: PersonRequest, mailbox: Mailbox) -> HttpResponse:
    if request.method == "POST":
        actions.hand_over(by=request.user, mailbox=mailbox)
        messages.success(request, _("It is fetched no longer. Its mail is taken in when your mail server brings it."))
        return redirect("mailboxes:mailbox", pk=mailbox.pk)
    host, _colon, port = settings.MAIL_LISTEN.rpartition(":")
    context = {
        "mailbox": mailbox,
        "is_listening": bool(settings.MAIL_LISTEN),
        "host": host or "127.0.0.1",
        "port": port or "2525",
        "home": settings.HOME,
    }
    return render(request, "intake/mailboxes/handed.html", context)


@allow(is_administrator)
@require_POST
def trial(request: PersonRequest, pk: int) -> HttpResponse:
    """Really sign in, and tell each step."""
    mailbox = get_object_or_404(queries.mailboxes().exclude(host=""), pk=pk)
    steps = actions.try_mailbox(by=request.user, mailbox=mailbox)
    form = MailboxForm(mailbox=mailbox)
    return _page(request, get_object_or_404(queries.mailboxes(), pk=pk), {"form": form, "steps": steps})


@allow(is_administrator)
@require_POST
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = get_object_or_404(queries.mailboxes(), pk=pk)
    actions.pause_mailbox(by=request.user, mailbox=mailbox)
    messages.success(request, _("“%(name)s” takes nothing in until you resume it.") % {"name": mailbox.name})
    return redirect("mailboxes:mailbox", pk=pk)


@allow(is_administrator)
@require_POST
def resumption(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = get_object_or_404(queries.mailboxes(), pk=pk)
    actions.resume_mailbox(by=request.user, mailbox=mailbox)
    messages.success(request, _("“%(name)s” takes mail in again, with what has waited.") % {"name": mailbox.name})
    return redirect("mailboxes:mailbox", pk=pk)


@allow(is_administrator)
@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = get_object_or_404(queries.mailboxes(), pk=pk)
    try:
        actions.remove_mailbox(by=request.user, mailbox=mailbox)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("mailboxes:mailbox", pk=pk)
    messages.success(request, _("“%(name)s” is gone.") % {"name": mailbox.name})
    return redirect("mailboxes:mailboxes")
