"""The desk's lists: open work only, through partial indexes, never counting history."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.enums import LaneKey
from foredesk.kit import clock
from foredesk.kit.keys import key_in
from foredesk.people.models import Person

from ..enums import OPEN_STATES, Audience, Holder, State
from ..models import Message, Span, Ticket
from .visibility import tickets_served_by, with_people

# A page of open work; more than this many in one list is a staffing question, not a paging one.
LONGEST_QUEUE = 200
ASKED_BEFORE_WITHIN = timedelta(days=180)
SOON = timedelta(minutes=60)


@dataclass(frozen=True)
class QueueRow:
    """A ticket as it stands in a list; `age` and `target` are working time."""

    ticket: Ticket
    span: Span | None
    age: timedelta
    target: timedelta
    customer_wrote: bool
    asked_before: bool

    @property
    def share(self) -> float:
        """How much of the target is used up; above 1 it is missed."""
        return self.age / self.target if self.target else 0.0

    @property
    def past(self) -> bool:
        return self.age > self.target

    @property
    def waits(self) -> bool:
        return self.span is not None and self.span.holder != Holder.IT

    @property
    def silent_in(self) -> timedelta | None:
        """Until the next update is due; negative once it is overdue."""
        due = self.ticket.next_update_due
        return due - clock.now() if due else None

    @property
    def silent_soon(self) -> bool:
        return self.silent_in is not None and self.silent_in <= SOON


def _open(person: Person) -> QuerySet[Ticket]:
    return with_people(tickets_served_by(person).filter(state__in=OPEN_STATES))


def rows(tickets: QuerySet[Ticket]) -> list[QueueRow]:
    """Tickets as list rows, in two queries however many they are (at most `LONGEST_QUEUE`)."""
    last_public = (
        Message.objects.filter(ticket=OuterRef("pk")).exclude(audience=Audience.IT, by_it=True).order_by("-at", "-id")
    )
    before = Ticket.objects.filter(
        customer=OuterRef("customer"),
        service_class=OuterRef("service_class"),
        pk__lt=OuterRef("pk"),
        created_at__gt=clock.now() - ASKED_BEFORE_WITHIN,
    )
    listed = tickets.annotate(
        last_word_by_it=Subquery(last_public.values("by_it")[:1]),
        asked_before=Exists(before),
    ).prefetch_related(Prefetch("spans", Span.objects.filter(ended_at=None), to_attr="present_spans"))
    return [_row(ticket) for ticket in listed[:LONGEST_QUEUE]]


def _row(ticket: Ticket) -> QueueRow:
    spans: list[Span] = ticket.present_spans  # type: ignore[attr-defined]  # prefetched in `rows`
    working_time = working_time_of(ticket.customer)
    return QueueRow(
        ticket=ticket,
        span=spans[0] if spans else None,
        age=working_time.between(ticket.created_at, ticket.closed_at or clock.now()),
        target=working_time.between(ticket.created_at, ticket.solution_target),
        customer_wrote=ticket.last_word_by_it is False,  # type: ignore[attr-defined]  # annotated in `rows`
        asked_before=ticket.asked_before,  # type: ignore[attr-defined]
    )


def queue(person: Person, lane: LaneKey) -> list[QueueRow]:
    """A lane's open tickets that `person` serves.

    What came back or was handed over first, then by target; what waits comes last.
    """
    return sorted(
        rows(_open(person).filter(lane__key=lane).order_by("solution_target")),
        key=lambda row: (
            not row.ticket.ahead,
            row.ticket.ahead_since.timestamp() if row.ticket.ahead_since else 0.0,
            row.waits,
            row.ticket.solution_target,
        ),
    )


def waiting(person: Person) -> list[QueueRow]:
    """What waits for somebody or something, the earliest end first."""
    end = Span.objects.filter(ticket=OuterRef("pk"), ended_at=None).values("until")[:1]
    return rows(_open(person).filter(state=State.WAITING).order_by(Coalesce(Subquery(end), "solution_target")))


def assigned_to(person: Person) -> list[QueueRow]:
    return rows(_open(person).filter(assignee=person).order_by("solution_target"))


def _silent_before(person: Person, moment: datetime) -> QuerySet[Ticket]:
    return _open(person).filter(next_update_due__lte=moment).order_by("next_update_due")


def silent_soon(person: Person) -> list[QueueRow]:
    """Tickets whose customer hears nothing unless somebody writes within the hour, the latest ones first."""
    return rows(_silent_before(person, clock.now() + SOON))


def all_tickets(
    person: Person, *, words: str = "", state: str = "", lane: str = "", before: int | None = None, limit: int = 50
) -> list[QueueRow]:
    """Every ticket that `person` serves, newest first, from below number `before`.

    `words`: a number, here or at the desk it came from; a name; words of the title.
    """
    tickets = with_people(tickets_served_by(person).order_by("-pk"))
    elsewhere = numbered_elsewhere(tickets, words)
    if (number := key_in(words)) is not None:
        tickets = tickets.filter(pk__in=[number, *elsewhere])
    elif words:
        says = Q()
        for word in words.split()[:5]:
            says &= (
                Q(subject__icontains=word) | Q(customer__full_name__icontains=word) | Q(customer__email__iexact=word)
            )
        tickets = tickets.filter(says | Q(pk__in=elsewhere) if elsewhere else says)
    if state == "open":
        tickets = tickets.filter(state__in=OPEN_STATES)
    elif state:
        tickets = tickets.filter(state=state)
    if lane:
        tickets = tickets.filter(lane__key=lane)
    if before is not None:
        tickets = tickets.filter(pk__lt=before)
    return rows(tickets[:limit])


def numbered_elsewhere(tickets: QuerySet[Ticket], words: str) -> list[int]:
    """The numbers here of those of `tickets` that had the number `words` at the desk they came from."""
    if not words.strip():
        return []
    return list(tickets.filter(source_id=words.strip()).values_list("pk", flat=True)[:LONGEST_QUEUE])


def open_count(person: Person, lane: LaneKey) -> int:
    """How many tickets of a lane IT can act on now: not waiting, not awaiting the customer's word."""
    return tickets_served_by(person).filter(lane__key=lane, state__in=[State.ASKED, State.WORKING]).count()


def waiting_count(person: Person) -> int:
    return tickets_served_by(person).filter(state=State.WAITING).count()


def silent_soon_count(person: Person) -> int:
    return _silent_before(person, clock.now() + SOON).count()


def assigned_count(person: Person) -> int:
    return tickets_served_by(person).filter(assignee=person, state__in=[State.ASKED, State.WORKING]).count()
