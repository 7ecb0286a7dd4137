"""What the customer's pages read beyond one room's queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from foredesk.forecasts.queries import Promise, promises_of
from foredesk.kit.built_once import BuiltOnce, hand_out, padded
from foredesk.kit.keys import key_in
from foredesk.people.models import Person
from foredesk.tickets.enums import OPEN_STATES, Holder, State
from foredesk.tickets.models import Follower, Interview, Restatement, Solution, Span, Ticket
from foredesk.tickets.queries import (
    departments_shown_to,
    is_late,
    numbered_elsewhere,
    requests_of,
    what_next,
    with_people,
)
from foredesk.tickets.rules import can_answer_as_customer

PAST_ON_A_PAGE = 20
MOST_OPEN = 100  # somebody with more open requests than this searches
MOST_AT_HOME = 30


@dataclass(frozen=True)
class Line:
    """A request in a list: what happens next, and what of it is the reader's move."""

    ticket: Ticket
    next: str
    solution: Solution | None = None
    restatement: Restatement | None = None
    asks_reader: bool = False  # IT waits for the reader's answer
    promise: Promise | None = None

    @property
    def waits_for_reader(self) -> bool:
        return bool(self.solution or self.restatement or self.asks_reader)

    @property
    def rank(self) -> int:
        """First what a fix is offered for, then what was restated, then questions, then what is with IT."""
        moves = [self.solution is not None, self.restatement is not None, self.asks_reader, True]
        return moves.index(True)

    @property
    def waits_elsewhere(self) -> bool:
        return self.ticket.state == State.WAITING

    @property
    def is_late(self) -> bool:
        return is_late(self.ticket)


def interview_of(person: Person, pk: int) -> Interview | None:
    """An interview that `person` answers, sent or not."""
    found = _INTERVIEW(person.pk, pk)
    return found[0] if found else None


_INTERVIEW = BuiltOnce(
    lambda person, pk: Interview.objects.filter(person=person, pk=pk).select_related(
        "service_class__lane", "customer__department", "ticket"
    )
)


def lines(tickets: QuerySet[Ticket], reader: Person, *, limit: int) -> list[Line]:
    """Requests as list lines, in eight queries; those that wait for the reader's word come first."""
    found = list(tickets.values_list("pk", flat=True)[:limit])
    if not found:
        return []
    keys = padded(found, limit)
    listed = {ticket.pk: ticket for ticket in _LISTED(keys)}
    beside = [_by_ticket(read(keys)) for read in (_PRESENT_SPANS, _RESTATED, _OFFERED)]
    hand_out(listed.values(), "followers", ((one.ticket_id, one) for one in _FOLLOWERS(keys)))
    promises = promises_of(listed.values(), reader)
    read_lines = [
        _line(listed[key], reader, promises.get(key), *(one.get(key, []) for one in beside))
        for key in found
        if key in listed
    ]
    return sorted(read_lines, key=lambda line: line.rank)


_LISTED = BuiltOnce(lambda keys: with_people(Ticket.objects.filter(pk__in=keys)).order_by())
_PRESENT_SPANS = BuiltOnce(lambda keys: Span.objects.filter(ended_at=None, ticket__in=keys))
_RESTATED = BuiltOnce(lambda keys: Restatement.objects.filter(ticket__in=keys).select_related("by"))
_OFFERED = BuiltOnce(lambda keys: Solution.objects.filter(ticket__in=keys).select_related("by"))
_FOLLOWERS = BuiltOnce(lambda keys: Follower.objects.filter(ticket__in=keys))


def _by_ticket(things: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in things:
        found.setdefault(one.ticket_id, []).append(one)
    return found


def _line(
    ticket: Any,
    reader: Person,
    promise: Promise | None,
    spans: list[Span],
    restated: list[Restatement],
    offered: list[Solution],
) -> Line:
    ticket.present_spans = spans
    answers = ticket.is_open and can_answer_as_customer(reader, ticket)
    solution = offered[-1] if answers and ticket.state == State.OFFERED and offered else None
    restatement = restated[-1] if answers and restated and restated[-1].is_right is None else None
    ticket.is_restated = restatement is not None  # spares `what_next` a query
    return Line(
        ticket,
        what_next(ticket, reader),
        solution=solution if solution and not solution.answer else None,
        restatement=restatement,
        asks_reader=answers and any(span.state == State.WAITING and span.holder == Holder.CUSTOMER for span in spans),
        promise=promise,
    )


def open_requests(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.filter(state__in=OPEN_STATES).order_by("-pk")


def past_requests(tickets: QuerySet[Ticket], *, before: int | None) -> QuerySet[Ticket]:
    """Closed requests, newest first, from below number `before`."""
    past = tickets.filter(state=State.CLOSED).order_by("-pk")
    return past.filter(pk__lt=before) if before else past


def found_requests(tickets: QuerySet[Ticket], words: str, reader: Person) -> QuerySet[Ticket]:
    """Those with all the words in title or interview, or with that number; unshared interviews are not searched."""
    elsewhere = numbered_elsewhere(tickets, words)
    if (number := key_in(words)) is not None:
        return tickets.filter(pk__in=[number, *elsewhere])
    # A hit would tell a follower what stands in an interview that they may not read.
    readable = Q(shares_conversation=True) | Q(customer=reader) | Q(opened_by=reader)
    says = Q()
    for word in words.split()[:5]:
        in_interview = Q(interview__goal__icontains=word) | Q(interview__happened__icontains=word)
        says &= Q(subject__icontains=word) | readable & in_interview
    return tickets.filter(says | Q(pk__in=elsewhere) if elsewhere else says)


def sees_department(person: Person) -> bool:
    """Whether the list of the department's requests is there for somebody."""
    return bool(departments_shown_to(person))


def own_following(ticket: Ticket, person: Person) -> Follower | None:
    return next((one for one in ticket.followers.all() if one.person_id == person.pk), None)


def waiting_for(person: Person) -> int:
    """How many requests wait for somebody's word; shown beside “My requests”."""
    asked = requests_of(person).filter(state__in=OPEN_STATES)
    unanswered = Restatement.objects.filter(ticket=OuterRef("pk"), is_right=None)
    asks_customer = Span.objects.filter(ticket=OuterRef("pk"), ended_at=None, holder=Holder.CUSTOMER)
    return asked.filter(Q(state=State.OFFERED) | Exists(unanswered) | Exists(asks_customer)).count()
