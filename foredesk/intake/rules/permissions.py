"""Who may read mail that came in. What is on a ticket follows that ticket; the rest is the leads' to look after."""

from foredesk.people.models import Person
from foredesk.people.rules import is_lead
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import can_work_on

from ..enums import Became
from ..models import Incoming


def can_read_incoming(person: Person) -> bool:
    """Open the quarantine and the list of all mails; which of them, say the queries."""
    return is_lead(person)


def can_open(person: Person, mail: Incoming, ticket: Ticket) -> bool:
    """Read a mail on its ticket whole: its quoted text, its headers, how it looked.

    Whoever works on the ticket, and who wrote it. Not everybody who reads the answer in it: below an answer people
    quote what was told to them alone.
    """
    if can_work_on(person, ticket):
        return True
    return mail.became in {Became.REQUEST, Became.REPLY} and mail.person_id == person.pk
