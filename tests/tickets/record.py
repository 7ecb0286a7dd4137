"""What a ticket leaves behind: its mails and its events."""

from foredesk.activity.models import Event
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.models import Ticket


def mails(ticket: Ticket, kind: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", kind=kind).values_list("to", flat=True))


def tags(ticket: Ticket) -> list[str]:
    return list(Event.objects.filter(about_type="tickets.ticket", about_id=ticket.pk).values_list("tag", flat=True))
