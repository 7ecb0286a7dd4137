from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.queue import task

from . import rules
from .enums import OutboxState
from .models import OutboxMessage
from .transports import PermanentFailure, TemporaryFailure, transport


@task()
def deliver(outbox_id: int) -> None:
    """Send one mail of the outbox and write down what came of it. Safe to run twice or in two workers at once."""
    if _holds_on(outbox_id):
        return None
    message = _claim(outbox_id)
    if message is None:
        return None
    if message.held_for is not None and not rules.may_still_be_told(message):
        return _let_go(message)
    if message.attempts > rules.MAX_ATTEMPTS:
        return _give_up(message, _("The worker stopped each time while it was sending this mail."))
    carrier = transport()
    try:
        carrier.send(message)
    except PermanentFailure as failure:
        _give_up(message, str(failure))
    except TemporaryFailure as failure:
        _try_later(message, str(failure))
    else:
        _record(message, state=OutboxState.SENT, sent_at=clock.now(), error="", carrier=carrier.name, held_for=None)
    return None


def _claim(outbox_id: int) -> OutboxMessage | None:
    """Take the mail for ourselves for the time of a LEASE; None when it is not due, or somebody else has it."""
    now = clock.now()
    # The update decides the race: of two workers only one still finds `not_before` in the past.
    claimed = OutboxMessage.objects.filter(pk=outbox_id, state=OutboxState.QUEUED, not_before__lte=now).update(
        not_before=now + rules.LEASE, attempts=F("attempts") + 1
    )
    return OutboxMessage.objects.select_related("held_for").get(pk=outbox_id) if claimed else None


def _holds_on(outbox_id: int) -> bool:
    """Whether the mail's reader is in focus still, or again: then it waits for the new end, and no attempt counts."""
    now = clock.now()
    due = OutboxMessage.objects.filter(pk=outbox_id, state=OutboxState.QUEUED, not_before__lte=now)
    ends = due.filter(held_for__undisturbed_until__gt=now).values_list("held_for__undisturbed_until", flat=True)
    until = ends.first()
    if until is None:
        return False
    due.update(not_before=until)
    return True


def _let_go(message: OutboxMessage) -> None:
    reason = _("It waited until its reader could be interrupted, and what it is about is not for them any more.")
    _record(message, state=OutboxState.FAILED, error=reason, text="", html="", headers={}, held_for=None)


def _try_later(message: OutboxMessage, error: str) -> None:
    if message.attempts >= rules.MAX_ATTEMPTS:
        return _give_up(message, error)
    when = clock.now() + rules.PAUSES[message.attempts - 1]
    with transaction.atomic():
        if _record(message, not_before=when, error=error):
            deliver.using(run_after=when).enqueue(message.pk)
    return None


def _give_up(message: OutboxMessage, error: str) -> None:
    _record(message, state=OutboxState.FAILED, error=error)


def _record(message: OutboxMessage, **outcome: object) -> bool:
    """Write the outcome of our own attempt; False when the lease ran out and another worker has taken over."""
    if message.is_secret and "state" in outcome and not settings.DEMO:
        outcome |= {"text": "", "html": ""}
    ours = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.QUEUED, attempts=message.attempts)
    return bool(ours.update(**outcome))
