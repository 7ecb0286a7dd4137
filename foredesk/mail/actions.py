from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.people.rules import has_address, is_undisturbed

from . import rules
from .effects import deliver
from .emails import letter, render_mail
from .enums import OutboxState
from .models import OutboxMessage, ThreadId
from .queries import SELF_TEST, held_mails, last_id_from_outside
from .self_test import Step, converse

__all__ = [
    "Step",
    "change_scope",
    "forget_mails_about",
    "forget_mails_to",
    "hold_on",
    "post",
    "release_held",
    "remember_id",
    "render_mail",
    "replace_in_mails_about",
    "retry_failed",
    "retry_mail",
    "run_self_test",
]


@transaction.atomic
def post(
    *,
    to: Person | str,
    to_name: str = "",
    kind: str,
    key: str,
    subject: str,
    text: str,
    html: str = "",
    about: str = "",
    scope: str = "",
    headers: Mapping[str, str] | None = None,
    is_secret: bool = False,
    sender: str = "",
    at_once: bool = False,
) -> OutboxMessage | None:
    """Put a mail into the outbox and queue its delivery, once for each `key`, however often it is called.

    To a person who is in focus it goes when that ends, unless it is secret (signing in) or `at_once`: it pierces, or
    is what they wait for themselves.

    The first call with a key decides what is sent. Nothing is written to people without an address: None. An
    impossible address does not raise: the mail is there as failed, for people to see. Raises ValueError for headers
    that are ours to write.
    """
    address = to if isinstance(to, str) else to.email
    if not has_address(address):
        return None
    name = to_name or ("" if isinstance(to, str) else to.full_name)
    problem = _problem_with(address)
    held_for = None if at_once or is_secret or isinstance(to, str) or not is_undisturbed(to) else to
    not_before = held_for.undisturbed_until if held_for and held_for.undisturbed_until else clock.now()
    # get_or_create settles the race: the unique key lets one writer through, the others find its row.
    message, created = OutboxMessage.objects.get_or_create(
        key=rules.stored_key(key),
        defaults={
            "to": rules.one_line(address, 254),
            "to_name": rules.one_line(name, 120),
            "sender": rules.one_line(sender or settings.DEFAULT_FROM_EMAIL, 200),
            "subject": rules.one_line(subject, 250),
            "text": text,
            "html": html,
            "headers": _thread(about) | rules.clean_headers(headers or {}),
            "kind": kind,
            "about": about,
            "scope": scope,
            "is_secret": is_secret,
            "state": OutboxState.FAILED if problem else OutboxState.QUEUED,
            "error": problem,
            "held_for": held_for,
            "not_before": not_before,
        },
    )
    if created and not problem and held_for is None:  # what is held is queued by `release_held`
        deliver.enqueue(message.pk)
    return message


def _thread(about: str) -> dict[str, str]:
    """The headers that keep all mail about one thing together (RFC 5322, 3.6.4), also with what came from outside."""
    if not about:
        return {}
    root, last = rules.thread_root(about), last_id_from_outside(about)
    return {"In-Reply-To": last or root, "References": f"{root} {last}".strip()}


def remember_id(*, about: str, message_id: str) -> None:
    """Keep a Message-ID from outside as part of the talk about something, say "ticket:4812". Twice is once."""
    value = rules.plain_id(message_id).replace("\0", "").encode("utf-8", "replace").decode()
    one = ThreadId(about=about, hash=rules.id_hash(message_id), value=value)
    ThreadId.objects.bulk_create([one], ignore_conflicts=True)


@transaction.atomic
def release_held(*, person: Person) -> int:
    """Send what waits for the end of somebody's focus, which is now; returns how many mails.

    Call it once `person` is left undisturbed no longer: whatever is sent while they are, waits again.
    """
    held = list(held_mails(person).values_list("pk", flat=True))
    held_mails(person).filter(pk__in=held).update(not_before=clock.now())
    for pk in held:
        deliver.enqueue(pk)
    return len(held)


def hold_on(*, person: Person, until: datetime) -> None:
    """Let what waits for the end of somebody's focus wait for another end."""
    held_mails(person).update(not_before=until)


def change_scope(*, about: str, scope: str) -> None:
    """Let the mails about one thing be read in the outbox by whoever may read `scope`."""
    OutboxMessage.objects.filter(about=about).exclude(scope=scope).update(scope=scope)


@transaction.atomic
def retry_mail(*, by: Person, message: OutboxMessage) -> bool:
    """Queue a failed mail once more, with all its attempts before it. False when it is not failed any more."""
    now = clock.now()
    failed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.FAILED).exclude(text="")
    if not failed.update(state=OutboxState.QUEUED, attempts=0, not_before=now, error=""):
        return False
    record(by=by, tag="mail:retry", about=message, to=message.to, kind=message.kind)
    deliver.enqueue(message.pk)
    return True


def run_self_test(*, by: Person) -> list[Step]:
    """Send `by` a real mail past the outbox, tell each step of it, and leave the mail in the outbox with its outcome.

    Takes as long as the server does, at most ten seconds a step. Not in a transaction: nothing is locked meanwhile.
    """
    message = OutboxMessage(
        to=by.email,
        to_name=rules.one_line(by.full_name, 120),
        sender=rules.one_line(settings.DEFAULT_FROM_EMAIL, 200),
        subject=_("Foredesk can send mail"),
        text=_("This mail was sent by the self-test of Foredesk. It arrived, so customers will hear from you.") + "\n",
        kind="self_test",
        key=SELF_TEST,
        attempts=1,
    )
    message.html = letter(message.subject, message.text)
    steps = converse(message)
    failed = next((step for step in steps if step.state == "failed"), None)
    if failed is None:
        message.state, message.sent_at, message.carrier = OutboxState.SENT, clock.now(), "smtp"
    else:
        message.state, message.error = OutboxState.FAILED, f"{failed.name}: {failed.said}"
    with transaction.atomic():
        OutboxMessage.objects.filter(key=SELF_TEST).delete()
        message.save()
        record(by=by, tag="mail:tested", about=message, worked=failed is None)
    return steps


@transaction.atomic
def retry_failed(*, by: Person) -> None:
    """Queue everything that has failed once more, also what `by` may not read: mail must not depend on who looks."""
    for message in OutboxMessage.objects.filter(state=OutboxState.FAILED).exclude(text="").order_by("pk"):
        retry_mail(by=by, message=message)


def _problem_with(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError as wrong:
        return " ".join(wrong.messages)
    return ""


def forget_mails_about(tokens: Sequence[str]) -> None:
    """Empty the mails about these things, say "ticket:4812"; that they were sent, to whom and when, stays."""
    _empty(OutboxMessage.objects.filter(about__in=tokens))
    ThreadId.objects.filter(about__in=tokens).delete()


def forget_mails_to(*, address: str, pseudonym: str) -> None:
    """Empty the mails to an address and put the pseudonym's in its place."""
    mails = OutboxMessage.objects.filter(to=address)
    _empty(mails)
    mails.update(to=pseudonym, to_name="")


def replace_in_mails_about(*, tokens: Sequence[str], words: Sequence[str], by: str) -> None:
    """Put `by` for each of `words` in the mails about these things, as text and as HTML."""
    pairs = [(written, by) for word in words for written in {word, escape(word)}]
    holding = Q()
    for written, _by in pairs:
        holding |= Q(subject__contains=written) | Q(text__contains=written) | Q(html__contains=written)
    for mail in OutboxMessage.objects.filter(holding, about__in=tokens):
        changed = {name: getattr(mail, name) for name in ("subject", "text", "html", "sender")}
        for written, new in pairs:
            changed = {name: value.replace(written, new) for name, value in changed.items()}
        changed["subject"], changed["sender"] = changed["subject"][:250], changed["sender"][:200]
        OutboxMessage.objects.filter(pk=mail.pk).update(**changed)


def _empty(mails: QuerySet[OutboxMessage]) -> None:
    unsent = _("It was let go before it could be sent.")
    mails.filter(state=OutboxState.QUEUED).update(state=OutboxState.FAILED, error=unsent)
    mails.update(subject=_("(let go)"), text="", html="", headers={})
