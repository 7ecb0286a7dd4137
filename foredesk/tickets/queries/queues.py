"""The desk's lists: open work only, through partial indexes, never counting history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)

from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane
from foredesk.kit import clock
from foredesk.kit.keys import key_in
from foredesk.people.models import Person
from foredesk.people.queries import people_called

from ..enums import HELD, OPEN_STATES, TO_DO, Audience, Holder, State
from ..models import Message, Span, Ticket
from .visibility import tickets_served_by

PAGE = 50
# Counts stop here (“999+”): what a list of a thousand holds exactly, nobody needs to know on every page.
MOST_COUNTED = 1000
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
    return tickets_served_by(person).filter(state__in=OPEN_STATES)


def rows(tickets: QuerySet[Ticket]) -> list[QueueRow]:
    """Tickets as list rows, in two queries however many they are; one more for the teams of private ones."""
    last_public = (
        Message.objects.filter(ticket=OuterRef("pk")).exclude(audience=Audience.IT, by_it=True).order_by("-at", "-id")
    )
    before = Ticket.objects.filter(
        customer=OuterRef("customer"),
        service_class=OuterRef("service_class"),
        pk__lt=OuterRef("pk"),
        created_at__gt=clock.now() - ASKED_BEFORE_WITHIN,
    )
    listed = (
        _with_people_in_rows(tickets)
        .annotate(
            last_word_by_it=Subquery(last_public.values("by_it")[:1]),
            asked_before=Exists(before),
        )
        .prefetch_related(Prefetch("spans", Span.objects.filter(ended_at=None), to_attr="present_spans"))
    )
    found = list(listed)
    # Who sees a private one stands beside it; lists without any are spared the query.
    prefetch_related_objects([one.service_class for one in found if one.service_class.is_private], "teams")
    return [_row(ticket) for ticket in found]


# Of the people and things beside a ticket only what a row shows: fifty rows are soon four hundred objects.
_BESIDE = (
    "customer__full_name",
    "customer__department__name",
    "customer__department__site_id",
    "customer__place__site_id",
    "assignee__full_name",
    "service_class__name",
    "service_class__is_private",
    "lane__name",
)
_OF_TICKET = tuple(field.name for field in Ticket._meta.concrete_fields)


def _with_people_in_rows(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """PostgreSQL plans each further join longer than it then takes to read fifty rows."""
    beside = "customer__department", "customer__place", "assignee", "service_class", "lane"
    return tickets.select_related(None).select_related(*beside).only(*_OF_TICKET, *_BESIDE)


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


@dataclass(frozen=True)
class _Stretch:
    """A part of a list in an order of its own, which an index has."""

    those: Q
    by: str


_IN_LANE = (
    _Stretch(~Q(ahead=""), "ahead_since"),
    _Stretch(Q(ahead="", state__in=TO_DO), "solution_target"),
    _Stretch(Q(ahead="", state__in=HELD), "solution_target"),
)


def _page(tickets: QuerySet[Ticket], stretches: Sequence[_Stretch], after: int | None) -> list[QueueRow]:
    """One page of the stretches, one after the other, from behind the ticket `after` on; one row more if there is more.

    The keys first, each stretch from its index, then the rows: sorting whole rows would read all that is open.
    """
    found: list[int] = []
    for number, stretch in enumerate(stretches):
        part = tickets.filter(stretch.those).order_by(F(stretch.by).asc(nulls_last=True), "pk")
        if after is not None:
            key = part.filter(pk=after).values_list(stretch.by).first()
            if key is None and number < len(stretches) - 1:
                continue
            if key is not None:
                part = part.filter(_behind(stretch.by, key[0], after))
            after = None
        found += part.values_list("pk", flat=True)[: PAGE + 1 - len(found)]
        if len(found) > PAGE:
            break
    known = {row.ticket.pk: row for row in rows(Ticket.objects.filter(pk__in=found))}
    return [known[key] for key in found if key in known]


def _behind(field: str, value: datetime | None, key: int) -> Q:
    """What comes after the ticket `key` with this `value` in the order of `field`, those without one last."""
    if value is None:
        return Q((f"{field}__isnull", True), pk__gt=key)
    later = Q((f"{field}__gt", value)) | Q((field, value), pk__gt=key)
    return Q((f"{field}__gte", value)) & later | Q((f"{field}__isnull", True))


def _in_lane(key: LaneKey) -> Q:
    # A condition on the lane's key would be a join, and a join has no order.
    return Q(lane=Lane.objects.filter(key=key).values("pk")[:1])


def queue(person: Person, lane: LaneKey, after: int | None = None) -> list[QueueRow]:
    """A page of a lane's open tickets that `person` serves, and one more where there is another page.

    What came back or was handed over first, then by target; what waits comes last. `after`: the last one of the page
    before.
    """
    return _page(_open(person).filter(_in_lane(lane)), _IN_LANE, after)


def waiting(person: Person, after: int | None = None) -> list[QueueRow]:
    """What waits for somebody or something, the earliest end first; pages as `queue`."""
    present = Q(spans__state=State.WAITING, spans__ended_at=None)
    waits = _open(person).filter(present, state=State.WAITING).annotate(end=F("spans__until"))
    return _page(waits, [_Stretch(Q(), "end")], after)


def assigned_to(person: Person, after: int | None = None) -> list[QueueRow]:
    return _page(_open(person).filter(assignee=person), [_Stretch(Q(), "solution_target")], after)


def _silent_before(person: Person, moment: datetime) -> QuerySet[Ticket]:
    return _open(person).filter(next_update_due__lte=moment)


def silent_soon(person: Person, after: int | None = None) -> list[QueueRow]:
    """Tickets whose customer hears nothing unless somebody writes within the hour, the latest ones first."""
    return _page(_silent_before(person, clock.now() + SOON), [_Stretch(Q(), "next_update_due")], after)


def all_tickets(
    person: Person, *, words: str = "", state: str = "", lane: str = "", before: int | None = None, limit: int = 50
) -> list[QueueRow]:
    """Every ticket that `person` serves, newest first, from below number `before`.

    `words`: a number, here or at the desk it came from; a name; words of the title.
    """
    tickets = tickets_served_by(person).order_by("-pk")
    elsewhere = numbered_elsewhere(tickets, words)
    if (number := key_in(words)) is not None:
        tickets = tickets.filter(pk__in=[number, *elsewhere])
    elif words:
        says = Q()
        for word in words.split()[:5]:
            # Keys of people, not a join: so each half of the condition has an index.
            says &= Q(subject__has_word=word) | Q(customer__in=people_called(word))
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
    return list(tickets.filter(source_id=words.strip()).values_list("pk", flat=True)[:PAGE])


@dataclass(frozen=True)
class DeskCounts:
    """How many requests stand in the desk's lists, up to `MOST_COUNTED` each."""

    rapid: int  # IT can act on them now: not waiting, not awaiting the customer's word
    deep: int
    mine: int
    waiting: int
    silent_soon: int


class _Counted(Subquery):
    """How many rows a query has, as a value of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def desk_counts(person: Person) -> DeskCounts:
    """All of them in one query: every page of the desk shows them."""
    served = tickets_served_by(person)
    to_do = served.filter(state__in=TO_DO)
    lists = (
        to_do.filter(_in_lane(LaneKey.RAPID)),
        to_do.filter(_in_lane(LaneKey.DEEP)),
        to_do.filter(assignee=person),
        served.filter(state=State.WAITING),
        _silent_before(person, clock.now() + SOON),
    )
    counted = [_Counted(one.order_by().select_related(None).values("pk")[:MOST_COUNTED]) for one in lists]
    # Any table of one row would do; a lane is always there.
    found = Lane.objects.filter(key=LaneKey.RAPID).values_list(*counted).get()
    return DeskCounts(*found)
