"""What about mailboxes people of IT have to know now."""

from dataclasses import dataclass
from datetime import timedelta

from django.template.defaultfilters import date as date_words
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from foredesk.calendars.queries import working_time_at
from foredesk.kit import clock

from ..models import Mailbox
from ..rules.silence import HISTORY, LEAST_SILENCE, is_silent
from .states import MailboxState, mailbox_states

FAILS_FOR = timedelta(minutes=15)  # a server that is started anew is no alarm
REFUSALS = 2  # in a row, a minute apart: Exchange refuses a good token now and then
WARNED_BEFORE = (3, 14, 30)  # days before a password or secret expires


@dataclass(frozen=True)
class Alarm:
    """`episode` tells one alarm from the next of the same kind at the same mailbox: people hear of each once."""

    mailbox: Mailbox
    kind: str  # "failing", "refused", "silent", "expiring"
    episode: str
    says: str
    mend: str


def alarms() -> list[Alarm]:
    """All of now; of mailboxes in use only."""
    found = []
    for state in mailbox_states():
        if state.mailbox.is_active:
            found += [alarm for look in (_failing, _expiring, _silent) if (alarm := look(state))]
    return found


def _failing(state: MailboxState) -> Alarm | None:
    mailbox, since = state.mailbox, state.mailbox.failing_since
    if not mailbox.host or since is None:
        return None
    words = {"name": mailbox.name, "moment": date_words(localtime(since), "j F, G:i")}
    if mailbox.refusals >= REFUSALS:
        says = (
            _("The mailbox “%(name)s” has refused our sign-in since %(moment)s, which does not pass by itself.") % words
        )
        then = _("Enter on its page what is right now, and press “Try it”: nothing is lost, its mail waits there.")
        return Alarm(mailbox, "refused", since.isoformat(), says, f"{mailbox.error} {then}")
    if clock.now() - since < FAILS_FOR:
        return None
    says = _("The mailbox “%(name)s” cannot be read since %(moment)s.") % words
    return Alarm(mailbox, "failing", since.isoformat(), says, mailbox.error)


def _expiring(state: MailboxState) -> Alarm | None:
    mailbox, day = state.mailbox, state.mailbox.secret_expires_on
    if not mailbox.host or day is None:
        return None
    left = (day - localtime(clock.now()).date()).days
    step = 0 if left < 0 else next((days for days in WARNED_BEFORE if left <= days), None)
    if step is None:
        return None
    words = {"name": mailbox.name, "day": date_words(day, "j F Y")}
    says = (
        _("The password or secret of the mailbox “%(name)s” expires on %(day)s.")
        if step
        else _("The password or secret of the mailbox “%(name)s” expired on %(day)s.")
    )
    mend = _("Make a new one at the provider, and enter it on the mailbox’s page with its new last day.")
    return Alarm(mailbox, "expiring", f"{day}:{step}", says % words, mend)


def _silent(state: MailboxState) -> Alarm | None:
    mailbox, last = state.mailbox, state.last_mail
    if last is None or clock.now() - last < LEAST_SILENCE:  # what is cheap to see first
        return None
    came = mailbox.incoming.filter(came_at__gte=last - HISTORY).order_by("came_at").values_list("came_at", flat=True)
    if not is_silent(came, clock.now(), working_time_at(None)):
        return None
    words = {"name": mailbox.name, "moment": date_words(localtime(last), "j F, G:i")}
    says = _("Nothing has come by the mailbox “%(name)s” since %(moment)s, which is unusual.") % words
    mend = _("Write to its address yourself. If that does not arrive, ask whoever runs the mail server.")
    return Alarm(mailbox, "silent", last.isoformat(), says, mend)
