from foredesk.mail.actions import mark_bounce
from foredesk.mail.models import OutboxMessage
from foredesk.mail.queries import mail_by_message_id
from foredesk.tickets.actions import tell_of_bounce
from foredesk.tickets.models import Ticket

from ..rules.letters import Bounce, Reading


def note_bounces(reading: Reading) -> None:
    """Mark the addresses that a report says our mail did not reach, and tell IT of it on the request.

    Believed is only a report that returns a mail of ours, by its signed Message-ID, about the one to whom that went:
    else anybody could silence anybody.
    """
    mail = next(filter(None, map(mail_by_message_id, (*reading.returned_ids, *reading.answers))), None)
    if mail is None:
        return
    for bounce in reading.bounces:
        if bounce.address in {mail.to, ""}:
            _note(mail, bounce)
            return


def _note(mail: OutboxMessage, bounce: Bounce) -> None:
    reason = bounce.reason or bounce.status
    mark_bounce(address=mail.to, permanent=bounce.is_address_at_fault, reason=reason, mail=mail)
    ticket = Ticket.objects.filter(pk=mail.ticket_number).first() if mail.ticket_number else None
    if ticket is not None and bounce.is_permanent:
        tell_of_bounce(ticket=ticket, address=mail.to, reason=reason, permanent=bounce.is_address_at_fault)
