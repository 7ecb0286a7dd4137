"""A lane as it is served: what IT can act on in the order of work, then what somebody else has the next move on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from django.db.models import Count, OuterRef, Q, QuerySet, Sum

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.counting import CountOf
from foredesk.people.models import Person
from foredesk.people.queries import agents
from foredesk.people.rules import is_agent
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import PAGE, QueueRow, held_in, rows

from ..models import Place, Skill, Skip
from ..rules.order import Tier
from ..rules.why import Seen, why

IN_ORDER = ("tier", "weight", "ticket_id")
SKIPPED_FOR = timedelta(hours=8)  # as long is nobody served again what they have left to a colleague


def places_outside(hidden: Collection[int], lane: str) -> QuerySet[Place]:
    """The places of a lane in its order, without those of the classes `hidden`."""
    # A condition on the lane's key would be a join, and a join has no order.
    those = Place.objects.filter(lane=Lane.objects.filter(key=lane).values("pk")[:1]).order_by(*IN_ORDER)
    return those.exclude(service_class__in=hidden) if hidden else those


_FIRST_PAGE = BuiltOnce(lambda hidden, lane: places_outside(hidden, lane)[: PAGE + 1])


@dataclass(frozen=True)
class Served:
    """A page of a lane; `whys` says of a ticket's number why it stands before the one below it."""

    rows: list[QueueRow]
    whys: dict[int, str]


def lane_in_order(person: Person, lane: LaneKey, after: int | None = None) -> Served:
    """A page of a lane's open tickets that `person` serves, and one more where there is another page.

    `after`: the last one of the page before.
    """
    if not is_agent(person):
        return Served([], {})
    hidden = sorted(classes_hidden_from(person))
    if after is None:
        found = _FIRST_PAGE(hidden, lane)
    else:
        last = Place.objects.filter(pk=after).first()
        found = list(_behind(places_outside(hidden, lane), last)[: PAGE + 1]) if last else []
        after = None if last else after
    numbers = [place.ticket_id for place in found]
    if len(numbers) <= PAGE:
        numbers += held_in(person, lane, after=after)
    listed = rows(numbers[: PAGE + 1])
    return Served(listed, _whys(found, listed))


def _behind(places: QuerySet[Place], last: Place) -> QuerySet[Place]:
    same = Q(tier=last.tier, weight=last.weight, pk__gt=last.pk)
    return places.filter(Q(tier__gt=last.tier) | Q(tier=last.tier, weight__gt=last.weight) | same)


def _whys(places: Sequence[Place], listed: Sequence[QueueRow]) -> dict[int, str]:
    placed = {place.ticket_id: place for place in places}
    seen = [_seen(row, placed[row.ticket.pk]) for row in listed if row.ticket.pk in placed]
    return {one.number: why(one, below) for one, below in zip_longest(seen, seen[1:]) if one is not None}


def _seen(row: QueueRow, place: Place) -> Seen:
    ticket = row.ticket
    return Seen(
        number=ticket.pk,
        tier=Tier(place.tier),
        people=ticket.people_held_up,
        severity=ticket.severity,
        held_up=place.held_up,
        age=row.age,
        target=row.target,
        touch=place.touch,
    )


def next_for(person: Person, lane: str) -> QuerySet[Place]:
    """What `person` can be served from a lane, first to last: free, not their own, for which they have the skills."""
    lacking = Skill.objects.exclude(people=person)
    left = Skip.objects.filter(person=person, at__gt=clock.now() - SKIPPED_FOR)
    return (
        places_outside(sorted(classes_hidden_from(person)), lane)
        .filter(is_free=True)
        .exclude(ticket__customer=person)
        .exclude(service_class__skills__in=lacking)
        .exclude(ticket__in=left.values("ticket"))
    )


def why_here(ticket: Ticket, person: Person) -> str:
    """Why a ticket stands where it stands in its lane; "" when it stands in none."""
    place = Place.objects.filter(pk=ticket.pk).first()
    if place is None:
        return ""
    behind = _behind(places_outside(sorted(classes_hidden_from(person)), ticket.lane.key), place).first()
    found = {place.pk: place} | ({behind.pk: behind} if behind else {})
    return _whys(list(found.values()), rows(list(found))).get(ticket.pk, "")


@dataclass(frozen=True)
class Load:
    """How much work waits in a lane for free hands."""

    lane: Lane
    waiting: int
    minutes: float  # what is usual for all of it together
    people: int

    @property
    def wait(self) -> timedelta:
        """How long one would wait who is served last: the work before them, shared by those who are there."""
        return timedelta(minutes=self.minutes / max(1, self.people))

    @property
    def needs_help(self) -> bool:
        limit = self.lane.spill_over_minutes
        return limit is not None and self.wait > timedelta(minutes=limit)


def loads(person: Person) -> dict[str, Load]:
    """Of both lanes, by key, as far as `person` serves what waits there."""
    work = {lane: (number, minutes) for lane, number, minutes in _WAITING(sorted(classes_hidden_from(person)))}
    return {
        lane.key: Load(lane, *work.get(lane.pk, (0, 0.0)), lane.hands)  # type: ignore[attr-defined]
        for lane in _LANES_WITH_HANDS(clock.now())
    }


_WAITING = BuiltOnce(
    lambda hidden: (
        Place.objects.filter(is_free=True)
        .exclude(service_class__in=hidden)
        .order_by()
        .values_list("lane")
        .annotate(Count("pk"), Sum("touch"))
    )
)


def _lanes_with_hands(now: datetime) -> QuerySet[Lane]:
    """Both lanes, each with how many people work on it who may be interrupted."""
    there = agents().filter(teams__lanes=OuterRef("pk")).exclude(undisturbed_until__gt=now).order_by()
    return Lane.objects.annotate(hands=CountOf(there.values("pk").distinct()))


_LANES_WITH_HANDS = BuiltOnce(_lanes_with_hands)


def lanes_with_people() -> dict[str, int]:
    """How many work on each lane, by its key."""
    return {lane.key: lane.hands for lane in _LANES_WITH_HANDS(clock.now())}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Offer:
    """Where somebody on one lane could help out on the other."""

    load: Load
    is_overload: bool  # the other one is overloaded; else one's own is empty


def offer(lane: LaneKey, person: Person) -> Offer | None:
    """What to offer `person` on the page of a lane: the other one's next request.

    Deep agents are asked when the rapid desk is overloaded; whoever is on a lane where nobody waits, when the other
    has something for them. Nobody is asked who is not to be disturbed.
    """
    if person.undisturbed_until is not None and person.undisturbed_until > clock.now():
        return None
    other = LaneKey.DEEP if lane == LaneKey.RAPID else LaneKey.RAPID
    now = loads(person)
    overloaded = other == LaneKey.RAPID and now[other].needs_help
    empty = not now[lane].waiting and now[other].waiting
    if not (overloaded or empty) or not next_for(person, other).exists():
        return None
    return Offer(now[other], is_overload=overloaded)
