"""Writing on a ticket: a reply for the customer, or a note for IT. Two addresses, two forms, two drafts."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.catalogue.queries import replies_open_to
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_agent
from foredesk.shield.actions import add_note
from foredesk.tickets import actions
from foredesk.tickets.enums import Audience
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import last_said, where_it_goes_on
from foredesk.tickets.rules import Changed, can_work_on

from ..forms.conversation import NoteForm, ReplyForm
from ..queries import canned_text
from .answers import keep_begun, person_of, store, ticket_for, to_ticket
from .ticket import show

# The field of each form that is kept while somebody types.
DRAFTS = {
    "reply": "reply-body",
    "note": "note-body",
    "restatement": "body",
    "solution": "body",
    "hand_off": "body",
}


@allow(is_agent)
@require_POST
def reply(request: HttpRequest, number: int) -> HttpResponse:
    ticket, person = ticket_for(request, number), person_of(request)
    form = ReplyForm(request.POST, request.FILES, ticket=ticket)
    if form.is_valid():
        data = form.cleaned_data
        try:
            message = actions.reply(
                by=person,
                ticket=ticket,
                body=data["body"],
                audience=data["audience"],
                next_update=data["next_update_moment"],
                attachments=store(request, form),
                last_seen=data["last_seen"],
                key=data["key"],
            )
        except Changed as meanwhile:
            return _warn(request, ticket, form, meanwhile)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _sent(ticket, data["audience"]))
            return to_ticket(request, message.ticket, f"#m{message.pk}")
    if ticket.merged_into_id is not None:
        return _on_the_other_page(request, ticket, "reply", form)
    keep_begun(request, ticket, "reply", request.POST.get("reply-body", ""))
    return show(request, ticket, reply=form)


def _on_the_other_page(request: HttpRequest, ticket: Ticket, purpose: str, form: Form) -> HttpResponse:
    """What could not be sent from the page of a merged request waits in the form where that goes on."""
    there = where_it_goes_on(ticket)
    if not can_work_on(person_of(request), there):
        there = ticket
    keep_begun(request, there, purpose, request.POST.get(DRAFTS[purpose], ""))
    for sentences in form.errors.values():
        messages.error(request, " ".join(map(str, sentences)))
    return to_ticket(request, there, "#compose")


def _warn(request: HttpRequest, ticket: Ticket, form: ReplyForm, meanwhile: Changed) -> HttpResponse:
    """Nothing is sent and nothing lost: what the other wrote is shown, and what was typed stays in its field."""
    keep_begun(request, ticket, "reply", form.cleaned_data["body"])
    data = request.POST.copy()
    data["reply-last_seen"] = str(last_said(ticket))  # the page now shows it
    return show(request, ticket, reply=ReplyForm(data, ticket=ticket), changed=meanwhile)


def _sent(ticket: Ticket, audience: Audience) -> str:
    name = ticket.customer.first_name
    followers = ticket.followers.count() if audience == Audience.EVERYONE else 0
    if followers:
        return _("Sent to %(name)s and the followers.") % {"name": name}
    return _("Sent to %(name)s.") % {"name": name}


@allow(is_agent)
@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    ticket, person = ticket_for(request, number), person_of(request)
    form = NoteForm(request.POST, request.FILES, by=person, ticket=ticket)
    if form.is_valid():
        data = form.cleaned_data
        try:
            message = add_note(
                by=person,
                ticket=ticket,
                body=data["body"],
                mentions=list(data["mentions"]),
                attachments=store(request, form),
                key=data["key"],
                emergency=form.emergency,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _kept(form))
            return to_ticket(request, message.ticket, f"#m{message.pk}")
    if ticket.merged_into_id is not None:
        for sentence in form.sentences:
            messages.info(request, sentence)
        return _on_the_other_page(request, ticket, "note", form)
    keep_begun(request, ticket, "note", request.POST.get("note-body", ""))
    return show(request, ticket, note=form)


def _kept(form: NoteForm) -> str:
    if form.emergency:
        return _("Kept as a note, and told at once as an emergency.")
    if form.sentences:
        return _("Kept as a note. Who is in focus sees it when that ends.")
    return _("Kept as a note. Only IT sees it.")


@allow(is_agent)
@require_POST
def draft(request: HttpRequest, number: int, purpose: str) -> HttpResponse:
    """Keep what is being typed; whoever else has the ticket open sees that somebody writes."""
    if purpose not in DRAFTS:
        raise Http404
    ticket, person = ticket_for(request, number), person_of(request)
    if not can_work_on(person, ticket):
        raise Http404
    keep_begun(request, ticket, purpose, request.POST.get(DRAFTS[purpose], ""))
    actions.visit(by=person, ticket=ticket, writing=True)
    return HttpResponse(status=204)


@allow(is_agent)
@require_safe
def canned(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The text of a canned reply with its variables filled, to put where the agent is writing."""
    ticket = ticket_for(request, number)
    text = canned_text(get_object_or_404(replies_open_to(person_of(request)), pk=pk), ticket, person_of(request))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
