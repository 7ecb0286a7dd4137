"""What a piece of news is about, and who hears it in which measure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.mail.enums import Topic
from foredesk.mail.models import OutboxMessage
from foredesk.mail.queries import mails_about, refusal_of
from foredesk.mail.rules import Thing
from foredesk.people.models import Person

from ..enums import Audience, FollowerReason, Measure, News
from ..models import Follower, Message, Restatement, Solution, Span, Ticket
from ..rules import can_reply, can_see, can_work_on, is_party, reads_conversation, serves
from ..rules.telling import news_in_key
from .joining import parts_still_open
from .silence import who_answers_for
from .visibility import tickets_served_by, tickets_visible_to, with_people

Item = Message | Restatement | Solution | Follower | Span | None

_ITEMS: dict[News, type[Message] | type[Restatement] | type[Solution] | type[Follower] | type[Span]] = {
    News.REPLY: Message,
    News.CUSTOMER_WROTE: Message,
    News.MENTIONED: Message,
    News.KEPT_AS_NOTE: Message,
    News.HANDED_OVER: Message,
    News.RESTATED: Restatement,
    News.CORRECTED: Restatement,
    News.SOLUTION: Solution,
    News.REMINDER: Solution,
    News.ANSWERED: Solution,
    News.FOLLOWS: Follower,
    News.WAITING: Span,
}
# Which followers hear what: everything, the turns, or only the end.
_TURNS = frozenset(
    {
        News.HANDED_OVER,
        News.WAITING,
        News.WAIT_ENDED,
        News.SOLUTION,
        News.SIZE_CHANGED,
        News.REOPENED,
        News.MERGED,
        News.UNMERGED,
        News.PROMISED,
    }
)
_SAID = frozenset({News.REPLY, News.RESTATED})
_TO_CUSTOMER = _TURNS - {News.REOPENED} | {
    News.ACKNOWLEDGED,
    News.REPLY,
    News.RESTATED,
    News.REMINDER,
    News.CLOSED,
    News.SPLIT,
}
_TO_HOLDER = frozenset(
    {
        News.CUSTOMER_WROTE,
        News.CORRECTED,
        News.ANSWERED,
        News.ASSIGNED,
        News.WAIT_ENDED,
        News.MERGED,
        News.UNMERGED,
        News.PARTS_DONE,
        News.ANSWERED_QUESTIONS,
    }
)


@dataclass(frozen=True)
class Story:
    ticket: Ticket
    item: Item


def load(news: News, ticket_id: int, item_id: int) -> Story | None:
    """The ticket and the thing that the news is about; None when it is gone (a follower may leave at once)."""
    followers = Prefetch("followers", Follower.objects.select_related("person"))
    ticket = (
        with_people(Ticket.objects.filter(pk=ticket_id)).select_related("interview").prefetch_related(followers).first()
    )
    if ticket is None or _is_past(news, ticket):
        return None
    model = _ITEMS.get(news)
    if model is None:
        return Story(ticket, None)
    item = model.objects.filter(pk=item_id).first()
    return Story(ticket, item) if item else None


def _is_past(news: News, ticket: Ticket) -> bool:
    """What has been undone before it was told is not told, nor is the undoing."""
    if news == News.MERGED:
        return ticket.merged_into_id is None
    if news == News.UNMERGED:
        return not mails_about(f"ticket:{ticket.pk}").filter(kind=News.MERGED).exists()
    return news == News.PARTS_DONE and parts_still_open(ticket).exists()


def recipients(news: News, story: Story) -> list[Person]:
    """Everybody who hears a piece of news and may still see the ticket; the caller takes out whoever caused it."""
    ticket, item = story.ticket, story.item
    people: dict[int, Person] = {}

    def add(person: Person | None) -> None:
        if person is not None and can_see(person, ticket):
            people[person.pk] = person

    if news in _TO_CUSTOMER:
        add(ticket.customer)
        if is_party(ticket.opened_by, ticket) and not serves(ticket.opened_by, ticket):
            add(ticket.opened_by)
    if news in _TO_HOLDER:
        add(ticket.assignee)
        if isinstance(item, Restatement):
            add(item.by)
        if isinstance(item, Message) and ticket.customer_id != item.author_id and _public(item):
            add(ticket.customer)  # somebody held up wrote: the customer hears it like a reply
    for person in _meant(news, story):
        add(person)
    for follower in _listening(news, ticket, item):
        add(follower.person)
    return list(people.values())


def _meant(news: News, story: Story) -> list[Person]:
    """Those for whom alone a piece of news is, whatever else they are on the ticket."""
    item = story.item
    if news == News.BOUNCED:
        return _who_can_reach_them(story.ticket)
    if news == News.MENTIONED and isinstance(item, Message):
        return list(item.mentions.all())
    if news == News.KEPT_AS_NOTE and isinstance(item, Message):
        return [item.author]
    return [item.person] if isinstance(item, Follower) else []


def _who_can_reach_them(ticket: Ticket) -> list[Person]:
    """Who is to reach somebody whom our mail did not: the holder, unless no mail reaches them either."""
    holder = ticket.assignee
    if holder is not None and can_work_on(holder, ticket) and refusal_of(holder.email) is None:
        return [holder]
    return who_answers_for(ticket)


# What only IT hears: not for somebody who follows a ticket that they serve no longer.
_TO_IT = frozenset(
    {
        News.MENTIONED,
        News.ASSIGNED,
        News.CUSTOMER_WROTE,
        News.CORRECTED,
        News.ANSWERED,
        News.PARTS_DONE,
        News.BOUNCED,
        News.ANSWERED_QUESTIONS,
        News.KEPT_AS_NOTE,
    }
)
_WORK = _TO_IT | {News.ESCALATED}
# What is said to the customer, or asked.
_ANSWERS = frozenset(
    {News.ACKNOWLEDGED, News.REPLY, News.CUSTOMER_WROTE, News.RESTATED, News.WAITING, News.SOLUTION, News.REMINDER}
)


def topic_of(news: News, ticket: Ticket, person: Person) -> Topic | None:
    """What a piece of news is to somebody, for their choice of how to hear of it; None: they have none."""
    if news == News.KEPT_AS_NOTE:
        return None
    if news in {News.SILENT_SOON, News.SILENT}:
        return Topic.REMINDERS
    if is_party(person, ticket):
        return Topic.ANSWERS if news in _ANSWERS else Topic.PROGRESS
    if news in _WORK or person.pk == ticket.assignee_id:
        return Topic.WORK
    return Topic.FOLLOWED


def told_in(mail: OutboxMessage, ticket: Ticket) -> list[tuple[News, int]]:
    """What a mail told its reader of a ticket: each piece of news with its item. None of it may be here still."""
    about = mail.parts.filter(about=f"ticket:{ticket.pk}").order_by("pk") if mail.is_bundle else []
    keys = [part.key for part in about] if mail.is_bundle else [mail.key]
    return [found for key in keys if (found := news_in_key(key))]


def withheld(person: Person, told: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody must not be told any more, of pairs of thing ("ticket:4812"; others are not ours) and news."""
    ours = {pair: int(pair[0][7:]) for pair in told if pair[0].startswith("ticket:") and pair[0][7:].isdecimal()}
    if not ours:
        return []
    owners = tickets_visible_to(person).filter(pk__in=ours.values()).values_list("pk", "customer_id")
    seen = dict(owners)
    for_it = [number for (_about, kind), number in ours.items() if kind in _TO_IT and number in seen]
    served = set(tickets_served_by(person).filter(pk__in=for_it).values_list("pk", flat=True)) if for_it else set()

    def is_theirs(kind: str, number: int) -> bool:
        to_customer = kind == News.CUSTOMER_WROTE and seen.get(number) == person.pk  # somebody held up wrote
        return number in served or to_customer if kind in _TO_IT else number in seen

    return [pair for pair, number in ours.items() if not is_theirs(pair[1], number)]


def things_named(person: Person, about: Sequence[str]) -> dict[str, Thing]:
    """How the requests among `about` ("ticket:4812"; others are not ours) are called, as far as somebody may know."""
    numbers = [int(token[7:]) for token in about if token.startswith("ticket:") and token[7:].isdecimal()]
    if not numbers:
        return {}
    found = with_people(tickets_visible_to(person).filter(pk__in=numbers)).prefetch_related("followers")
    return {f"ticket:{one.pk}": _named(one, person) for one in found}


def _named(ticket: Ticket, person: Person) -> Thing:
    page = "desk:ticket" if can_work_on(person, ticket) else "portal:request"
    name = _("Request %(number)s") % {"number": ticket.pk}
    may_answer = can_reply(person, ticket) or can_work_on(person, ticket)
    return Thing(ticket.subject, name, settings.BASE_URL + reverse(page, args=[ticket.pk]), may_answer)


def _public(message: Message) -> bool:
    return message.audience == Audience.EVERYONE


def _listening(news: News, ticket: Ticket, item: Item) -> list[Follower]:
    if news == News.REPLY and isinstance(item, Message) and not _public(item):
        return []
    measures = []
    if news == News.CLOSED:
        measures = list(Measure)
    elif news in _TURNS:
        measures = [Measure.EVERYTHING, Measure.MILESTONES]
    elif news in _SAID:
        measures = [Measure.EVERYTHING]
    followers = [follower for follower in ticket.followers.all() if follower.measure in measures]
    if news in _SAID:
        return [follower for follower in followers if reads_conversation(follower.person, ticket)]
    return followers


def why_told(person: Person, ticket: Ticket) -> FollowerReason | None:
    """Why somebody who is no party hears of a ticket; None for the customer, who asked, and IT."""
    reasons = (follower.reason for follower in ticket.followers.all() if follower.person_id == person.pk)
    reason = next(reasons, None)
    return FollowerReason(reason) if reason else None
