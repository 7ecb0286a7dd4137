"""Where somebody answers who cannot sign in; the room above that takes such answers says so."""

from collections.abc import Callable
from typing import Literal

from foredesk.people.models import Person

from ..models import Ticket

What = Literal["restatement", "solution", "questions"]
AnswerLink = Callable[[Person, Ticket, What, int], str]
_links: list[AnswerLink] = []


def register_answer_links(link: AnswerLink) -> None:
    """`link(person, ticket, what, key)` is a complete address, or "" for who signs in; called once, in `ready`."""
    if link not in _links:
        _links.append(link)


def answer_link(person: Person, ticket: Ticket, what: What, key: int) -> str:
    """Where `person` answers without signing in; "": on the ticket's page, as everybody else does."""
    return next((address for link in _links if (address := link(person, ticket, what, key))), "")
