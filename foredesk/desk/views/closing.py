"""Offering a fix. Whether it is solved is for the customer to say."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foredesk.kit.access import allow
from foredesk.people.rules import is_agent
from foredesk.tickets import queries as tickets

from .. import actions
from ..forms.ticket import SolutionForm
from .answers import begun, panel, person_of, posted, store, ticket_for


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def solution(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    tickets.read_restatements(ticket)
    latest, understood = tickets.latest_restatement(ticket), tickets.is_understood(ticket)
    form = SolutionForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        needs_reason=not understood,
        open_parts=tickets.open_parts(ticket, person_of(request)),
        initial={"body": partial(begun, request, ticket, "solution"), "last_seen": partial(tickets.last_said, ticket)},
    )

    def act() -> str:
        data = form.cleaned_data
        actions.offer_solution(
            by=person_of(request),
            ticket=ticket,
            text=data["body"],
            checked_how=data["checked_how"],
            without=data.get("without", ""),
            attachments=store(request, form),
            last_seen=data["last_seen"],
            despite_open_parts=data.get("despite_open_parts", False),
        )
        return _("Offered. %(name)s is asked whether it completely solves it.") % {"name": ticket.customer.first_name}

    context = {"understood": understood, "latest": latest}
    return panel(request, ticket, form, template="desk/panels/solution.html", act=act, context=context)
