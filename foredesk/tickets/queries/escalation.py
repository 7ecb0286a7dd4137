"""Where a ticket stands on the escalation path of its class."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.enums import Without
from foredesk.catalogue.models import EscalationStep
from foredesk.catalogue.queries import Path, path_of, reached_by
from foredesk.catalogue.rules import after_words, moment_of, whom_words
from foredesk.kit import clock
from foredesk.people.models import Person

from ..enums import TO_DO, Holder, State
from ..models import Ticket
from ..rules import can_work_on
from .silence import who_answers_for
from .visibility import with_people


@dataclass(frozen=True)
class NextStep:
    """The step that comes next; `moment` is None while the ticket waits and its clock stands still."""

    number: int
    step: EscalationStep
    moment: datetime | None


def next_step(ticket: Ticket, path: Path | None) -> NextStep | None:
    """The next step of a ticket on its path, counted from when it was asked or came back; None at the end."""
    if path is None:
        return None
    for number, step in enumerate(path.steps[ticket.steps_taken :], ticket.steps_taken):
        if step.without == Without.FIRST_REPLY and ticket.first_reply_at is not None:
            continue
        return NextStep(number, step, moment_of(step, working_time_of(ticket.customer), _held_by_it(ticket)))
    return None


def _held_by_it(ticket: Ticket) -> list[tuple[datetime, datetime | None]]:
    """The stretches in which IT had the next move, since the path's clock began."""
    since = ticket.escalates_from
    return [
        (max(span.began_at, since), span.ended_at)
        for span in ticket.spans.all()
        if span.holder == Holder.IT
        and span.state in {State.ASKED, State.WORKING}
        and (span.ended_at is None or span.ended_at > since)
    ]


def to_escalate() -> QuerySet[Ticket]:
    """Tickets in IT's hands whose path is to be looked at by now, the longest due first."""
    return with_people(Ticket.objects.filter(state__in=TO_DO, escalates_at__lte=clock.now())).order_by(
        "escalates_at", "pk"
    )


def people_next(ticket: Ticket, step: EscalationStep) -> list[Person]:
    """Whom a step reaches on a ticket: the desk's leads instead of somebody whose own request it is."""
    found = [person for person in reached_by(step, ticket.service_class) if can_work_on(person, ticket)]
    return found or who_answers_for(ticket)


@dataclass(frozen=True)
class PathAhead:
    """What a ticket's page tells of its path: who is next and when, and who comes after them."""

    whom: str
    moment: datetime | None
    after: str
    then: list[str]


def path_ahead(ticket: Ticket) -> PathAhead | None:
    """What lies ahead of an open ticket on its path; None without a path or at its end."""
    path = path_of(ticket.service_class) if ticket.is_open else None
    coming = next_step(ticket, path)
    if path is None or coming is None:
        return None
    owner = ticket.service_class.owner
    return PathAhead(
        whom=whom_words(coming.step, owner),
        moment=coming.moment if ticket.state in TO_DO else None,
        after=after_words(coming.step),
        then=[whom_words(step, owner) for step in path.steps[coming.number + 1 :]],
    )
