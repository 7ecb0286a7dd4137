"""What mail servers say of addresses, written down: by the effect that hears it, and by whoever reads a bounce."""

from django.db.models import F, Q, QuerySet

from foredesk.kit import clock

from . import rules
from .enums import TO_GO, NotSent, OutboxState
from .models import BadAddress, OutboxMessage


def mark(address: str, *, permanent: bool, reason: str, mail: OutboxMessage | None) -> None:
    """Note a refusal; a permanent one also stops what is on its way there, but for signing in, which is wanted now."""
    address, now = rules.one_line(address.strip().lower(), 254), clock.now()
    told = {"last_at": now, "reason": rules.one_line(reason, 500), "mail": mail}
    bad, created = BadAddress.objects.get_or_create(
        address=address, defaults={"is_permanent": permanent, "since": now, **told}
    )
    if not created:
        same = BadAddress.objects.filter(pk=bad.pk)
        same.update(times=F("times") + 1, **told)
        if permanent:
            same.filter(is_permanent=False).update(is_permanent=True, since=now)
    if permanent:
        bad.refresh_from_db()
        stop(OutboxMessage.objects.filter(to=address, is_secret=False), NotSent.REFUSES, rules.refusal_words(bad))


def stop(mails: QuerySet[OutboxMessage], why: NotSent, words: str = "") -> None:
    """Do not send those of `mails` that are still to go, nor what they carry."""
    to_go = list(mails.filter(state__in=TO_GO, sent_in=None).values_list("pk", flat=True))
    gone = OutboxMessage.objects.filter(Q(pk__in=to_go) | Q(sent_in__in=to_go), state__in=TO_GO)
    gone.update(state=OutboxState.DROPPED, not_sent_because=why, error=words, held_for=None)


def mark_mail(mail: OutboxMessage, *, permanent: bool, reason: str) -> None:
    """Show on a mail that it came back, and on what it carried; that it is only late is noted beside."""
    mails = OutboxMessage.objects.filter(Q(pk=mail.pk) | Q(sent_in=mail.pk))
    words = rules.one_line(reason, 500)
    if permanent:
        mails.filter(state__in=[OutboxState.SENT, *TO_GO]).update(state=OutboxState.BOUNCED, error=words)
    else:
        mails.filter(state=OutboxState.SENT).update(error=words)
