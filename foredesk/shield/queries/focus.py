"""Who is in focus, who shields them, and what waits for them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.people.queries import agents
from foredesk.people.rules import is_undisturbed
from foredesk.tickets.models import Message
from foredesk.tickets.queries import tickets_served_by

from ..models import FocusBlock, HeldAssignment, Pierce
from ..rules.wording import told_before
from .roster import holders, holders_throughout


def blocks_now(at: datetime | None = None) -> QuerySet[FocusBlock]:
    """The blocks in which somebody is undisturbed at a moment (now), the first to end first."""
    at = at or clock.now()
    running = FocusBlock.objects.filter(over_at=None, begun_at__isnull=False, begins_at__lte=at, ends_at__gt=at)
    return running.select_related("person", "shielded_by").order_by("ends_at", "pk")


def blocks_ahead() -> QuerySet[FocusBlock]:
    """What is planned and has not begun, the next first."""
    planned = FocusBlock.objects.filter(over_at=None, begun_at=None, ends_at__gt=clock.now())
    return planned.select_related("person", "shielded_by").order_by("begins_at", "pk")


def block_of(person: Person) -> FocusBlock | None:
    """The block in which somebody is now; asks the database only about those who are undisturbed."""
    if not is_undisturbed(person):
        return None
    return blocks_now().filter(person=person).first()


def not_over(people: Collection[Person], begins: datetime, ends: datetime) -> QuerySet[FocusBlock]:
    """The blocks of some people, planned or running, that overlap with a time."""
    found = FocusBlock.objects.filter(over_at=None, begins_at__lt=ends, ends_at__gt=begins)
    return found.filter(person__in=people).select_related("person").order_by("begins_at", "pk")


def shielded_by(person: Person, begins: datetime, ends: datetime) -> FocusBlock | None:
    """The first block overlapping with a time for which somebody is named as the shield."""
    found = FocusBlock.objects.filter(over_at=None, begins_at__lt=ends, ends_at__gt=begins, shielded_by=person)
    return found.select_related("person").order_by("begins_at").first()


def shields_of(block: FocusBlock, at_the_desk: list[Person] | None = None) -> list[Person]:
    """Whom to turn to while somebody is in focus: who was named, else whoever holds the rapid desk (now)."""
    if block.shielded_by is not None:
        return [block.shielded_by]
    if block.is_announced:
        return []
    return holders() if at_the_desk is None else at_the_desk


def shielded_now() -> list[tuple[FocusBlock, list[Person]]]:
    """Who is in focus, each with whom to turn to meanwhile."""
    at_the_desk = holders()
    return [(block, shields_of(block, at_the_desk)) for block in blocks_now()]


def told_about(people: Iterable[Person], by: Person) -> dict[int, str]:
    """What `by` is told before they mention or ask those of `people` who are in focus, by key."""
    wanted = [person for person in people if is_undisturbed(person) and person.pk != by.pk]
    if not wanted:
        return {}
    keys = {person.pk for person in wanted}
    return {block.person_id: told_before(block, who) for block, who in shielded_now() if block.person_id in keys}


def is_alone(person: Person) -> bool:
    """Whether IT is a team of one: no colleague could shield them."""
    return not agents().exclude(pk=person.pk).exists()


def has_shield(person: Person, begins: datetime, ends: datetime) -> bool:
    """Whether somebody else holds the rapid desk for all of a time."""
    return holders_throughout(begins, ends, other_than=person)


def announced_now() -> FocusBlock | None:
    """Project time of a team of one, which customers read of; None in nearly all houses at nearly all times."""
    return blocks_now().filter(is_announced=True).first()


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody until their focus ends."""

    block: FocusBlock
    mentions: list[Message]
    tickets: frozenset[int]  # asked to take on

    @property
    def count(self) -> int:
        return len(self.mentions) + len(self.tickets)


def waiting_for(person: Person) -> Waiting | None:
    """What waits for somebody in focus, of what they serve; None when they are not."""
    block = block_of(person)
    if block is None:
        return None
    since = block.begun_at or block.begins_at
    pierced = Pierce.objects.filter(block=block, message__isnull=False).values("message")
    mentions = Message.objects.filter(mentions=person, at__gte=since).exclude(Q(author=person) | Q(pk__in=pierced))
    mentions = mentions.exclude(ticket__customer=person)
    mentions = mentions.exclude(ticket__service_class__in=classes_hidden_from(person))
    return Waiting(block, list(mentions.order_by("-at")), frozenset(held_tickets(block, person)))


def held_tickets(block: FocusBlock, person: Person) -> Sequence[int]:
    """Numbers of the tickets that somebody was asked to take on in a block, and still has and serves."""
    held = HeldAssignment.objects.filter(block=block).values("ticket")
    return list(tickets_served_by(person).filter(pk__in=held, assignee=person).values_list("pk", flat=True))
