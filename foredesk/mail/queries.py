from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.people.models import Person
from foredesk.people.queries import people_called
from foredesk.people.rules import Remark, is_undisturbed

from .enums import BUNDLES, UNDELIVERED, NotSent, OutboxState, Topic, Way
from .models import BadAddress, NoticeChoice, OutboxMessage, ThreadId
from .rules import (
    REPEATS,
    about_in_root,
    can_choose,
    id_hash,
    is_fit_for_header,
    is_message_id_of,
    mail_number_in,
    scopes_hidden_from,
    still_theirs,
    way_of,
    ways_for,
)

PAGE = 40
MOST_UNSEEN = 99  # news beyond that are "99+"
NEWS_FOR = timedelta(days=14)  # what nobody looked at for so long is no news any more
MOST_IDS = 200  # a thread that names more of them is told by its first ones
SELF_TEST = "self-test"  # the key of its mail: only the last one is kept


@dataclass(frozen=True)
class Page:
    """A stretch of the outbox. `older_than`: give it back to `outbox_page` for the next stretch, None at the end."""

    mails: list[OutboxMessage]
    older_than: int | None
    newest: int = 0  # the first of the stretch, whether it is among `mails` or not for its reader any more


def outbox() -> QuerySet[OutboxMessage]:
    """All mails, newest first, without their bodies (these are fetched one by one when read)."""
    return OutboxMessage.objects.defer("text", "html", "headers").order_by("-id")


def mails_open_to(person: Person) -> QuerySet[OutboxMessage]:
    """The mails of which `person` may know, if they may open the outbox at all."""
    hidden = scopes_hidden_from(person)
    return OutboxMessage.objects.exclude(scope__in=hidden) if hidden else OutboxMessage.objects.all()


def outbox_page(person: Person, *, state: str = "", to: str = "", before: int | None = None, size: int = PAGE) -> Page:
    """The newest `size` mails that `person` may know of, older than the mail `before`.

    `to`: whom they went to, an address or words of a name. By key, so that the cost does not grow with the history.
    """
    mails = mails_open_to(person).defer("text", "html", "headers").select_related("held_for").order_by("-id")
    if state:
        mails = mails.filter(state=state)
    if to.strip():
        mails = mails.filter(_sent_to(to.strip()))
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails[: size + 1])
    return Page(mails=found[:size], older_than=found[size - 1].pk if len(found) > size else None)


def _sent_to(words: str) -> Q:
    if "@" in words:
        return Q(to=words.lower())
    called = [set(people_called(word)) for word in words.split()]
    return Q(person__in=set.intersection(*called)) if called else Q(pk__in=[])


def held_mails(person: Person) -> QuerySet[OutboxMessage]:
    """What waits for the end of somebody's focus; not what a worker has begun to send, nor what goes once a day."""
    return OutboxMessage.objects.filter(
        held_for=person, way=Way.MAIL, state=OutboxState.QUEUED, attempts=0, sent_in=None
    )


def when_to_join(person: Person, about: str) -> datetime:
    """When a further piece of news about something leaves: now, or with others a little after the last one."""
    now = clock.now()
    mails = OutboxMessage.objects.filter(person=person, about=about, joins=True, way=Way.MAIL)
    recent = Q(state=OutboxState.SENT, sent_at__gt=now - REPEATS) | Q(state=OutboxState.QUEUED, attempts=0)
    last = mails.filter(recent).only("state", "not_before", "sent_at").order_by("-id").first()
    if last is None:
        return now
    if last.sent_at is not None:
        return last.sent_at + REPEATS
    return last.not_before if last.not_before > now else now + REPEATS


def leaving_with(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """What is due now and may leave in one mail with `message`, itself among it: all that waits for the same reader."""
    same = OutboxMessage.objects.filter(
        person=message.person_id,
        to=message.to,
        state=OutboxState.QUEUED,
        attempts=0,
        sent_in=None,
        is_secret=False,
        not_before__lte=clock.now(),
    )
    if message.way == Way.DIGEST:
        return same.filter(way=Way.DIGEST)
    if message.held_for_id is not None:
        return same.filter(way=Way.MAIL, held_for=message.held_for_id)
    return same.filter(way=Way.MAIL, about=message.about, joins=True)


def retriable() -> QuerySet[OutboxMessage]:
    """What may be tried again: what has words still and failed, came back or met an address that refused mail."""
    refused = Q(state=OutboxState.DROPPED, not_sent_because=NotSent.REFUSES)
    has_words = ~Q(text="") | Q(kind__in=BUNDLES)
    return OutboxMessage.objects.filter(Q(state__in=UNDELIVERED) | refused, has_words, sent_in=None)


def refusal_of(address: str) -> BadAddress | None:
    """What is known against an address that gets no mail any more; None for any other."""
    return BadAddress.objects.filter(address=address.lower(), is_permanent=True).first() if address else None


def troubles_with(person: Person) -> BadAddress | None:
    """What mail servers said of somebody's address, permanent or not; None for nothing."""
    return BadAddress.objects.filter(address=person.email).first()


def is_in_trouble(address: OuterRef) -> Exists:
    """For queries of people: whether `troubles_with` finds something."""
    return Exists(BadAddress.objects.filter(address=address))


def remark_on_address(person: Person) -> Remark | None:
    """For somebody's page under Settings."""
    trouble = troubles_with(person)
    return Remark("mail/remark.html", trouble) if trouble else None


def parts_open_to(person: Person, bundle: OutboxMessage) -> list[OutboxMessage]:
    """The mails that one mail carries, as far as `person` may know of them."""
    return list(mails_open_to(person).filter(sent_in=bundle).order_by("id"))


def mails_about(token: str) -> QuerySet[OutboxMessage]:
    """All mails about one thing, say "ticket:4812", oldest first; each by itself, also where one mail held several."""
    return outbox().filter(about=token).exclude(kind__in=BUNDLES).select_related("held_for").order_by("id")


def mails_about_open_to(person: Person, token: str) -> list[OutboxMessage]:
    """The mails about one thing of which `person` may know, oldest first."""
    return _ABOUT(token, sorted(scopes_hidden_from(person)))


_ABOUT = BuiltOnce(lambda token, hidden: mails_about(token).exclude(scope__in=hidden))


def failed_count(person: Person) -> int:
    """How many mails wait for somebody to look at them, of those that `person` may know of."""
    return mails_open_to(person).filter(state=OutboxState.FAILED, sent_in=None).count()


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


# --- What somebody was told -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Chosen:
    """A line of the page on which people choose: a topic, what is possible, and what they have chosen."""

    topic: Topic
    ways: list[Way]
    way: Way


def ways_chosen_by(person: Person) -> dict[str, str]:
    """Topic to Way, where somebody wants another than mail."""
    return NoticeChoice.objects.filter(person=person).values_list("ways", flat=True).first() or {}


def choices_of(person: Person) -> list[Chosen]:
    ways = ways_chosen_by(person)
    topics = [topic for topic in Topic if can_choose(person, topic)]
    return [Chosen(topic, ways_for(topic), way_of(ways, topic)) for topic in topics]


def news_of(person: Person) -> QuerySet[OutboxMessage]:
    """What somebody was told, or would have been had they wanted mail; not what lets them sign in."""
    return OutboxMessage.objects.filter(person=person, is_secret=False).exclude(kind__in=BUNDLES).exclude(text="")


def news_page(person: Person, *, before: int | None = None, size: int = PAGE) -> Page:
    """The newest of what somebody was told and may read still, by key; at most `size`, or fewer where some is not."""
    news = news_of(person).defer("text", "html", "headers").order_by("-id")
    if before is not None:
        news = news.filter(pk__lt=before)
    found = list(news[: size + 1])
    return Page(
        mails=still_theirs(person, found[:size]),
        older_than=found[size - 1].pk if len(found) > size else None,
        newest=found[0].pk if found else 0,
    )


def piece_of_news(person: Person, pk: int) -> OutboxMessage | None:
    found = news_of(person).filter(pk=pk).first()
    return found if found is not None and still_theirs(person, [found]) else None


def seen_up_to(person: Person) -> int:
    """The number of the newest piece of news that somebody has seen."""
    return NoticeChoice.objects.filter(person=person).values_list("seen", flat=True).first() or 0


def unseen_count(person: Person) -> int:
    """How many pieces of news somebody has not looked at, up to `MOST_UNSEEN` + 1: of late, and none during focus."""
    if is_undisturbed(person):
        return 0
    since = clock.now() - NEWS_FOR
    return sum(told_at > since for told_at in _UNSEEN(person.pk))


_UNSEEN: BuiltOnce[datetime] = BuiltOnce(
    lambda person: (
        OutboxMessage.objects.filter(person=person, is_secret=False)
        .exclude(kind__in=BUNDLES)
        .exclude(text="")
        .filter(pk__gt=Coalesce(Subquery(NoticeChoice.objects.filter(person=person).values("seen")), 0))
        .order_by("-id")
        .values_list("queued_at", flat=True)[: MOST_UNSEEN + 1]
    )
)
