"""What becomes of a promised update: a word keeps it, or it lapses, or somebody moves it. Each end is one row."""

from datetime import datetime

from foredesk.kit import clock

from ..enums import PromiseOutcome
from ..models import PromisedUpdate, Ticket
from ..queries.silence import silence_between, silent_since
from ..rules.silence import GRACE


def word_came(ticket: Ticket) -> None:
    """IT says something to the customer: the promised update of a locked ticket is kept, or its late word comes."""
    now, due = clock.now(), ticket.next_update_due
    if due is None or silent_since(ticket) >= now:
        return
    if now <= due + GRACE:
        _end(ticket, due, PromiseOutcome.KEPT, now)
        return
    lapsed(ticket, due)
    _end(ticket, due, PromiseOutcome.LATE, now)


def moved(ticket: Ticket, to: datetime) -> None:
    """Somebody promises another moment. One that has passed already was missed all the same."""
    now, due = clock.now(), ticket.next_update_due
    if due is None:
        return
    if now > due + GRACE:
        lapsed(ticket, due)
    elif to > due:
        _end(ticket, due, PromiseOutcome.MOVED, now)


def lapsed(ticket: Ticket, due: datetime) -> bool:
    """A promised update passed without a word; False when that is stored already."""
    missed = {"ended_at": due, "silence_seconds": _seconds(ticket, due)}
    _row, is_new = PromisedUpdate.objects.get_or_create(
        ticket=ticket, due=due, outcome=PromiseOutcome.MISSED, defaults=missed
    )
    return is_new


def _end(ticket: Ticket, due: datetime, outcome: PromiseOutcome, at: datetime) -> None:
    PromisedUpdate.objects.create(
        ticket=ticket, due=due, outcome=outcome, ended_at=at, silence_seconds=_seconds(ticket, at)
    )


def _seconds(ticket: Ticket, until: datetime) -> int:
    return int(silence_between(ticket, until).total_seconds())
