"""Fetching mail by IMAP: by UID (RFC 3501, 2.3.1.1), never by what is unread; nothing is changed on the server."""

import logging
import time as stopwatch
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial

from django.db import DatabaseError
from django.db.models import Min
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.sealing import seal

from ..enums import Door
from ..imap import Line, Trouble, opened
from ..models import Mailbox
from ..rules.pace import EVERY, LEASE, MOST_BYTES, pause_after
from .storing import store

logger = logging.getLogger("foredesk.intake")

AT_ONCE = 200  # messages whose sizes are asked for together
RUN = 120.0  # seconds after which a look ends between two messages; the next one goes on


class _TakenOver(Exception):
    """The mailbox is not ours any more: paused, changed, or our lease ran out."""


class _NotStored(Exception):
    """Here, not at the server, something is wrong. The text names it."""


def claim_due() -> list[tuple[int, datetime]]:
    """Take the mailboxes that are due for the time of a LEASE; each with the lease that `fetch` needs."""
    now = clock.now()
    lease = now + LEASE
    due = Mailbox.objects.filter(is_active=True, next_fetch_at__lte=now).exclude(host="")
    # The update decides the race: of two workers only one still finds `next_fetch_at` in the past.
    return [
        (pk, lease)
        for pk in due.order_by("next_fetch_at").values_list("pk", flat=True)
        if due.filter(pk=pk).update(next_fetch_at=lease)
    ]


def fetch(*, mailbox: int, lease: datetime) -> int:
    """Store what is new in a claimed mailbox; how many messages that were.

    Each message is stored before the mailbox remembers its UID, so that a crash makes it come once more, and the
    fingerprint lets it in once. What goes wrong is written at the mailbox, in plain words.
    """
    hold = _Hold(mailbox, lease)
    stored = 0
    try:
        hold.renew()
        found = Mailbox.objects.get(pk=mailbox)
        with opened(found, keep=partial(keep_refresh_token, found)) as line:
            stored, is_done = _take_in(found, line, hold)
        now = clock.now()
        hold.end(
            next_fetch_at=now + EVERY if is_done else now,
            error="",
            failing_since=None,
            **({"fetched_at": now} if is_done else {}),
        )
    except _TakenOver:
        pass
    except Trouble as problem:
        hold.fail(_with_words(problem))
    except _NotStored as problem:
        logger.exception("What was fetched from mailbox %s could not be stored.", mailbox)
        hold.fail(_("What came could not be stored here (%(problem)s). Look at the disk.") % {"problem": problem})
    return stored


class _Hold:
    """Our lease on a mailbox: whoever changes the mailbox meanwhile ends it."""

    def __init__(self, mailbox: int, lease: datetime) -> None:
        self.mailbox, self.lease = mailbox, lease

    def renew(self) -> None:
        lease = clock.now() + LEASE
        self.write(next_fetch_at=lease)
        self.lease = lease

    def write(self, **what: object) -> None:
        """Raises _TakenOver."""
        ours = Mailbox.objects.filter(pk=self.mailbox, is_active=True, next_fetch_at=self.lease)
        if not ours.update(**what):
            raise _TakenOver

    end = write

    def fail(self, sentence: str) -> None:
        now = clock.now()
        since = Mailbox.objects.filter(pk=self.mailbox).values_list("failing_since", flat=True).first() or now
        with suppress(_TakenOver):
            self.write(next_fetch_at=now + pause_after(since, now), failing_since=since, error=sentence[:500])


def _take_in(mailbox: Mailbox, line: Line, hold: _Hold) -> tuple[int, bool]:
    """How many were stored, and whether that was all."""
    since = _begin(mailbox, line, hold) if mailbox.uid_validity != line.validity else None
    ends = stopwatch.monotonic() + RUN
    stored = 0
    uids = line.uids_after(mailbox.last_uid, since)
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        sizes = line.sizes(some)
        for uid in some:
            if stopwatch.monotonic() > ends:
                return stored, False
            stored += _store(mailbox, line, uid, sizes.get(uid, 0))
            hold.write(last_uid=uid)
    return stored, True


def _begin(mailbox: Mailbox, line: Line, hold: _Hold) -> date | None:
    """The first look, or the server counts anew; from which day on messages are wanted then (None: from any).

    Whoever did not want what was there before the first look does not want it when the server counts anew either.
    """
    is_first, since = mailbox.uid_validity is None, None
    mailbox.uid_validity, mailbox.last_uid = line.validity, 0
    if not mailbox.takes_old:
        if is_first:
            mailbox.last_uid = line.next_uid - 1
        else:
            began = mailbox.incoming.filter(door=Door.IMAP).aggregate(at=Min("came_at"))["at"]
            since = ((began or mailbox.fetched_at or clock.now()) - timedelta(days=1)).date()
    hold.write(uid_validity=mailbox.uid_validity, last_uid=mailbox.last_uid)
    return since


def _store(mailbox: Mailbox, line: Line, uid: int, size: int) -> int:
    """1 when the message is stored, 0 when it is gone from the server meanwhile."""
    is_too_large = size > MOST_BYTES
    raw = line.raw(uid, head_only=is_too_large)
    if raw is None:
        return 0
    too_large = ""
    if is_too_large:
        sizes = {"limit": MOST_BYTES // 1024**2, "size": size // 1024**2}
        too_large = _("It is larger than %(limit)d MB (%(size)d MB), so only its head was fetched.") % sizes
    try:
        store(raw=raw, door=Door.IMAP, mailbox=mailbox, envelope_to=[mailbox.address], too_large=too_large)
    except (OSError, DatabaseError) as problem:  # the disk is full, or the database is away
        raise _NotStored(type(problem).__name__) from problem
    return 1


def keep_refresh_token(mailbox: Mailbox, refresh_token: str) -> None:
    """A provider gave a new refresh token, and the one before may not work again."""
    sealed = seal(refresh_token)
    if Mailbox.objects.filter(pk=mailbox.pk, secret=mailbox.secret).update(secret=sealed):
        mailbox.secret = sealed


def _with_words(problem: Trouble) -> str:
    return f"{problem} ({problem.said})" if problem.said else str(problem)
