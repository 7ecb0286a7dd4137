"""What every letter about a ticket is made of."""

from dataclasses import dataclass

from foredesk.activity.queries import events_about
from foredesk.people.models import Person

from ..models import Ticket
from ..rules import can_answer_as_customer
from ..rules.links import What


@dataclass(frozen=True)
class Letter:
    """The parts of a mail before it takes its form; `quote` is somebody's words (Markdown).

    What it `asks` can be answered where `rules.links` says, too; `answers` are the values and words to choose from.
    """

    subject: str
    heading: str
    intro: str
    quote: str = ""
    after: str = ""
    button: str = ""
    fragment: str = ""
    asks: What | None = None
    answers: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()  # that may be answered by mail, each after its number


def own(person: Person, ticket: Ticket, mine: str, others: str, **words: str) -> str:
    """The sentence for the customer, or the one for everybody else, who may read the customer's name in it."""
    if can_answer_as_customer(person, ticket):
        return mine % words if words else mine
    return others % {"customer": ticket.customer.full_name, **words}


def told(ticket: Ticket, tag: str) -> dict[str, str]:
    """What the latest event of a kind says, for the mail that tells of it."""
    event = events_about(ticket).filter(tag=f"ticket:{tag}").last()
    return event.data if event else {}
