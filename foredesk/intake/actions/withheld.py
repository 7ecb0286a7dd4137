"""Mails that we do not have whole, because their IMAP server does not hand them out or they are too large.

Each is a row of its own from the first refusal on, so that fetching goes on after it and nothing is forgotten.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foredesk.attachments.actions import forget_files
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.refusals import Refused

from ..enums import Door, IncomingState
from ..models import Incoming, Mailbox
from ..rules.fingerprint import fingerprint, first_message_id
from .filing import tell_of
from .storing import LeftBehind, keep_raw, store

# A connection that broke is up again in a minute, a server that is started anew or busy in a quarter of an hour. What
# is still refused then, while others are handed out, is broken at the server, and somebody has to know.
PAUSES = (timedelta(minutes=1), timedelta(minutes=15))


def left_behind(mailbox: Mailbox) -> QuerySet[Incoming]:
    """What is not here whole, and lies at the server under the number that we know."""
    return Incoming.objects.filter(mailbox=mailbox, uid__isnull=False, uid_validity=mailbox.uid_validity)


def due_again(mailbox: Mailbox) -> QuerySet[Incoming]:
    due = left_behind(mailbox).filter(state=IncomingState.WITHHELD, not_before__lte=clock.now())
    return due.select_related("raw").order_by("uid")


def withhold(*, mailbox: Mailbox, uid: int, said: str, head: bytes = b"") -> None:
    """Note that the server did not hand out a message once more: it is asked again later, or people are.

    `said`: the server's words; `head`: what it did give.
    """
    mail = left_behind(mailbox).filter(uid=uid, state=IncomingState.WITHHELD).first()
    if mail is None:
        mail = _leave(mailbox, uid, head, is_final=False)
    elif head and mail.raw is None:
        mail.raw, mail.size, mail.mail_id = keep_raw(head), len(head), first_message_id(head)
    if mail.state != IncomingState.WITHHELD:
        return
    mail.attempts += 1
    if mail.attempts > len(PAUSES):
        mail.state, mail.handled_at = IncomingState.QUARANTINED, clock.now()
    else:
        mail.not_before = clock.now() + PAUSES[mail.attempts - 1]
    mail.reason = _why(mail, said)[:500]
    mail.save(update_fields=["attempts", "not_before", "raw", "size", "mail_id"])
    tell_of(mail)


def keep_head(*, mailbox: Mailbox, uid: int, head: bytes, reason: str) -> None:
    """A message is not fetched whole: its head waits in quarantine, and this is why."""
    mail = _leave(mailbox, uid, head, is_final=True, reason=reason)
    if mail.state == IncomingState.QUARANTINED:
        tell_of(mail)


def _leave(mailbox: Mailbox, uid: int, head: bytes, *, is_final: bool, reason: str = "") -> Incoming:
    where = LeftBehind(mailbox.uid_validity or 0, uid, is_final=is_final, reason=reason)
    mail = store(raw=head, door=Door.IMAP, mailbox=mailbox, envelope_to=[mailbox.address], left_behind=where)
    if mail.uid is not None and (mail.uid_validity, mail.uid) != (where.uid_validity, uid):
        # The server has counted anew since: what waits already waits under its new number.
        mail.uid_validity, mail.uid = where.uid_validity, uid
        mail.save(update_fields=["uid_validity", "uid"])
    return mail


def _why(mail: Incoming, said: str) -> str:
    words = {"uid": mail.uid, "said": said or _("nothing about it")}
    if mail.state == IncomingState.WITHHELD:
        return _("Its mail server has not handed it out yet (UID %(uid)d, it said: %(said)s).") % words
    why = (
        _("Its mail server would not hand it out, however often it was asked (UID %(uid)d, it said: %(said)s).") % words
    )
    here = _("Only its head is here.") if mail.raw_id else _("Nothing of it is here.")
    then = _("Whoever runs the server can look at it; then fetch it once more.")
    return f"{why} {here} {then}"


@transaction.atomic
def take_in_late(*, mail: Incoming, raw: bytes | None, too_large: str) -> int:
    """What was asked for again is here, or its head (`too_large`), or (None) gone; 1 where it was taken in.

    Its row goes on as that of any mail which has just arrived.
    """
    ours = Incoming.objects.filter(pk=mail.pk, state=IncomingState.WITHHELD)
    if raw is None:
        gone = _("Its mail server did not hand it out, and does not have it any more (UID %(uid)d).") % {
            "uid": mail.uid
        }
        ours.update(state=IncomingState.SET_ASIDE, reason=gone, handled_at=clock.now())
        return 0
    head, kept = mail.raw_id, keep_raw(raw)
    here = {"raw": kept, "size": len(raw), "mail_id": first_message_id(raw)}
    if too_large:
        ours.update(state=IncomingState.QUARANTINED, reason=too_large, handled_at=clock.now(), **here)
        tell_of(Incoming.objects.select_related("raw").get(pk=mail.pk))
    else:
        here |= {"state": IncomingState.STORED, "attempts": 0, "not_before": clock.now(), "reason": ""}
        try:
            with transaction.atomic():
                ours.update(fingerprint=fingerprint(raw), uid=None, uid_validity=None, **here)
        except IntegrityError:  # it found another way in meanwhile
            twice = _("The same mail has come in by another way.")
            ours.update(state=IncomingState.SET_ASIDE, reason=twice, handled_at=clock.now(), uid=None)
            head = kept.pk
    forget_files(Attachment.objects.filter(pk__in=[head] if head else []))
    return 1


def give_up(*, mailbox: Mailbox, reason: str) -> None:
    """Ask no more for what is withheld: its number means nothing any more."""
    withheld = Incoming.objects.filter(mailbox=mailbox, state=IncomingState.WITHHELD)
    withheld.update(state=IncomingState.QUARANTINED, reason=reason, handled_at=clock.now())


def ask_once_more(mail: Incoming) -> None:
    """Have the next look into its mailbox fetch a mail whose head, at most, is here. Raises Refused where it cannot."""
    mailbox = mail.mailbox
    if mailbox is None or not mailbox.host or not mailbox.is_active:
        raise Refused(_("Its mailbox is not fetched at the moment: look under Settings, Mailboxes."))
    if mail.uid_validity != mailbox.uid_validity:
        raise Refused(
            _("Its server has numbered its mails anew since. If it still has this one, it has come by itself.")
        )
    # One more try: when it fails, it is back in quarantine at once.
    Incoming.objects.filter(pk=mail.pk).update(
        state=IncomingState.WITHHELD,
        attempts=len(PAUSES),
        not_before=clock.now(),
        reason=_("It is being fetched once more."),
        handled_at=None,
    )
