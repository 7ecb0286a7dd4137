from collections.abc import Sequence

from django.db import IntegrityError, transaction

from foredesk.attachments.actions import forget_files, store_bytes
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.durability import durable_commits

from ..enums import Door, IncomingState
from ..models import Incoming, Mailbox
from ..rules.charsets import on_one_line
from ..rules.fingerprint import fingerprint, first_message_id


def store(
    *,
    raw: bytes,
    door: Door,
    mailbox: Mailbox | None = None,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    too_large: str = "",
) -> Incoming:
    """Keep a mail as it came, before anything in it is understood; only then may its sender be told that we have it.

    The same mail once more for the same mailbox (a second delivery, a fetch that was cut off) is the row of the first.
    `too_large`: `raw` is the head only, and this is why; the mail goes into quarantine.
    Not to be called inside a transaction: when this returns, file and row are on the disk.
    """
    printed = fingerprint(raw)
    if known := _known(mailbox, printed):
        return known
    kept = store_bytes(by=None, name="mail.eml", content=raw, durably=True)
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
                state=IncomingState.QUARANTINED if too_large else IncomingState.STORED,
                reason=too_large[:500],
            )
    except IntegrityError:  # the same mail by another door at this very moment
        forget_files(Attachment.objects.filter(pk=kept.pk))
        known = _known(mailbox, printed)
        if known is None:
            raise
        return known


def _known(mailbox: Mailbox | None, printed: str) -> Incoming | None:
    return Incoming.objects.filter(mailbox=mailbox, fingerprint=printed).first()
