from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_agent, is_lead
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import ticket_served

from . import actions, queries
from .rules import FEWEST


class Request(HttpRequest):
    """A request that `allow` has let in: somebody is signed in."""

    user: Person


@allow(is_lead)
@require_safe
def page(request: Request) -> HttpResponse:
    """How well suggestions hold, and what they were learned from."""
    learning = queries.latest_learning()
    context = {
        "learning": learning,
        "expected": queries.expected(learning) if learning else [],
        "kept": queries.kept(request.user),
        "solved": queries.solved()[:FEWEST].count(),
        "fewest": FEWEST,
    }
    return render(request, "triage/page.html", context)


@allow(is_agent)
@require_POST
def taken_over(request: Request, number: int) -> HttpResponse:
    ticket = _ticket_for(request, number)
    size = ticket.size
    try:
        actions.keep_suggestion(
            by=request.user,
            ticket=ticket,
            reason=request.POST.get("reason", "")[:200],
            expected_version=key_in(request.POST.get("version")),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = _("Changed, and %(name)s is told why.") % {"name": ticket.customer.first_name}
        messages.success(request, _("Changed.") if ticket.size == size else told)
    return redirect("desk:ticket", ticket.pk)


@allow(is_agent)
@require_POST
def refused(request: Request, number: int) -> HttpResponse:
    ticket = _ticket_for(request, number)
    try:
        actions.refuse_suggestion(by=request.user, ticket=ticket)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted. Foredesk learns from it."))
    return redirect("desk:ticket", ticket.pk)


def _ticket_for(request: Request, number: int) -> Ticket:
    """The ticket, or 404 for who does not serve it."""
    ticket = ticket_served(request.user, number)
    if ticket is None:
        raise Http404
    return ticket
