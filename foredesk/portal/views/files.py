"""Files of drafts and requests, for those who may see them."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase

from foredesk.attachments.queries import open_file
from foredesk.kit.access import allow
from foredesk.people.rules import is_customer
from foredesk.tickets.queries import files_of, kept_as, zipped_copy
from foredesk.tickets.rules import is_party, serves

from .base import own_interview, reader_of, visible_ticket


@allow(is_customer)
def of_request(request: HttpRequest, number: int, file: UUID) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    attachment = files_of(ticket, reader_of(request)).filter(pk=file).first()
    if attachment is None:
        raise Http404
    return open_file(attachment)


@allow(is_customer)
def of_interview(request: HttpRequest, pk: int, file: UUID) -> HttpResponseBase:
    attachment = own_interview(request, pk).attachments.filter(pk=file).first()
    if attachment is None:
        raise Http404
    return open_file(attachment)


@allow(is_customer)
def copy(request: HttpRequest, number: int) -> HttpResponseBase:
    """The request as a ZIP file to keep, with what its reader may read; somebody of IT gets the customer's copy."""
    ticket, reader = visible_ticket(request, number), reader_of(request)
    if serves(reader, ticket) and not is_party(reader, ticket):
        reader = ticket.customer
    return FileResponse(zipped_copy(ticket, reader), as_attachment=True, filename=kept_as(ticket))
