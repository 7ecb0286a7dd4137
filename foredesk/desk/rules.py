"""Which actions fit a ticket in its present state."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from foredesk.people.models import Person
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import can_work_on


@dataclass(frozen=True)
class Doing:
    """Something an agent can do now: a panel to open, or (`at_once`) one click."""

    url_name: str
    label: str
    key: str
    icon: str
    at_once: bool = False
    main: bool = False


def doings(ticket: Ticket, person: Person) -> list[Doing]:
    """What `person` can do to `ticket` now, the most fitting first."""
    if not can_work_on(person, ticket):
        return []
    if ticket.state == State.CLOSED:
        return []  # the customer opens it again, by a word
    found = []
    mine = ticket.assignee_id == person.pk
    if not mine:
        found.append(_take(ticket))
    if ticket.state == State.OFFERED:
        return found
    if ticket.state == State.WAITING:
        found.append(Doing("desk:wait_end", _("Go on with it"), "w", "play", at_once=True, main=mine))
    found.append(
        Doing("desk:solution", _("Offer a fix"), "f", "badge-check", main=mine and ticket.state == State.WORKING)
    )
    found.append(Doing("desk:hand_off", _("Hand over"), "h", "arrow-right-left"))
    if ticket.state != State.WAITING:
        found.append(Doing("desk:wait", _("Wait"), "w", "hourglass"))
    return found


def _take(ticket: Ticket) -> Doing:
    label = _("Take over from %(name)s") % {"name": ticket.assignee.first_name} if ticket.assignee else _("Take it")
    return Doing("desk:taken", label, "e", "hand", at_once=True, main=not ticket.assignee)
