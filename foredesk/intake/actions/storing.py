from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import IntegrityError, transaction

from foredesk.attachments.actions import forget_files, store_bytes
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.durability import durable_commits

from ..enums import Door, IncomingState
from ..models import Incoming, Mailbox
from ..rules.charsets import on_one_line
from ..rules.fingerprint import fingerprint, first_message_id


@dataclass(frozen=True)
class LeftBehind:
    """Where a mail lies of which we have the head at most: this UID of an IMAP folder (RFC 3501, 2.3.1.1).

    `is_final`: it is not asked for again by itself. `reason`: why we do not have it, for people.
    """

    uid_validity: int
    uid: int
    is_final: bool
    reason: str


def store(
    *,
    raw: bytes,
    door: Door,
    mailbox: Mailbox | None = None,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    left_behind: LeftBehind | None = None,
) -> Incoming:
    """Keep a mail as it came, before anything in it is understood; only then may its sender be told that we have it.

    The same mail once more for the same mailbox (a second delivery, a fetch that was cut off) is the row of the first.
    `left_behind`: `raw` is the head only, or nothing.
    Not to be called inside a transaction: when this returns, file and row are on the disk.
    """
    printed = fingerprint(raw) if raw or left_behind is None else _placed(mailbox, left_behind)
    if known := _known(mailbox, printed):
        return known
    kept = keep_raw(raw) if raw or left_behind is None else None
    state, reason, where = IncomingState.STORED, "", {}
    if left_behind is not None:
        state = IncomingState.QUARANTINED if left_behind.is_final else IncomingState.WITHHELD
        reason, where = left_behind.reason, {"uid_validity": left_behind.uid_validity, "uid": left_behind.uid}
    try:
        with durable_commits(), transaction.atomic():
            return Incoming.objects.create(
                mailbox=mailbox,
                door=door,
                raw=kept,
                size=len(raw),
                fingerprint=printed,
                mail_id=first_message_id(raw),
                envelope_from=on_one_line(envelope_from)[:320],
                envelope_to=[on_one_line(address)[:320] for address in envelope_to][:100],
                came_at=clock.now(),
                not_before=clock.now(),
                state=state,
                reason=reason[:500],
                **where,
            )
    except IntegrityError:  # the same mail by another door at this very moment
        if kept is not None:
            forget_files(Attachment.objects.filter(pk=kept.pk))
        known = _known(mailbox, printed)
        if known is None:
            raise
        return known


def keep_raw(raw: bytes) -> Attachment:
    """Onto the disk."""
    return store_bytes(by=None, name="mail.eml", content=raw, durably=True)


def _placed(mailbox: Mailbox | None, left_behind: LeftBehind) -> str:
    """In place of a fingerprint, where not a byte of the mail is known."""
    account = (mailbox.host, mailbox.username, mailbox.folder) if mailbox else ()
    return sha256(repr((account, left_behind.uid_validity, left_behind.uid)).encode()).hexdigest()


def _known(mailbox: Mailbox | None, printed: str) -> Incoming | None:
    place = mailbox.pk if mailbox else None
    return next((one for one in _PRINTED(printed) if one.mailbox_id == place), None)


_PRINTED = BuiltOnce(lambda printed: Incoming.objects.filter(fingerprint=printed))
