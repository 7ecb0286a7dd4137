"""The lists: what somebody asked, what they follow, what their department asked."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.rules import heads_a_department, is_customer
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import requests_followed_by, requests_of, requests_of_department

from ..queries import MOST_OPEN, PAST_ON_A_PAGE, found_requests, lines, open_requests, past_requests, sees_department
from .base import reader_of


@allow(is_customer)
def mine(request: HttpRequest) -> HttpResponse:
    return _list(request, requests_of(reader_of(request)), "mine")


@allow(is_customer)
def followed(request: HttpRequest) -> HttpResponse:
    return _list(request, requests_followed_by(reader_of(request)), "followed")


@allow(is_customer)
def department(request: HttpRequest) -> HttpResponse:
    """Empty, with the reason, where the head has not opened it."""
    return _list(request, requests_of_department(reader_of(request)), "department")


def _list(request: HttpRequest, tickets: QuerySet[Ticket], tab: str) -> HttpResponse:
    """Open ones first (on the first page only), then the past by key."""
    person = reader_of(request)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    if words:
        tickets = found_requests(tickets, words, person)
    before = key_in(request.GET.get("before"))
    past = lines(past_requests(tickets, before=before), person, limit=PAST_ON_A_PAGE + 1)
    context: dict[str, Any] = {
        "tab": tab,
        "words": words,
        "before": before,
        "open": lines(open_requests(tickets), person, limit=MOST_OPEN) if before is None else [],
        "past": past[:PAST_ON_A_PAGE],
        "older": past[PAST_ON_A_PAGE - 1].ticket.pk if len(past) > PAST_ON_A_PAGE else None,
        "sees_department": sees_department(person),
        "heads": heads_a_department(person),
    }
    return render(request, "portal/requests.html", context)
