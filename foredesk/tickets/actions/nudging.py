"""No silence: the holder is reminded before a promised update lapses, the desk's leads are told when it does."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

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
def nudge_holders() -> None:
    """Remind whoever holds a ticket that its customer is to hear soon: once for each promised moment.

    Where nobody holds it, nobody is reminded; the desk's lists show it, and at the lapse its leads hear of it.
    """
    told: list[tuple[Person, Ticket]] = []
    for ticket in to_nudge()[:AT_ONCE]:
        claimed = Ticket.objects.filter(pk=ticket.pk, nudge_at=ticket.nudge_at).update(nudge_at=None)
        if claimed and ticket.assignee is not None and can_work_on(ticket.assignee, ticket):
            told.append((ticket.assignee, ticket))
    _tell(News.SILENT_SOON, told)


@transaction.atomic
def tell_of_lapses() -> None:
    """Store that promised updates have lapsed, and tell those who answer for them: once for each promised moment."""
    told: list[tuple[Person, Ticket]] = []
    for ticket in lapses()[:AT_ONCE]:
        assert ticket.next_update_due is not None  # noqa: S101
        if lapsed(ticket, ticket.next_update_due):
            told += [(person, ticket) for person in who_answers_for(ticket)]
    _tell(News.SILENT, told)


def _tell(news: News, told: Iterable[tuple[Person, Ticket]]) -> None:
    """One mail for each person; what is private stands in a mail of its own, which only its teams may find again."""
    mails: dict[tuple[int, int | None], list[tuple[int, str]]] = defaultdict(list)
    for person, ticket in told:
        private = ticket.service_class_id if ticket.service_class.is_private else None
        due = ticket.next_update_due
        assert due is not None  # noqa: S101
        mails[person.pk, private].append((ticket.pk, due.isoformat()))
    for (person_id, _private), promises in mails.items():
        tell_of_silence.enqueue(news, person_id, promises)
