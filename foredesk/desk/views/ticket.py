"""The page of one ticket, and what it asks for on its own: who else is here, and its files."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from foredesk.attachments.models import Attachment
from foredesk.attachments.queries import open_file
from foredesk.dispatch.queries import why_here
from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.rules import is_agent
from foredesk.tickets import actions
from foredesk.tickets import queries as tickets
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import Changed, can_work_on

from ..forms.conversation import NoteForm, ReplyForm
from ..forms.serving import SkipForm
from ..forms.ticket import RestatementForm
from ..queries import canned_text, company, ticket_page
from .answers import person_of, ticket_for


@allow(is_agent)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    return show(request, ticket_for(request, number))


def show(
    request: HttpRequest,
    ticket: Ticket,
    *,
    reply: ReplyForm | None = None,
    note: NoteForm | None = None,
    changed: Changed | None = None,
) -> HttpResponse:
    """The ticket's page, with a form that came back to be mended when there is one."""
    person = person_of(request)
    seen = ticket_page(ticket, person)
    context: dict[str, Any] = {
        "page": seen,
        "ticket": ticket,
        "changed": changed,
        "reply": reply or ReplyForm(ticket=ticket, initial=_begun_reply(request, seen, ticket)),
        "note": note or NoteForm(by=person, ticket=ticket, initial={"body": _draft(seen, "note")}),
        "restatement_form": RestatementForm(initial={"body": _draft(seen, "restatement") or seen.drafted}),
        "writes_note": note is not None or (reply is None and request.GET.get("write") == "note"),
        "others": company(ticket, person),
        "can_change": seen.can_change,
        "held_words": seen.held_words,
        "overdue": seen.overdue,
    }
    if _is_served(request, ticket):
        context |= {"skip": SkipForm(), "why_here": why_here(ticket, person)}
    actions.visit(by=person, ticket=ticket, opens=True)
    broken = changed or (reply and reply.errors) or (note and (note.errors or note.asks))
    return render(request, "desk/ticket.html", context, status=409 if changed else 422 if broken else 200)


def _is_served(request: HttpRequest, ticket: Ticket) -> bool:
    """Whoever was just served a ticket reads why, and may leave it to a colleague."""
    mine = ticket.assignee_id == person_of(request).pk
    return "served" in request.GET and mine and ticket.state == State.WORKING


def _draft(seen: Any, purpose: str) -> str:
    return seen.drafts[purpose].body if purpose in seen.drafts else ""


def _begun_reply(request: HttpRequest, seen: Any, ticket: Ticket) -> dict[str, Any]:
    """The kept draft, with a canned reply added where one was chosen without scripts (`?canned=3`)."""
    body = _draft(seen, "reply")
    chosen = request.GET.get("canned", "")
    canned = next((one for one in seen.canned if str(one.pk) == chosen), None)
    if canned:
        body = "\n\n".join(part for part in (body, canned_text(canned, ticket, person_of(request))) if part)
    return {"body": body, "last_seen": seen.last_seen}


@allow(is_agent)
@require_POST
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """The page says every ten seconds that it is open, and learns who else is here and what was said meanwhile."""
    ticket, person = ticket_for(request, number), person_of(request)
    actions.visit(by=person, ticket=ticket)
    seen = key_in(request.POST.get("seen")) or 0
    new = tickets.said_since(ticket, seen, person) if can_work_on(person, ticket) else []
    context = {"ticket": ticket, "others": company(ticket, person), "new": new, "seen": seen}
    return render(request, "desk/ticket/presence.html", context)


@allow(is_agent)
@require_safe
def file(request: HttpRequest, number: int, pk: str) -> HttpResponseBase:
    """A file of the ticket, for who may read where it stands."""
    ticket = ticket_for(request, number)
    attachment = tickets.files_of(ticket, person_of(request)).filter(pk=pk).first()
    if not isinstance(attachment, Attachment):
        raise Http404
    return open_file(attachment)


@allow(is_agent)
@require_safe
def copy(request: HttpRequest, number: int) -> HttpResponseBase:
    """The request as a ZIP file to keep: with IT's notes (`?notes=yes`), or as its customer may read it."""
    ticket = ticket_for(request, number)
    reader = person_of(request) if request.GET.get("notes") == "yes" else ticket.customer
    return FileResponse(tickets.zipped_copy(ticket, reader), as_attachment=True, filename=tickets.kept_as(ticket))
