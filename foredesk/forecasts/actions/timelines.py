"""The steps of a significant request: planned and ticked off by IT; their dates are forecast behind the answer."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets.actions.states import keep, lock, note, refuse_if_closed, refuse_unless_agent
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import serves

from ..effects import forecast_timeline
from ..models import Milestone

MOST_STEPS = 30
FURTHEST = timedelta(days=2 * 366)


@transaction.atomic
def add_step(
    *, by: Person, ticket: Ticket, title: str, owner: Person | None = None, planned_on: date | None = None
) -> Milestone:
    """Add a step to the end of a request's timeline; the first one begins it.

    Raises Refused without a name for it, for somebody who may not know of the request, and beyond MOST_STEPS.
    """
    _begin(by, ticket)
    title = _checked(title, owner, planned_on, ticket)
    if ticket.milestones.count() >= MOST_STEPS:
        raise Refused(_("A timeline of more than 30 steps tells nobody anything. Put some of them together."))
    position = (ticket.milestones.aggregate(last=Max("position"))["last"] or 0) + 1
    step = Milestone.objects.create(
        ticket=ticket, title=title, owner=owner, planned_on=planned_on, position=position, added_at=clock.now()
    )
    _wrote(by, ticket, "added", step)
    return step


@transaction.atomic
def change_step(
    *, by: Person, step: Milestone, title: str, owner: Person | None = None, planned_on: date | None = None
) -> None:
    """Say differently what a step is, who sees to it, or for when it is planned. Raises Refused as `add_step` does."""
    ticket = step.ticket
    _begin(by, ticket)
    step.title, step.owner, step.planned_on = _checked(title, owner, planned_on, ticket), owner, planned_on
    step.save(update_fields=["title", "owner", "planned_on"])
    _wrote(by, ticket, "changed", step)


@transaction.atomic
def finish_step(*, by: Person, step: Milestone) -> None:
    """Tick a step off. Twice is once."""
    _begin(by, step.ticket)
    if Milestone.objects.filter(pk=step.pk, done_at=None).update(done_at=clock.now()):
        _wrote(by, step.ticket, "done", step)


@transaction.atomic
def take_step_up_again(*, by: Person, step: Milestone) -> None:
    """It was not done after all; its date is promised anew."""
    _begin(by, step.ticket)
    if Milestone.objects.filter(pk=step.pk, done_at__isnull=False).update(done_at=None):
        _wrote(by, step.ticket, "reopened", step)


@transaction.atomic
def remove_step(*, by: Person, step: Milestone) -> None:
    """Take a step off that will not be done. The record keeps that it was there."""
    _begin(by, step.ticket)
    _wrote(by, step.ticket, "removed", step)
    Milestone.objects.filter(pk=step.pk).delete()


def _begin(by: Person, ticket: Ticket) -> None:
    lock(ticket)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)


def _checked(title: str, owner: Person | None, planned_on: date | None, ticket: Ticket) -> str:
    if not title.strip():
        raise Refused(_("Please say what the step is."), "title")
    if owner is not None and owner.pk != ticket.customer_id and not serves(owner, ticket):
        raise Refused(_("Please choose somebody of IT who works with this request, or the customer."), "owner")
    if planned_on is not None and abs(planned_on - clock.now().date()) > FURTHEST:
        raise Refused(_("That is more than two years away. Nobody can plan so far ahead."), "planned_on")
    return title.strip()[:120]


def _wrote(by: Person, ticket: Ticket, deed: str, step: Milestone) -> None:
    keep(ticket)
    note(ticket, by, f"milestone:{deed}", subject=step.title)
    forecast_timeline.enqueue(ticket.pk, by.pk)
