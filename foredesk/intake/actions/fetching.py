"""Fetching mail by IMAP: by UID (RFC 3501, 2.3.1.1), never by what is unread; nothing is changed on the server."""

import logging
import time as stopwatch
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from functools import partial

from django.db import DatabaseError
from django.db.models import Min
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.sealing import seal

from ..enums import Door
from ..imap import BROKE_OFF, Line, NotHandedOut, Trouble, opened, said_by
from ..models import Mailbox
from ..rules.pace import EVERY, LEASE, MOST_BYTES, pause_after
from .alarming import raise_alarms
from .storing import store
from .withheld import due_again, give_up, keep_head, left_behind, take_in_late, withhold

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
            refusals=0,
            **({"fetched_at": now} if is_done else {}),
        )
    except _TakenOver:
        pass
    except Trouble as problem:
        hold.fail(_with_words(problem), is_refusal=problem.is_refusal)
        if problem.is_refusal:  # no waiting mends it, so nobody waits for the next round of alarms either
            raise_alarms()
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

    def fail(self, sentence: str, *, is_refusal: bool = False) -> None:
        now = clock.now()
        found = Mailbox.objects.filter(pk=self.mailbox).values_list("failing_since", "refusals").first()
        since, refusals = found or (None, 0)
        refusals = (refusals if since else 0) + 1 if is_refusal else 0
        pause = pause_after(since or now, now, refusals)
        with suppress(_TakenOver):
            self.write(next_fetch_at=now + pause, failing_since=since or now, refusals=refusals, error=sentence[:500])


def _take_in(mailbox: Mailbox, line: Line, hold: _Hold) -> tuple[int, bool]:
    """How many were stored, and whether that was all. What is withheld holds up nothing that comes after it."""
    since = _begin(mailbox, line, hold) if mailbox.uid_validity != line.validity else None
    ends = stopwatch.monotonic() + RUN
    stored = 0
    uids = line.uids_after(mailbox.last_uid, since)
    # After a failure one by one: it may be a message's, at which the server breaks off.
    at_once = 1 if mailbox.failing_since else AT_ONCE
    for start in range(0, len(uids), at_once):
        some = uids[start : start + at_once]
        sizes = _sizes(line, some)
        for uid in some:
            if stopwatch.monotonic() > ends:
                return stored, False
            try:
                stored += _store(mailbox, line, uid, sizes.get(uid))
            except (NotHandedOut, *BROKE_OFF) as problem:
                broke_off = _withhold(mailbox, line, uid, problem, others_came=stored > 0)
                hold.write(last_uid=uid)
                if broke_off is not None:
                    raise broke_off from problem
            else:
                hold.write(last_uid=uid)
    return stored + _ask_again(mailbox, line, ends, others_came=stored > 0), True


def _sizes(line: Line, uids: list[int]) -> dict[int, int]:
    """Of these messages; none where one of them spoils the answer for all: then each is asked about by itself."""
    try:
        return line.sizes(uids) if len(uids) > 1 else {}
    except NotHandedOut:
        return {}


def _hands_out_others(mailbox: Mailbox, line: Line, uid: int) -> bool:
    """Whether it is this message that is withheld, and not all of them. True where there is no other to ask for."""
    withheld = {uid, *left_behind(mailbox).values_list("uid", flat=True)}
    others = [one for one in line.uids_after(0) if one not in withheld]
    return not others or line.hands_out_any([others[0], others[-1]])


def _withhold(mailbox: Mailbox, line: Line, uid: int, problem: Exception, *, others_came: bool) -> Exception | None:
    """Note that a message was not handed out, with its head if that is; returns what broke the connection off, if so.

    Raises Trouble where the server hands out nothing at all: then it is no message's fault.
    """
    said, head, broke_off = said_by(problem), b"", None if isinstance(problem, NotHandedOut) else problem
    try:
        if broke_off is None:
            if not others_came and not _hands_out_others(mailbox, line, uid):
                raise Trouble(_("The server hands out no mail at the moment. It is asked again by itself."), said)
            head = line.raw(uid, head_only=True) or b""
    except NotHandedOut:
        pass
    except BROKE_OFF as worse:
        broke_off = worse
    with _storing():
        withhold(mailbox=mailbox, uid=uid, said=said, head=head)
    return broke_off


def _ask_again(mailbox: Mailbox, line: Line, ends: float, *, others_came: bool) -> int:
    """Ask once more for what was withheld and is due, after everything else; how many were stored."""
    stored = 0
    for mail in due_again(mailbox):
        if stopwatch.monotonic() > ends or mail.uid is None:
            break
        try:
            raw, too_large = _message(line, mail.uid, None)
        except (NotHandedOut, *BROKE_OFF) as problem:
            if _withhold(mailbox, line, mail.uid, problem, others_came=others_came or stored > 0):
                break  # nothing more can be asked, and everything else has been fetched
        else:
            with _storing():
                stored += take_in_late(mail=mail, raw=raw, too_large=too_large)
    return stored


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
    if not is_first:
        anew = _(
            "Its mail server numbered its mails anew before it handed this one out; it comes under another number."
        )
        give_up(mailbox=mailbox, reason=anew)
    hold.write(uid_validity=mailbox.uid_validity, last_uid=mailbox.last_uid)
    return since


def _store(mailbox: Mailbox, line: Line, uid: int, size: int | None) -> int:
    """1 when the message is stored, 0 when it is gone from the server meanwhile. Raises NotHandedOut, BROKE_OFF."""
    raw, too_large = _message(line, uid, size)
    if raw is None:
        return 0
    with _storing():
        if too_large:
            keep_head(mailbox=mailbox, uid=uid, head=raw, reason=too_large)
        else:
            store(raw=raw, door=Door.IMAP, mailbox=mailbox, envelope_to=[mailbox.address])
    return 1


def _message(line: Line, uid: int, size: int | None) -> tuple[bytes | None, str]:
    """A message and "", or its head and why it is no more; None when it is gone."""
    size = line.sizes([uid]).get(uid, 0) if size is None else size
    if size <= MOST_BYTES:
        return line.raw(uid), ""
    sizes = {"limit": MOST_BYTES // 1024**2, "size": size // 1024**2}
    too_large = _("It is larger than %(limit)d MB (%(size)d MB), so only its head was fetched.") % sizes
    return line.raw(uid, head_only=True), too_large


@contextmanager
def _storing() -> Iterator[None]:
    """The disk is full, or the database is away: that is not the server's fault."""
    try:
        yield
    except (OSError, DatabaseError) as problem:
        raise _NotStored(type(problem).__name__) from problem


def keep_refresh_token(mailbox: Mailbox, refresh_token: str) -> None:
    """A provider gave a new refresh token, and the one before may not work again."""
    sealed = seal(refresh_token)
    if Mailbox.objects.filter(pk=mailbox.pk, secret=mailbox.secret).update(secret=sealed):
        mailbox.secret = sealed


def _with_words(problem: Trouble) -> str:
    return f"{problem} ({problem.said})" if problem.said else str(problem)
