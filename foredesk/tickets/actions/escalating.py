"""The escalation path of a class, carried out on its tickets."""

from django.db import transaction

from foredesk.catalogue.queries import Path, paths
from foredesk.catalogue.rules import after_words, whom_words
from foredesk.kit import clock

from ..effects import tell_of_step
from ..enums import TO_DO
from ..models import Ticket
from ..queries.escalation import NextStep, next_step, people_next, to_escalate
from .states import lock, note

# One round's worth; the next round takes the rest.
AT_ONCE = 200


def follow_paths() -> None:
    """Take the steps that have come on all tickets, each in a transaction of its own."""
    known = paths()
    for ticket in to_escalate()[:AT_ONCE]:
        follow_path(ticket=ticket, path=known.get(ticket.service_class_id))


@transaction.atomic
def follow_path(*, ticket: Ticket, path: Path | None) -> int:
    """Take every step of a ticket's path that has come, once each, and note when to look again.

    Whoever is next is told by mail. Nothing happens on a ticket that somebody else has moved on meanwhile. Returns how
    many steps were taken.
    """
    lock(ticket)
    if ticket.state not in TO_DO or ticket.escalates_at is None or ticket.escalates_at > clock.now():
        return 0
    before = ticket.steps_taken
    coming = next_step(ticket, path)
    while coming is not None and coming.moment is not None and coming.moment <= clock.now():
        _take(ticket, coming)
        ticket.steps_taken = coming.number + 1
        coming = next_step(ticket, path)
    ticket.escalates_at = coming.moment if coming else None
    # No version: who is writing on the ticket need not know of it.
    ticket.save(update_fields=["steps_taken", "escalates_at"])
    return ticket.steps_taken - before


def _take(ticket: Ticket, coming: NextStep) -> None:
    step = coming.step
    people = people_next(ticket, step)
    event = note(
        ticket,
        None,
        "escalated",
        to=whom_words(step, ticket.service_class.owner),
        after=after_words(step),
        without=str(step.get_without_display()),
        outside=step.contact,
        people=[person.pk for person in people],
    )
    tell_of_step.enqueue(ticket.pk, event.pk)
