from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from foredesk.kit.built_once import BuiltOnce
from foredesk.people.models import Person

from .enums import OutboxState
from .models import OutboxMessage, ThreadId
from .rules import about_in_root, id_hash, is_fit_for_header, is_message_id_of, mail_number_in, scopes_hidden_from

PAGE = 40
MOST_IDS = 200  # a thread that names more of them is told by its first ones
SELF_TEST = "self-test"  # the key of its mail: only the last one is kept


@dataclass(frozen=True)
class Page:
    """A stretch of the outbox. `older_than`: give it back to `outbox_page` for the next stretch, None at the end."""

    mails: list[OutboxMessage]
    older_than: int | None


def outbox() -> QuerySet[OutboxMessage]:
    """All mails, newest first, without their bodies (these are fetched one by one when read)."""
    return OutboxMessage.objects.defer("text", "html", "headers").order_by("-id")


def mails_open_to(person: Person) -> QuerySet[OutboxMessage]:
    """The mails of which `person` may know, if they may open the outbox at all."""
    hidden = scopes_hidden_from(person)
    return OutboxMessage.objects.exclude(scope__in=hidden) if hidden else OutboxMessage.objects.all()


def outbox_page(person: Person, *, state: str = "", before: int | None = None, size: int = PAGE) -> Page:
    """The newest `size` mails that `person` may know of, older than the mail `before`.

    By key, so that the cost does not grow with the history.
    """
    mails = mails_open_to(person).defer("text", "html", "headers").select_related("held_for").order_by("-id")
    if state:
        mails = mails.filter(state=state)
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails[: size + 1])
    return Page(mails=found[:size], older_than=found[size - 1].pk if len(found) > size else None)


def held_mails(person: Person) -> QuerySet[OutboxMessage]:
    """What waits for the end of somebody's focus; not what a worker has begun to send."""
    return OutboxMessage.objects.filter(held_for=person, state=OutboxState.QUEUED, attempts=0)


def mails_about(token: str) -> QuerySet[OutboxMessage]:
    """All mails about one thing, say "ticket:4812", oldest first."""
    return outbox().filter(about=token).order_by("id")


def mails_about_open_to(person: Person, token: str) -> list[OutboxMessage]:
    """The mails about one thing of which `person` may know, oldest first."""
    return _ABOUT(token, sorted(scopes_hidden_from(person)))


_ABOUT = BuiltOnce(lambda token, hidden: mails_about(token).exclude(scope__in=hidden))


def failed_count(person: Person) -> int:
    """How many mails wait for somebody to look at them, of those that `person` may know of."""
    return mails_open_to(person).filter(state=OutboxState.FAILED).count()


def failed_in_the_open() -> int:
    """How many failed mails everybody of IT may know of; nobody waits for that of a self-test."""
    return OutboxMessage.objects.filter(state=OutboxState.FAILED, scope="").exclude(key=SELF_TEST).count()


def last_sent() -> datetime | None:
    """When a mail last left the house; None when none ever has."""
    sent = OutboxMessage.objects.filter(state=OutboxState.SENT, carrier="smtp").order_by("-id")
    return sent.values_list("sent_at", flat=True).first()


def last_self_test() -> OutboxMessage | None:
    """The mail of the last self-test, with what came of it."""
    return OutboxMessage.objects.filter(key=SELF_TEST).first()


def mail_by_message_id(message_id: str) -> OutboxMessage | None:
    """The mail of ours to which a Message-ID belongs; None for one that this installation never gave. Never raises."""
    number = mail_number_in(message_id)
    message = None if number is None else OutboxMessage.objects.filter(pk=number).first()
    return message if message and is_message_id_of(message_id, message) else None


def about_of_ids(ids: Sequence[str]) -> str:
    """What mails with these Message-IDs are about ("ticket:4812"), by the first id that is known; "" for none.

    Known are ids from outside that were remembered, and the roots of our own threads. One that was remembered for
    several things leads to the latest of them. Never raises.
    """
    known: dict[str, str] = {}
    hashes = [id_hash(one) for one in ids[:MOST_IDS]]
    for remembered in ThreadId.objects.filter(hash__in=hashes).order_by("id"):
        known[remembered.hash] = remembered.about
    found = (known.get(hashed) or about_in_root(one) for one, hashed in zip(ids, hashes, strict=False))
    return next(filter(None, found), "")


def last_id_from_outside(about: str) -> str:
    """The Message-ID of the last mail that came in about something, if it is fit to be named in ours; else ""."""
    value = ThreadId.objects.filter(about=about).order_by("-id").values_list("value", flat=True).first()
    return value if value and is_fit_for_header(value) else ""
