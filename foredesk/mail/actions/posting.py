from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from foredesk.kit import clock
from foredesk.kit.queue import enqueue_after
from foredesk.people.models import Person
from foredesk.people.queries import zone_for
from foredesk.people.rules import has_address, is_undisturbed

from .. import rules
from ..effects import deliver
from ..enums import NotSent, OutboxState, Topic, Way
from ..models import OutboxMessage, ThreadId
from ..queries import held_mails, last_id_from_outside, refusal_of, ways_chosen_by, when_to_join


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
    topic: Topic | None = None,
    at_once: bool = False,
    pierces: bool = False,
    not_sent: NotSent | None = None,
) -> OutboxMessage:
    """Put a mail into the outbox and queue its delivery, once for each `key`, however often it is called.

    `topic`: what it is to its reader, who may have chosen the mail of the day or only the page for that; None: it is
    always mailed. To a person who is in focus it goes when that ends, unless it is secret (signing in) or `at_once`:
    they wait for it themselves. An emergency `pierces`: focus, choice and waiting for others to go with.

    What is not sent is there too, with the reason: `not_sent` gives one, the others are found here. An impossible
    address does not raise: the mail is there as failed, for people to see. The first call with a key decides what is
    sent. Raises ValueError for headers that are ours to write.
    """
    person = None if isinstance(to, str) else to
    address = to if isinstance(to, str) else to.email
    name = to_name or ("" if person is None else person.full_name)
    if not_sent is not None:
        fate: dict[str, Any] = _dropped(not_sent)
    elif not has_address(address):
        fate = _dropped(NotSent.NO_ADDRESS)
    elif problem := _problem_with(address):
        fate = {"state": OutboxState.FAILED, "error": problem}
    elif not is_secret and (refusal := refusal_of(address)):
        fate = _dropped(NotSent.REFUSES, rules.refusal_words(refusal))
    elif person is None or is_secret or pierces:
        fate = {}
    else:
        fate = _chosen(person, topic) or _timed(person, kind, about, at_once)
    # get_or_create settles the race: the unique key lets one writer through, the others find its row.
    message, created = OutboxMessage.objects.get_or_create(
        key=rules.stored_key(key),
        defaults={
            "to": rules.one_line(address, 254) if has_address(address) else "",
            "to_name": rules.one_line(name, 120),
            "person": person,
            "sender": rules.one_line(sender or settings.DEFAULT_FROM_EMAIL, 200),
            "subject": rules.one_line(subject, 250),
            "text": text,
            "html": html,
            "headers": _thread(about) | rules.answers_to(about) | rules.clean_headers(headers or {}),
            "kind": kind,
            "about": about,
            "scope": scope,
            "is_secret": is_secret,
        }
        | fate,
    )
    if created and message.state == OutboxState.QUEUED and not message.is_held:  # that is queued by `release_held`
        enqueue_after(message.not_before, deliver, message.pk)
    return message


def _dropped(why: NotSent, words: str = "") -> dict[str, Any]:
    return {"state": OutboxState.DROPPED, "not_sent_because": why, "error": words}


def _chosen(person: Person, topic: Topic | None) -> dict[str, Any]:
    """What becomes of a mail by its reader's own choice; nothing special where that is mail."""
    way = rules.way_of(ways_chosen_by(person), topic) if topic else Way.MAIL
    if way == Way.PAGE:
        return {**_dropped(NotSent.PAGE_ONLY), "way": way}
    if way == Way.DIGEST:
        zone = zone_for(person) or timezone.get_default_timezone()
        return {"way": way, "held_for": person, "not_before": rules.next_digest(clock.now(), zone)}
    return {}


def _timed(person: Person, kind: str, about: str, at_once: bool) -> dict[str, Any]:
    """When a mail leaves: after its reader's focus, or a little later, together with others about the same."""
    joins = rules.may_join(kind, about)
    not_before = when_to_join(person, about) if joins else clock.now()
    if at_once:
        return {"joins": joins, "not_before": not_before}
    if person.undisturbed_until is not None and is_undisturbed(person):
        return {"joins": joins, "not_before": person.undisturbed_until, "held_for": person}
    # What waits for others waits for the end of a focus too that begins meanwhile.
    return {"joins": joins, "not_before": not_before, "held_for": person if not_before > clock.now() else None}


def _problem_with(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError as wrong:
        return " ".join(wrong.messages)
    return ""


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
