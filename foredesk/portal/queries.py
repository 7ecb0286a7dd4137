"""What the customer's pages read beyond one room's queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from foredesk.kit import clock
from foredesk.kit.keys import key_in
from foredesk.people.models import Person
from foredesk.people.queries import departments_headed_by
from foredesk.tickets.enums import OPEN_STATES, Holder, State
from foredesk.tickets.models import Follower, Interview, Restatement, Solution, Span, Ticket
from foredesk.tickets.queries import numbered_elsewhere, requests_of, what_next
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
        due = self.ticket.next_update_due
        return due is not None and due < clock.now() and self.ticket.is_open


def interview_of(person: Person, pk: int) -> Interview | None:
    """An interview that `person` answers, sent or not."""
    found = Interview.objects.filter(person=person, pk=pk)
    return found.select_related("service_class__lane", "customer__department", "ticket").first()


def lines(tickets: QuerySet[Ticket], reader: Person, *, limit: int) -> list[Line]:
    """Requests as list lines, in four queries; those that wait for the reader's word come first."""
    found = tickets.prefetch_related(
        Prefetch("spans", Span.objects.filter(ended_at=None), to_attr="present_spans"),
        Prefetch("restatements", Restatement.objects.select_related("by"), to_attr="restated"),
        Prefetch("solutions", Solution.objects.select_related("by"), to_attr="offered"),
    )[:limit]
    return sorted((_line(one, reader) for one in found), key=lambda line: line.rank)


def _line(ticket: Any, reader: Person) -> Line:
    answers = ticket.is_open and can_answer_as_customer(reader, ticket)
    solution = ticket.offered[-1] if answers and ticket.state == State.OFFERED and ticket.offered else None
    restatement = ticket.restated[-1] if answers and ticket.restated and ticket.restated[-1].is_right is None else None
    ticket.is_restated = restatement is not None  # spares `what_next` a query
    return Line(
        ticket,
        what_next(ticket, reader),
        solution=solution if solution and not solution.answer else None,
        restatement=restatement,
        asks_reader=answers
        and any(s.state == State.WAITING and s.holder == Holder.CUSTOMER for s in ticket.present_spans),
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
    shared = person.department is not None and person.department.shares_requests
    return shared or departments_headed_by(person).exists()


def own_following(ticket: Ticket, person: Person) -> Follower | None:
    return next((one for one in ticket.followers.all() if one.person_id == person.pk), None)


def waiting_for(person: Person) -> int:
    """How many requests wait for somebody's word; shown beside “My requests”."""
    asked = requests_of(person).filter(state__in=OPEN_STATES)
    unanswered = Restatement.objects.filter(ticket=OuterRef("pk"), is_right=None)
    asks_customer = Span.objects.filter(ticket=OuterRef("pk"), ended_at=None, holder=Holder.CUSTOMER)
    return asked.filter(Q(state=State.OFFERED) | Exists(unanswered) | Exists(asks_customer)).count()
