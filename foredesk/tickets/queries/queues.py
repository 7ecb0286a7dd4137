"""The desk's lists: open work only, through partial indexes, never counting history."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects

from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce, padded
from foredesk.kit.counting import CountOf
from foredesk.kit.keys import key_in
from foredesk.people.models import Person
from foredesk.people.queries import people_called
from foredesk.people.rules import is_agent

from ..enums import HELD, OPEN_STATES, TO_DO, Audience, Holder, State
from ..models import Message, Span, Ticket
from .visibility import tickets_outside, tickets_served_by

PAGE = 50
# Counts stop here (“500+”): how many more a list holds, nobody needs to know on every page.
MOST_COUNTED = 501
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


def rows(numbers: Sequence[int]) -> list[QueueRow]:
    """Tickets as list rows, in this order, in two queries however many they are; one more for teams of private ones."""
    length = -(-len(numbers) // (PAGE + 1)) * (PAGE + 1)  # few lengths, so that both queries are built once
    keys = padded(numbers, length)
    spans = {span.ticket_id: span for span in _PRESENT_SPANS(keys)}
    listed = {ticket.pk: ticket for ticket in _LISTED(keys, clock.now() - ASKED_BEFORE_WITHIN)}
    found = [listed[number] for number in numbers if number in listed]
    # Who sees a private one stands beside it; lists without any are spared the query.
    prefetch_related_objects([one.service_class for one in found if one.service_class.is_private], "teams")
    return [_row(ticket, spans.get(ticket.pk)) for ticket in found]


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


def _listed(keys: Sequence[int], since: datetime) -> QuerySet[Ticket]:
    """What rows show of tickets. `since`: how far back it counts that their customers asked the same."""
    last_public = (
        Message.objects.filter(ticket=OuterRef("pk")).exclude(audience=Audience.IT, by_it=True).order_by("-at", "-id")
    )
    before = Ticket.objects.filter(
        customer=OuterRef("customer"),
        service_class=OuterRef("service_class"),
        pk__lt=OuterRef("pk"),
        created_at__gt=since,
    )
    return (
        Ticket.objects.filter(pk__in=keys)
        .select_related("customer__department", "customer__place", "assignee", "service_class", "lane")
        .only(*_OF_TICKET, *_BESIDE)
        .annotate(last_word_by_it=Subquery(last_public.values("by_it")[:1]), asked_before=Exists(before))
        .order_by()
    )


_LISTED = BuiltOnce(_listed)
_PRESENT_SPANS = BuiltOnce(lambda keys: Span.objects.filter(ended_at=None, ticket__in=keys).order_by())


def _row(ticket: Ticket, span: Span | None) -> QueueRow:
    working_time = working_time_of(ticket.customer)
    return QueueRow(
        ticket=ticket,
        span=span,
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


class _List:
    """A list of open tickets, read a page at a time: its stretches one after the other.

    `those(hidden, *values)` are its tickets, without those of the classes `hidden`.
    """

    def __init__(self, those: Callable[..., QuerySet[Ticket]], *stretches: _Stretch) -> None:
        self._those, self._stretches = those, stretches
        self._first_pages = [BuiltOnce(partial(self._first_page, stretch)) for stretch in stretches]

    def page(self, person: Person, *values: int | str | datetime, after: int | None) -> list[QueueRow]:
        """One page of what `person` serves, from behind the ticket `after` on; one row more if there is more.

        The keys first, each stretch from its index, then the rows: sorting whole rows would read all that is open.
        """
        return rows(self.numbers(person, *values, after=after))

    def numbers(self, person: Person, *values: int | str | datetime, after: int | None) -> list[int]:
        if not is_agent(person):
            return []
        hidden = sorted(classes_hidden_from(person))
        found: list[int] = []
        for number, stretch in enumerate(self._stretches):
            if after is None:
                found += self._first_pages[number](hidden, *values)
            else:
                part = self._in_order(stretch, hidden, *values)
                key = part.filter(pk=after).values_list(stretch.by).first()
                if key is None and number < len(self._stretches) - 1:
                    continue
                if key is not None:
                    part = part.filter(_behind(stretch.by, key[0], after))
                after = None
                found += part.values_list("pk", flat=True)[: PAGE + 1]
            if len(found) > PAGE:
                break
        return found[: PAGE + 1]

    def _in_order(self, stretch: _Stretch, *values: Any) -> QuerySet[Ticket]:
        return self._those(*values).filter(stretch.those).order_by(F(stretch.by).asc(nulls_last=True), "pk")

    def _first_page(self, stretch: _Stretch, *values: Any) -> QuerySet[Ticket, int]:
        return self._in_order(stretch, *values).values_list("pk", flat=True)[: PAGE + 1]


def _behind(field: str, value: datetime | None, key: int) -> Q:
    """What comes after the ticket `key` with this `value` in the order of `field`, those without one last."""
    if value is None:
        return Q((f"{field}__isnull", True), pk__gt=key)
    later = Q((f"{field}__gt", value)) | Q((field, value), pk__gt=key)
    return Q((f"{field}__gte", value)) & later | Q((f"{field}__isnull", True))


def _open(hidden: Collection[int]) -> QuerySet[Ticket]:
    return tickets_outside(hidden).filter(state__in=OPEN_STATES)


def _in_lane(key: str) -> Q:
    # A condition on the lane's key would be a join, and a join has no order.
    return Q(lane=Lane.objects.filter(key=key).values("pk")[:1])


def _silent_before(hidden: Collection[int], moment: datetime) -> QuerySet[Ticket]:
    return _open(hidden).filter(next_update_due__lte=moment)


_HELD = _List(
    lambda hidden, key: tickets_outside(hidden).filter(_in_lane(key), state__in=HELD), _Stretch(Q(), "solution_target")
)
_WAITING = _List(
    # The present stretch alone says that a ticket waits: said of the ticket once more, PostgreSQL takes the two for
    # chance, expects next to nothing, and reads all that waits instead of the first page in the order of the index.
    lambda hidden: (
        tickets_outside(hidden).filter(spans__state=State.WAITING, spans__ended_at=None).annotate(end=F("spans__until"))
    ),
    _Stretch(Q(), "end"),
)
_ASSIGNED = _List(lambda hidden, assignee: _open(hidden).filter(assignee=assignee), _Stretch(Q(), "solution_target"))
_SILENT = _List(_silent_before, _Stretch(Q(), "next_update_due"))


def held_in(person: Person, lane: LaneKey, after: int | None = None) -> list[int]:
    """Numbers of a lane's tickets that wait or have a fix on offer, by target; at most a page and one more."""
    return _HELD.numbers(person, lane, after=after)


def waiting(person: Person, after: int | None = None) -> list[QueueRow]:
    """What waits for somebody or something, the earliest end first."""
    return _WAITING.page(person, after=after)


def assigned_to(person: Person, after: int | None = None) -> list[QueueRow]:
    return _ASSIGNED.page(person, person.pk, after=after)


def silent_soon(person: Person, after: int | None = None) -> list[QueueRow]:
    """Tickets whose customer hears nothing unless somebody writes within the hour, the latest ones first."""
    return _SILENT.page(person, clock.now() + SOON, after=after)


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
    return rows(list(tickets.values_list("pk", flat=True)[:limit]))


def numbered_elsewhere(tickets: QuerySet[Ticket], words: str) -> list[int]:
    """The numbers here of those of `tickets` that had the number `words` at the desk they came from."""
    if not words.strip():
        return []
    # Most have none: without the second condition, a plan for words in general is one for nearly all tickets.
    found = tickets.filter(source_id=words.strip()).exclude(source_id="")
    return list(found.values_list("pk", flat=True)[:PAGE])


@dataclass(frozen=True)
class DeskCounts:
    """How many requests stand in the desk's lists, up to `MOST_COUNTED` each."""

    rapid: int  # IT can act on them now: not waiting, not awaiting the customer's word
    deep: int
    mine: int
    waiting: int
    silent_soon: int


def to_do_among(numbers: Collection[int]) -> int:
    """How many of some tickets IT can act on now."""
    return Ticket.objects.filter(pk__in=numbers, state__in=TO_DO).count()


def desk_counts(person: Person) -> DeskCounts:
    """All of them in one query: every page of the desk shows them."""
    if not is_agent(person):
        return DeskCounts(0, 0, 0, 0, 0)
    (counts,) = _COUNTS(sorted(classes_hidden_from(person)), person.pk, clock.now() + SOON)
    return DeskCounts(*counts)


def _counts(hidden: Collection[int], person: int, soon: datetime) -> QuerySet[Lane, tuple[int, ...]]:
    served = tickets_outside(hidden)
    to_do = served.filter(state__in=TO_DO)
    lists = (
        to_do.filter(_in_lane(LaneKey.RAPID)),
        to_do.filter(_in_lane(LaneKey.DEEP)),
        to_do.filter(assignee=person),
        served.filter(state=State.WAITING),
        _silent_before(hidden, soon),
    )
    counted = [CountOf(one.order_by().values("pk")[:MOST_COUNTED]) for one in lists]
    # Any table of one row would do; a lane is always there.
    return Lane.objects.filter(key=LaneKey.RAPID).values_list(*counted)


_COUNTS = BuiltOnce(_counts)
