"""How much one sender can have us do: machines may not say that they are some, and any name can stand above a mail."""

from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.mail.enums import NotSent
from foredesk.people.models import Person

from ..enums import Became, IncomingState
from ..models import Incoming
from ..rules.letters import Reading, Unreadable

DAY = timedelta(days=1)
MOST_A_DAY = 100  # mails of one sender within a day; more is a machine that does not say so
MOST_ANSWERED_A_DAY = 10  # acknowledgements to one sender within a day, so that two machines cannot go on for ever
# Acknowledgements within an hour to people whom nobody knew, for one mailbox: a machine may write from a new address
# each time, and what pretends to be from thousands of people must not have us write to all of them.
MOST_NEW_ANSWERED_AN_HOUR = 100

# What became of people's mails: a handful, as more than MOST_A_DAY are refused.
_LATELY = BuiltOnce(
    lambda sender, since: (
        Incoming.objects.filter(sender=sender, came_at__gt=since, state=IncomingState.FILED, machine="")
        .order_by()
        .values_list("became", flat=True)
    )
)


def refuse_flood(reading: Reading) -> None:
    """Raises Unreadable for what comes beyond MOST_A_DAY."""
    if reading.sender is None or not reading.sender.address:
        return
    if len(_LATELY(reading.sender.address, clock.now() - DAY)) >= MOST_A_DAY:
        raise Unreadable(_("More than %(most)d mails came from this address within a day.") % {"most": MOST_A_DAY})


def not_answered(mail: Incoming, reading: Reading, writer: Person) -> str:
    """Why a new request is not acknowledged; "" where it is."""
    if reading.machine.kind or not reading.machine.may_be_answered:
        return NotSent.MACHINE
    lately = _LATELY(reading.sender.address if reading.sender else "", clock.now() - DAY)
    if lately.count(Became.REQUEST) >= MOST_ANSWERED_A_DAY:
        return NotSent.CAP
    if not is_new(writer, mail):
        return ""
    hour = mail.came_at - timedelta(hours=1)
    asked = Incoming.objects.filter(mailbox=mail.mailbox_id, came_at__gt=hour, became=Became.REQUEST)
    new = asked.filter(person__joined_at__gte=F("came_at")).order_by()
    return NotSent.CAP if new[:MOST_NEW_ANSWERED_AN_HOUR].count() == MOST_NEW_ANSWERED_AN_HOUR else ""


def is_new(writer: Person, mail: Incoming) -> bool:
    """Nobody knew the writer before this mail."""
    return writer.joined_at >= mail.came_at
