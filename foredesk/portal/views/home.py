from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from foredesk.catalogue.queries import kinds_offered
from foredesk.kit import clock
from foredesk.kit.access import allow
from foredesk.people.rules import is_customer
from foredesk.shield.queries import announced_now, definition
from foredesk.tickets.queries import drafts_of_interviews, requests_of

from ..forms import BeginForm
from ..queries import MOST_AT_HOME, lines, open_requests
from ..rules import greeting
from .base import reader_of


@allow(is_customer)
def home(request: HttpRequest) -> HttpResponse:
    """One question, what is open, and what can be asked for with one click."""
    person = reader_of(request)
    project_time = announced_now()
    found = lines(open_requests(requests_of(person)), person, limit=MOST_AT_HOME)
    return render(
        request,
        "portal/home.html",
        {
            "project_time": project_time,
            "emergency_phone": definition().phone if project_time else "",
            "greeting": greeting(timezone.localtime(clock.now())),
            "form": BeginForm(by=person, initial={"key": uuid4().hex}),
            "kinds": kinds_offered(),
            "drafts": drafts_of_interviews(person)[:3],
            "mine": [line for line in found if line.waits_for_reader],
            "others": [line for line in found if not line.waits_for_reader],
        },
    )
