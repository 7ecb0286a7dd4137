"""When a request will be done: an agent's own word, and the steps of its timeline."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.forecasts.actions import (
    add_step,
    change_step,
    finish_step,
    promise_anew,
    remove_step,
    take_step_up_again,
)
from foredesk.forecasts.models import Milestone
from foredesk.forecasts.queries import promise_of
from foredesk.forecasts.queries.timelines import milestones_of
from foredesk.kit.access import allow
from foredesk.people.rules import is_agent
from foredesk.tickets.models import Ticket

from ..forms.promises import PromiseForm, StepForm
from .answers import do_at_once, panel, person_of, posted, ticket_for


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, number: int) -> HttpResponse:
    """Promise another time in the place of the present promise."""
    ticket, person = ticket_for(request, number), person_of(request)
    present = promise_of(ticket, person)
    initial = {"until": present.quote.until if present else ticket.solution_target, "version": ticket.version}
    form = PromiseForm(posted(request), initial=initial)

    def act() -> str:
        data = form.cleaned_data
        promise_anew(
            by=person,
            ticket=ticket,
            until=data["until"],
            reason=data["reason"],
            expected_version=data["version"],
        )
        return _("Promised. %(name)s and all who follow it are told, with the reason.") % {
            "name": ticket.customer.first_name
        }

    return panel(request, ticket, form, template="desk/panels/promise.html", act=act, context={"promise": present})


def _step(ticket: Ticket, pk: int) -> Milestone:
    step = get_object_or_404(milestones_of(ticket), pk=pk)
    step.ticket = ticket
    return step


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def steps(request: HttpRequest, number: int) -> HttpResponse:
    """Add a step to the timeline."""
    ticket = ticket_for(request, number)
    form = StepForm(posted(request), ticket=ticket)

    def act() -> str:
        add_step(by=person_of(request), ticket=ticket, **form.cleaned_data)
        return _("Added. Its date is forecast in a moment.")

    return panel(request, ticket, form, template="desk/panels/step.html", act=act)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Say differently what a step is."""
    ticket = ticket_for(request, number)
    found = _step(ticket, pk)
    initial = {"title": found.title, "owner": found.owner_id, "planned_on": found.planned_on}
    form = StepForm(posted(request), ticket=ticket, initial=initial)

    def act() -> str:
        change_step(by=person_of(request), step=found, **form.cleaned_data)
        return _("Changed. Where a date moves, everybody who waits for it is told.")

    return panel(request, ticket, form, template="desk/panels/step.html", act=act, context={"step": found})


@allow(is_agent)
@require_POST
def step_end(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Tick a step off."""
    ticket, person = ticket_for(request, number), person_of(request)
    found = _step(ticket, pk)
    return do_at_once(request, ticket, lambda: finish_step(by=person, step=found), _("Done."))


@allow(is_agent)
@require_POST
def step_again(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """It was not done after all."""
    ticket, person = ticket_for(request, number), person_of(request)
    found = _step(ticket, pk)
    said = _("It is ahead again.")
    return do_at_once(request, ticket, lambda: take_step_up_again(by=person, step=found), said)


@allow(is_agent)
@require_POST
def step_removal(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take a step off."""
    ticket, person = ticket_for(request, number), person_of(request)
    found = _step(ticket, pk)
    return do_at_once(request, ticket, lambda: remove_step(by=person, step=found), _("The step is off."))
