"""What the customer's views share: finding what the reader may see, and going back to it."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from foredesk.people.models import Person
from foredesk.tickets.models import Interview, Ticket
from foredesk.tickets.queries import tickets_visible_to

from ..queries import interview_of


def reader_of(request: HttpRequest) -> Person:
    """The signed-in person; only for views behind `allow`."""
    return cast(Person, request.user)


def visible_ticket(request: HttpRequest, number: int) -> Ticket:
    """Raises Http404 for what the reader may not know of."""
    found = tickets_visible_to(reader_of(request)).select_related("interview").prefetch_related("followers__person")
    ticket = found.filter(pk=number).first()
    if ticket is None:
        raise Http404
    return ticket


def own_interview(request: HttpRequest, pk: int) -> Interview:
    """Raises Http404 for another person's interview."""
    interview = interview_of(reader_of(request), pk)
    if interview is None:
        raise Http404
    return interview


def to_request(number: int, *, state: str = "", anchor: str = "") -> HttpResponse:
    query = f"?{state}" if state else ""
    return redirect(reverse("portal:request", args=[number]) + query + (f"#{anchor}" if anchor else ""))


def to_interview(pk: int, question: str = "") -> HttpResponse:
    return redirect(reverse("portal:interview", args=[pk]) + (f"?question={question}" if question else ""))
