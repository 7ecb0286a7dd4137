"""What somebody of IT does with a mail that could not be understood."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets.actions import open_from_mail
from foredesk.tickets.models import Ticket

from ..enums import Became, IncomingState
from ..models import Incoming
from ..queries import incoming_open_to, quarantine
from .withheld import ask_once_more

HELD = (IncomingState.QUARANTINED, IncomingState.SET_ASIDE)


@transaction.atomic
def retry(*, by: Person, mail: Incoming) -> None:
    """Have a mail read once more, as if it had just arrived: by a newer version, or after its mailbox was set right.

    One that is not here whole is fetched once more. Raises Refused for one that is on a request, or being read already,
    and where it cannot be fetched.
    """
    _refuse_unless_open_to(by, mail)
    held = Incoming.objects.filter(pk=mail.pk, state__in=HELD).select_related("mailbox")
    found = held.select_for_update(of=("self",)).first()
    if found is None or found.let_go_at is not None:
        raise Refused(_("This mail does not wait here any more."))
    if found.uid is not None:
        ask_once_more(found)
    else:
        held.update(state=IncomingState.STORED, attempts=0, not_before=clock.now(), reason="", handled_at=None)
    record(by=by, tag="intake:retried", about=mail)


@transaction.atomic
def retry_all(*, by: Person) -> int:
    """The same for all of the quarantine that `by` may see, as far as it can be; returns how many."""
    number = 0
    for mail in list(quarantine(by)):
        with suppress(Refused):
            retry(by=by, mail=mail)
            number += 1
    return number


@transaction.atomic
def set_aside(*, by: Person, mail: Incoming, reason: str) -> None:
    """Put a mail out of the way, for good reason; it keeps its place in the list of those that were set aside.

    Raises Refused without a reason, and for a mail that does not wait in quarantine any more.
    """
    if not reason.strip():
        raise Refused(_("Say why in a few words, for whoever looks for this mail one day."), "reason")
    _refuse_unless_open_to(by, mail)
    waiting = Incoming.objects.filter(pk=mail.pk, state=IncomingState.QUARANTINED)
    if not waiting.update(state=IncomingState.SET_ASIDE, reason=reason.strip()[:500], handled_at=clock.now()):
        raise Refused(_("This mail does not wait here any more."))
    record(by=by, tag="intake:set_aside", about=mail, reason=reason.strip()[:500], why=mail.reason)


@transaction.atomic
def open_from_quarantine(*, by: Person, mail: Incoming, customer: Person, words: str) -> Ticket:
    """Make a request of a mail that was not understood: of `customer`, in the words that `by` read in it.

    The mail stays with it as it came. Raises Refused without words, and when somebody else was faster.
    """
    if not words.strip():
        raise Refused(_("Write down what the mail asks for; a few words are enough."), "words")
    _refuse_unless_open_to(by, mail)
    held = Incoming.objects.filter(pk=mail.pk, state__in=HELD)
    held = held.select_related("mailbox__service_class", "ticket__service_class")
    found = held.select_for_update(of=("self",)).first()
    if found is None or found.let_go_at is not None:
        raise Refused(_("This mail does not wait here any more."))
    kind = found.mailbox.service_class if found.mailbox else None
    if found.ticket is not None and found.ticket.service_class.is_private:
        kind = found.ticket.service_class  # what is told of that one stays with those who know of it
    ticket = open_from_mail(customer=customer, subject=found.subject, words=words, service_class=kind)
    found.state, found.became, found.handled_at = IncomingState.FILED, Became.REQUEST, clock.now()
    found.ticket, found.reason = ticket, ""
    # Whose request it is did not write it, as far as anybody could tell: `person` stays as it was.
    found.save(update_fields=["state", "became", "handled_at", "ticket", "reason"])
    record(by=by, tag="intake:made_request", about=found, number=ticket.pk)
    return ticket


def _refuse_unless_open_to(by: Person, mail: Incoming) -> None:
    if not incoming_open_to(by).filter(pk=mail.pk).exists():
        raise Refused(_("This mail does not wait here any more."))
