"""No silence: the holder is reminded before a promised update lapses, the desk's leads are told when it does."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from foredesk.kit import clock
from foredesk.people.models import Person

from ..effects import tell_of_silence
from ..enums import News
from ..models import Ticket
from ..queries.silence import lapses, to_nudge, who_answers_for
from ..rules import can_work_on
from .promises import lapsed

# One round's worth; the next round takes the rest, and no transaction grows long.
AT_ONCE = 200


@transaction.atomic
def nudge_holders() -> int:
    """Remind whoever holds a ticket that its customer is to hear soon: once for each promised moment.

    Returns of how many promises somebody was reminded.

    Where nobody holds it, nobody is reminded; the desk's lists show it, and at the lapse its leads hear of it. Nor is
    anybody reminded of a moment that has passed already.
    """
    told: list[tuple[Person, Ticket]] = []
    for ticket in _in_nobodys_hands(to_nudge()):
        Ticket.objects.filter(pk=ticket.pk).update(nudge_at=None)
        in_time = ticket.next_update_due is not None and ticket.next_update_due > clock.now()
        if in_time and ticket.assignee is not None and can_work_on(ticket.assignee, ticket):
            told.append((ticket.assignee, ticket))
    _tell(News.SILENT_SOON, told)
    return len(told)


@transaction.atomic
def tell_of_lapses() -> int:
    """Store that promised updates have lapsed, and tell those who answer for them: once for each promised moment.

    Returns how many lapsed.
    """
    told: list[tuple[Person, Ticket]] = []
    number = 0
    for ticket in _in_nobodys_hands(lapses()):
        assert ticket.next_update_due is not None  # noqa: S101
        if lapsed(ticket, ticket.next_update_due):
            number += 1
            told += [(person, ticket) for person in who_answers_for(ticket)]
    _tell(News.SILENT, told)
    return number


def _in_nobodys_hands(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Lock a round's worth; what somebody is writing on at this moment is left to the next round."""
    skips = connection.features.has_select_for_update_skip_locked
    return tickets.select_for_update(of=("self",), skip_locked=skips)[:AT_ONCE]


def _tell(news: News, told: Iterable[tuple[Person, Ticket]]) -> None:
    """One mail for each person; what is private stands in a mail of its own, which only its teams may find again."""
    mails: dict[tuple[int, int | None], list[list[Any]]] = defaultdict(list)
    for person, ticket in told:
        private = ticket.service_class_id if ticket.service_class.is_private else None
        due = ticket.next_update_due
        assert due is not None  # noqa: S101
        mails[person.pk, private].append([ticket.pk, due.isoformat()])
    for (person_id, _private), promises in mails.items():
        tell_of_silence.enqueue(news, person_id, promises)
