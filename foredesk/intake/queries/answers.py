"""What a link asks that somebody got by mail, and whether it is still open."""

from dataclasses import dataclass
from typing import Literal

from foredesk.people.models import Person
from foredesk.tickets.models import Restatement, Solution, Ticket
from foredesk.tickets.queries import open_parts, open_restatement, open_solution, solution_met_by_silence, with_people
from foredesk.tickets.rules import can_answer_as_customer, open_questions
from foredesk.tickets.rules.links import What

from ..rules.links import asked_by


@dataclass(frozen=True)
class Asking:
    """A question to one person. `state`: "open", or "answered" (by them or somebody who may as well)."""

    person: Person
    ticket: Ticket
    what: What
    state: Literal["open", "answered"]
    restatement: Restatement | None = None
    solution: Solution | None = None
    parts: int = 0  # of the request that are still open while its solution is offered


def asking_of(token: str) -> Asking | None:
    """What a token asks; None where it is too old, not ours, or no longer theirs to answer."""
    asked = asked_by(token)
    person = Person.objects.filter(pk=asked.person, is_active=True).first() if asked else None
    ticket = with_people(Ticket.objects.filter(pk=asked.ticket)).select_related("interview").first() if asked else None
    if asked is None or person is None or ticket is None or not can_answer_as_customer(person, ticket):
        return None
    if asked.what == "questions":
        return _questions(person, ticket)
    return (_restatement if asked.what == "restatement" else _solution)(person, ticket, asked.key)


def _restatement(person: Person, ticket: Ticket, key: int) -> Asking | None:
    is_open = open_restatement(ticket, person)
    if is_open is not None and is_open.pk == key:
        return Asking(person, ticket, "restatement", "open", restatement=is_open)
    answered = ticket.restatements.filter(pk=key).exclude(is_right=None).exists()
    return Asking(person, ticket, "restatement", "answered") if answered else None


def _solution(person: Person, ticket: Ticket, key: int) -> Asking | None:
    is_open = open_solution(ticket, person)
    if is_open is not None and is_open.pk == key:
        parts = len(open_parts(ticket, person))
        return Asking(person, ticket, "solution", "open", solution=is_open, parts=parts)
    if (late := solution_met_by_silence(ticket, person)) is not None and late.pk == key:
        return Asking(person, ticket, "solution", "open", solution=late)
    answered = ticket.solutions.filter(pk=key).exclude(answer="").exists()
    return Asking(person, ticket, "solution", "answered") if answered else None


def _questions(person: Person, ticket: Ticket) -> Asking | None:
    interview = getattr(ticket, "interview", None)
    if interview is None or not ticket.is_open:
        return None
    return Asking(person, ticket, "questions", "open" if open_questions(interview) else "answered")
