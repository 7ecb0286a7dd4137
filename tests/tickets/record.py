"""What a ticket is now and leaves behind: its row, its mails, its events."""

from foredesk.activity.models import Event
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets.models import Ticket


def mails(ticket: Ticket, kind: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", kind=kind).values_list("to", flat=True))


def tags(ticket: Ticket) -> list[str]:
    return list(Event.objects.filter(about_type="tickets.ticket", about_id=ticket.pk).values_list("tag", flat=True))


def again(person: Person) -> Person:
    """The person as the next request meets them: nothing remembered."""
    return Person.objects.get(pk=person.pk)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def mailed(ticket: Ticket, kind: str) -> set[str]:
    return set(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", kind=kind).values_list("to", flat=True))
