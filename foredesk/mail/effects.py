from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.kit import clock
from foredesk.kit.queue import enqueue_after, task

from . import refusing, rules
from .bundles import together
from .enums import AFTERWARDS, DIGEST, TO_GO, TOGETHER, NotSent, OutboxState, Way
from .models import OutboxMessage
from .queries import leaving_with
from .transports import PermanentFailure, TemporaryFailure, Transport, transport

# What has waited longer, for a server that did not answer, say, may have become private meanwhile.
OLD = timedelta(minutes=10)


@task()
def deliver(outbox_id: int) -> None:
    """Send one mail of the outbox and write down what came of it. Safe to run twice or in two workers at once."""
    mails = OutboxMessage.objects.select_related("held_for", "person")
    message = mails.filter(pk=outbox_id, state__in=TO_GO, sent_in=None, not_before__lte=clock.now()).first()
    if message is None or _holds_on(message):
        return
    if not message.attempts and _waited(message):
        message = _gathered(message)
    if message is None:
        return
    carrier = transport()
    try:
        carrier.ready()  # before the mail is ours: it may take longer than a lease
    except TemporaryFailure as failure:
        if _claim(message):
            _try_later(message, str(failure))
        return
    if _claim(message):
        _send(message, carrier)


def _holds_on(message: OutboxMessage) -> bool:
    """Whether the mail's reader is in focus still, or again: then it waits for the new end, and no attempt counts."""
    reader = message.held_for
    if reader is None or reader.undisturbed_until is None or reader.undisturbed_until <= clock.now():
        return False
    _as_found(message).update(not_before=reader.undisturbed_until)
    return True


def _waited(message: OutboxMessage) -> bool:
    """Whether it waited, for others to go with or for its reader: what it is about may have changed meanwhile."""
    may_wait = message.joins or message.way == Way.DIGEST or message.held_for_id is not None
    return may_wait and message.not_before > message.queued_at + timedelta(seconds=1)


def _gathered(message: OutboxMessage) -> OutboxMessage | None:
    """The mail that goes out for `message`: itself, or one that holds others that wait for the same reader too.

    None when nothing goes, because it is not theirs any more or another worker has it.
    """
    with transaction.atomic():
        # Locked in one order, so that of two workers one finds all of them and the other none.
        waiting = list(leaving_with(message).select_for_update(of=("self",)).order_by("pk"))
        if message.pk not in {one.pk for one in waiting}:
            return None
        kind = {Way.DIGEST: DIGEST}.get(Way(message.way), TOGETHER)
        if message.held_for_id is not None and kind == TOGETHER:
            if len({one.about or one.pk for one in waiting}) > rules.MANY_THINGS:
                kind = AFTERWARDS
            else:
                waiting = [one for one in waiting if one.pk == message.pk or (one.about and one.about == message.about)]
        theirs = rules.still_theirs(message.person, waiting) if message.person else []
        gone = {one.pk for one in waiting} - {one.pk for one in theirs}
        if gone:
            mails = OutboxMessage.objects.filter(pk__in=gone)
            refusing.stop(mails, NotSent.NOT_THEIRS)
            mails.update(text="", html="", headers={})
        if len(theirs) > 1 or (theirs and kind == DIGEST):
            return _bundle(kind, theirs)
    return theirs[0] if theirs else None


def _bundle(kind: str, parts: list[OutboxMessage]) -> OutboxMessage:
    """One mail in which several leave. It holds no words of its own: they are taken from the parts when it is sent."""
    last = parts[-1]
    alike = kind == TOGETHER and len({one.scope for one in parts}) == 1
    bundle = OutboxMessage.objects.create(
        to=last.to,
        to_name=last.to_name,
        person=last.person,
        sender=last.sender,
        subject=_subject_of(kind, parts, alike=alike),
        kind=kind,
        key=rules.stored_key(f"{kind}:{parts[0].pk}"),
        about=last.about if alike else "",
        scope=last.scope if alike else "",
        headers=last.headers if kind == TOGETHER else {},
    )
    OutboxMessage.objects.filter(pk__in=[one.pk for one in parts]).update(sent_in=bundle, held_for=None)
    return bundle


def _subject_of(kind: str, parts: list[OutboxMessage], *, alike: bool) -> str:
    number = len(parts)
    if kind == DIGEST:
        words = ngettext("Your news of today: %(number)d thing", "Your news of today: %(number)d things", number)
        return words % {"number": number}
    if kind == AFTERWARDS:
        return _("%(number)d news about several things") % {"number": number}
    if not alike:
        return _("%(number)d news") % {"number": number}
    last = parts[-1].subject
    token = f" [{parts[-1].ticket_number}]"
    plain = last.removesuffix(token)
    more = _("%(subject)s, and %(number)d more") % {"subject": rules.one_line(plain, 200), "number": number - 1}
    return more + (token if plain != last else "")


def _claim(message: OutboxMessage) -> bool:
    """Take the mail for ourselves for the time of a lease; False when somebody else has it."""
    # The update decides the race: of two workers only one still finds the number of attempts that it read.
    now = clock.now()
    due = _as_found(message).filter(not_before__lte=now)
    # Queued and tried means: in hand. `deliver_forgotten` looks for that when the lease is over.
    ours = due.update(state=OutboxState.QUEUED, not_before=now + rules.lease(), attempts=F("attempts") + 1)
    message.attempts += ours
    return bool(ours)


def _send(message: OutboxMessage, carrier: Transport) -> None:
    if message.attempts > rules.MAX_ATTEMPTS:
        return _give_up(message, _("The worker stopped each time while it was sending this mail."))
    if message.queued_at < clock.now() - OLD and not _still_theirs(message):
        return None
    if message.is_bundle:
        parts = list(message.parts.exclude(text="").order_by("pk"))
        if not parts:
            refusing.stop(OutboxMessage.objects.filter(pk=message.pk), NotSent.LET_GO)
            return None
        message.text, message.html = together(message, parts)
    try:
        carrier.send(message)
    except PermanentFailure as failure:
        _give_up(message, str(failure), is_address_at_fault=failure.is_address_at_fault)
    except TemporaryFailure as failure:
        _try_later(message, str(failure))
    else:
        _record(message, state=OutboxState.SENT, sent_at=clock.now(), error="", carrier=carrier.name, held_for=None)
    return None


def _still_theirs(message: OutboxMessage) -> bool:
    """Whether a mail that has waited long is for its reader still, or any of what it holds; what is not is emptied."""
    if message.person is None or message.is_secret:
        return True
    held = list(message.parts.filter(state__in=TO_GO)) if message.is_bundle else [message]
    theirs = rules.still_theirs(message.person, held)
    gone = {one.pk for one in held} - {one.pk for one in theirs}
    with transaction.atomic():
        mails = OutboxMessage.objects.filter(pk__in=gone, state__in=TO_GO)
        mails.update(
            state=OutboxState.DROPPED, not_sent_because=NotSent.NOT_THEIRS, error="", text="", html="", headers={}
        )
    return message.is_bundle or bool(theirs)


def _try_later(message: OutboxMessage, error: str) -> None:
    if message.attempts >= rules.MAX_ATTEMPTS:
        return _give_up(message, error)
    when = clock.now() + rules.PAUSES[message.attempts - 1]
    with transaction.atomic():
        if _record(message, state=OutboxState.DEFERRED, not_before=when, error=error):
            enqueue_after(when, deliver, message.pk)
    return None


def _give_up(message: OutboxMessage, error: str, *, is_address_at_fault: bool = False) -> None:
    with transaction.atomic():
        if _record(message, state=OutboxState.FAILED, error=error) and is_address_at_fault:
            refusing.mark(message.to, permanent=True, reason=error, mail=message)


def _record(message: OutboxMessage, **outcome: object) -> bool:
    """Write the outcome of our own attempt; False when the lease ran out and another worker has taken over."""
    for_parts = {name: value for name, value in outcome.items() if name != "not_before"}
    if message.is_secret and outcome["state"] != OutboxState.DEFERRED and not settings.DEMO:
        outcome |= {"text": "", "html": ""}
    if not message.is_bundle:
        return bool(_as_found(message).update(**outcome))
    with transaction.atomic():
        ours = bool(_as_found(message).update(**outcome))
        if ours:
            message.parts.filter(state__in=TO_GO).update(**for_parts)
    return ours


def _as_found(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """The mail's row, as long as nobody else has taken it since."""
    return OutboxMessage.objects.filter(pk=message.pk, state__in=TO_GO, sent_in=None, attempts=message.attempts)
