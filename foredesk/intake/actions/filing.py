"""A stored mail finds its place: claimed by one worker, read, and put on its request in one transaction."""

import logging
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.refusals import Refused

from ..enums import Became, IncomingState
from ..models import Incoming
from ..queries import is_still_coming, own_addresses
from ..rules.details import details_of
from ..rules.letters import Reading, Unreadable
from ..rules.reading import read
from .placing import place

logger = logging.getLogger("foredesk.intake")

LEASE = timedelta(minutes=5)  # longer than any mail takes
# The pause after an attempt that failed for a reason that may pass; after the last one it is for people to look at.
PAUSES = (timedelta(seconds=20), timedelta(minutes=5))
# For what a mail that came later in time, but was taken in first, waits.
HOLD, HOLDS_FOR = timedelta(seconds=3), timedelta(minutes=10)


def file_waiting(*, most: int = 500) -> int:
    """File what is stored and due, oldest first, at most so many; returns how many found their place."""
    filed = 0
    due = Incoming.objects.filter(state=IncomingState.STORED, not_before__lte=clock.now())
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:most]):
        filed += file_mail(pk)
    return filed


def file_mail(pk: int) -> bool:
    """File one mail; False when it is not due or another worker has it. Safe to run in two workers at once."""
    now = clock.now()
    due = Incoming.objects.filter(pk=pk, state=IncomingState.STORED, not_before__lte=now)
    mail = due.select_related("mailbox__service_class", "raw").first()
    # The update decides the race: of two workers only one still finds `not_before` in the past.
    if mail is None or not due.update(not_before=now + LEASE, attempts=mail.attempts + 1):
        return False
    if mail.attempts > len(PAUSES):
        _hold(mail, _("Each time it was read, reading it ended without a word. Somebody has to look at it."))
        return True
    try:
        reading = _read(mail)
        if _waits(mail, reading):
            return False
        with transaction.atomic():
            mail.refresh_from_db(fields=["state"], from_queryset=Incoming.objects.select_for_update())
            if mail.state == IncomingState.STORED:
                place(mail, reading)
                _save(mail, reading)
    except (Unreadable, Refused) as reason:
        _hold(mail, str(reason))
    except Exception:
        logger.exception("Incoming mail %s could not be filed.", pk)
        _try_later(mail)
        return False
    return True


def _read(mail: Incoming) -> Reading:
    if mail.raw is None:
        raise Unreadable(_("The mail itself is not here any more."))
    with default_storage.open(mail.raw.path) as file:
        return read(file.read(), ours=own_addresses(), envelope_from=mail.envelope_from)


def _waits(mail: Incoming, reading: Reading) -> bool:
    """Whether the mail that this one answers is still on its way: it takes its turn after that, for a while."""
    if mail.came_at < clock.now() - HOLDS_FOR or not is_still_coming(reading.answers, mail):
        return False
    Incoming.objects.filter(pk=mail.pk).update(not_before=clock.now() + HOLD, attempts=mail.attempts)
    return True


def _save(mail: Incoming, reading: Reading) -> None:
    _describe(mail, reading)
    mail.details["rest"] = len(reading.text.strip()) > len(_said(mail))
    mail.handled_at, mail.attempts = clock.now(), mail.attempts + 1
    mail.save()


def _said(mail: Incoming) -> str:
    """What of a mail stands on its request's page."""
    if mail.message is not None:
        return mail.message.body
    return mail.ticket.interview.goal if mail.ticket is not None and mail.became == Became.REQUEST else ""


def _describe(mail: Incoming, reading: Reading) -> None:
    mail.subject = reading.subject[:250]
    if reading.sender is not None:
        mail.sender, mail.sender_name = reading.sender.address[:254], reading.sender.name[:120]
    mail.machine = reading.machine.kind
    mail.text, mail.has_html = reading.text, reading.has_html
    mail.details = details_of(reading)


def _hold(mail: Incoming, reason: str) -> None:
    """Put a mail into quarantine, with what can be told of it."""
    try:
        _describe(mail, _read(mail))
    except Exception:  # whatever keeps it from being read is the reason it is here
        logger.info("Incoming mail %s cannot be described.", mail.pk, exc_info=True)
    mail.state, mail.reason, mail.handled_at = IncomingState.QUARANTINED, reason[:500], clock.now()
    fields = [
        "state",
        "reason",
        "handled_at",
        "subject",
        "sender",
        "sender_name",
        "machine",
        "text",
        "has_html",
        "details",
    ]
    mail.save(update_fields=fields)


def _try_later(mail: Incoming) -> None:
    if mail.attempts >= len(PAUSES):
        _hold(mail, _("Foredesk stumbled over it three times. Its log says where."))
    else:
        Incoming.objects.filter(pk=mail.pk).update(not_before=clock.now() + PAUSES[mail.attempts])
