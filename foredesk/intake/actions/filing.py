"""A stored mail finds its place: claimed by one worker, read, and put on its request in one transaction."""

import errno
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.refusals import Refused
from foredesk.mail.rules import hide_keys
from foredesk.people.queries import person_by_address

from ..enums import Became, IncomingState
from ..models import Incoming
from ..queries import raw_of, thread_by_subject, thread_of
from ..rules.details import details_of
from ..rules.heads import read_head
from ..rules.letters import Reading, Unreadable
from ..rules.reading import read
from .belongings import told_by_itself
from .placing import HOLDS_FOR, StillComing, place

logger = logging.getLogger("foredesk.intake")

LEASE = timedelta(minutes=5)  # longer than any mail takes
# The pause after an attempt that failed for a reason that may pass; after the last one it is for people to look at.
PAUSES = (timedelta(seconds=20), timedelta(minutes=5))
HOLD = timedelta(seconds=3)
# Something is wrong here and not with the mail, so that no attempt counts: the disk is full, say.
_NOT_ITS_FAULT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})
_DESCRIBED = ("subject", "sender", "sender_name", "machine", "text", "has_html", "details")
_PLACED = ("state", "reason", "person", "ticket", "message", "became")


class Overtaken(Exception):
    """Another worker has filed the mail while we did; what we did is taken back."""


_STORED = BuiltOnce(
    lambda pk: Incoming.objects.filter(pk=pk, state=IncomingState.STORED).select_related(
        "mailbox__service_class__lane", "raw"
    )
)


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
    mail = next(iter(_STORED(pk)), None)
    due = Incoming.objects.filter(pk=pk, state=IncomingState.STORED, not_before__lte=now)
    # The update decides the race: of two workers only one still finds `not_before` in the past.
    if mail is None or not due.update(not_before=now + LEASE, attempts=mail.attempts + 1):
        return False
    if mail.attempts > len(PAUSES):
        # Only its head is looked at: reading it all may end this worker as well.
        _hold(
            mail, _("Each time it was read, reading it ended without a word. Somebody has to look at it."), _head(mail)
        )
        return True
    try:
        reading = _read(mail)
        with transaction.atomic():
            _save(mail, place(mail, reading))
    except StillComing:
        return _wait(mail)
    except Overtaken:
        logger.warning("Incoming mail %s took longer than its lease; another worker has it.", pk)
        return False
    except IntegrityError:  # two mails made the same person known at the same moment, say: the later one finds them
        logger.info("Incoming mail %s met another one; it takes its turn again.", pk, exc_info=True)
        return _wait(mail) if mail.came_at > clock.now() - HOLDS_FOR else _try_later(mail)
    except (Unreadable, Refused) as reason:
        _hold(mail, str(reason))
    except Exception as trouble:
        logger.exception("Incoming mail %s could not be filed.", pk)
        if isinstance(trouble, OSError) and trouble.errno in _NOT_ITS_FAULT:
            return _wait(mail, PAUSES[0])
        return _try_later(mail)
    return True


def _read(mail: Incoming) -> Reading:
    if mail.raw is None:
        raise Unreadable(_("The mail itself is not here any more."))
    with default_storage.open(mail.raw.path) as file:
        reading = told_by_itself(read(file.read(), envelope_from=mail.envelope_from))
    return replace(reading, text=hide_keys(reading.text))


def _head(mail: Incoming) -> Reading:
    return read_head(raw_of(mail) or b"")


def _in_hand(mail: Incoming) -> QuerySet[Incoming]:
    """The mail's row, as long as no other worker has taken it since we claimed it."""
    return Incoming.objects.filter(pk=mail.pk, state=IncomingState.STORED, attempts=mail.attempts + 1)


def _wait(mail: Incoming, pause: timedelta = HOLD) -> bool:
    """The mail that this one answers is still on its way, say: it takes its turn after that, and no attempt counts."""
    _in_hand(mail).update(not_before=clock.now() + pause, attempts=mail.attempts)
    return False


def _save(mail: Incoming, reading: Reading) -> None:
    """Write down what became of a mail. Raises Overtaken when our lease ran out and another worker has taken over."""
    _describe(mail, reading)
    mail.details["rest"] = len(reading.text.strip()) > len(_said(mail))
    outcome = {name: getattr(mail, name) for name in (*_DESCRIBED, *_PLACED)}
    if not _in_hand(mail).update(**outcome, handled_at=clock.now()):
        raise Overtaken


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


def _hold(mail: Incoming, reason: str, reading: Reading | None = None) -> None:
    """Put a mail into quarantine, with what can be told of it; `reading`: as far as it may be read."""
    held = {"state": IncomingState.QUARANTINED, "reason": reason[:500], "handled_at": clock.now()}
    _in_hand(mail).update(**held, **_told_of(mail, reading))


def tell_of(mail: Incoming) -> None:
    """Save a mail that is not here whole, and that people have to look at, with what can be told of it."""
    held = {name: getattr(mail, name) for name in ("state", "reason", "handled_at")}
    Incoming.objects.filter(pk=mail.pk).update(**held, **_told_of(mail))


def _told_of(mail: Incoming, reading: Reading | None = None) -> dict[str, Any]:
    try:
        reading = reading or _read(mail)
    except Exception:  # whatever keeps it from being read is the reason it is here
        logger.info("Incoming mail %s cannot be described.", mail.pk, exc_info=True)
        reading = _head(mail)
    _describe(mail, reading)
    described = {name: getattr(mail, name) for name in _DESCRIBED}
    # Not everybody who looks after the quarantine may know of each request.
    writer = person_by_address(reading.sender.address) if reading.sender else None
    thread = thread_of(reading) or (thread_by_subject(reading, writer) if writer else None)
    return {**described, "ticket": thread.ticket if thread else None}


def _try_later(mail: Incoming) -> bool:
    if mail.attempts >= len(PAUSES):
        _hold(mail, _("Foredesk stumbled over it three times. Its log says where."))
    else:
        _in_hand(mail).update(not_before=clock.now() + PAUSES[mail.attempts])
    return False
