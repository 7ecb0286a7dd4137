from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.attachments.actions import store_files
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_customer
from foredesk.tickets.actions import keep_draft, write_as_customer
from foredesk.tickets.models import Message
from foredesk.tickets.queries import tickets_visible_to
from foredesk.tickets.rules import can_reply

from ..forms import ReplyForm
from .base import reader_of, to_request, visible_ticket
from .request_page import show


@allow(is_customer)
@require_POST
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Say something on a request; on a closed one it opens it again."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    if not can_reply(person, ticket):
        raise Http404
    was_open = ticket.is_open
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, ticket, reply_form=form)
    try:
        message = write_as_customer(
            by=person,
            ticket=ticket,
            body=form.cleaned_data["body"],
            audience=form.cleaned_data["audience"],
            attachments=store_files(by=person, uploads=form.cleaned_data["uploads"]),
            key=form.cleaned_data["key"],
        )
    except Refused as refused:
        form.add_error(refused.field or "body", str(refused))
        return show(request, ticket, reply_form=form)
    if message.ticket_id != number:
        return _to_where_it_goes_on(request, number, message)
    if not was_open:
        messages.success(request, _("Your request is open again and goes before new ones."))
    return to_request(number, anchor=f"message-{message.pk}")


def _to_where_it_goes_on(request: HttpRequest, number: int, message: Message) -> HttpResponse:
    """To what was just said, where its writer may look; else back to the page it was written on."""
    if not tickets_visible_to(reader_of(request)).filter(pk=message.ticket_id).exists():
        messages.success(request, _("Thank you. It has reached us."))
        return to_request(number)
    messages.success(request, _("Thank you. It stands here, where your request goes on."))
    return to_request(message.ticket_id, anchor=f"message-{message.pk}")


@allow(is_customer)
@require_POST
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is being written."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    if not can_reply(person, ticket):
        raise Http404
    keep_draft(by=person, ticket=ticket, purpose="reply", body=request.POST.get("body", "")[:20_000])
    return HttpResponse(status=204)
