"""Keeping each lane in its order: at once when a ticket changes, and as time passes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from foredesk.calendars.queries import working_time_at
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.tickets.enums import TO_DO
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import with_people

from ..models import Place
from ..queries.usual import usual_work
from ..rules.order import Standing, held_up

# Weights that moved by less stay as they are: most of a lane is not written anew every minute.
NOTICED = 0.02
AT_ONCE = 2_000
_WRITTEN = [field.name for field in Place._meta.concrete_fields if not field.primary_key]
# What of a ticket its place is worked out from.
MOVED_BY = frozenset(
    {
        "ahead",
        "assignee",
        "is_outage",
        "lane",
        "people_held_up",
        "service_class",
        "severity",
        "solution_target",
        "state",
    }
)
_PLACED = "_placed"  # under which a ticket in memory carries what was last written of it


def place(ticket: Ticket) -> None:
    """Put a ticket in its place, or take it out of the lane's order when somebody else has the next move."""
    if ticket.state not in TO_DO:
        if getattr(ticket, _PLACED, "") is not None:
            Place.objects.filter(pk=ticket.pk).delete()
            setattr(ticket, _PLACED, None)
        return
    found = place_of(ticket)
    facts = tuple(getattr(found, name) for name in _FACTS)
    if getattr(ticket, _PLACED, None) != facts:  # an action writes several times, and mostly something else
        _store([found])
        setattr(ticket, _PLACED, facts)


_FACTS = [field.attname for field in Place._meta.concrete_fields if field.name not in {"ticket", "weight"}]


def place_of(ticket: Ticket) -> Place:
    customer = ticket.customer
    at = customer.department or customer.place
    site = at.site_id if at else None
    found = Place(
        ticket=ticket,
        lane_id=ticket.lane_id,
        service_class_id=ticket.service_class_id,
        site=site,
        asked_at=ticket.created_at,
        held_up=held_up(ticket.people_held_up, ticket.severity),
        target=max(1.0, working_time_at(site).between(ticket.created_at, ticket.solution_target).total_seconds() / 60),
        touch=usual_work(ticket.service_class).minutes,
        is_outage=ticket.is_outage,
        came_back=bool(ticket.ahead),
        is_free=ticket.assignee_id is None,
    )
    found.tier, found.weight = standing_of(found, clock.now()).place
    return found


def standing_of(place: Place, now: datetime) -> Standing:
    """What counts for a place at a moment."""
    return Standing(
        place.ticket_id,
        place.held_up,
        place.asked_at.timestamp(),
        working_time_at(place.site).between(place.asked_at, now).total_seconds() / 60,
        place.target,
        place.touch,
        place.is_outage,
        place.came_back,
    )


def _store(places: Iterable[Place]) -> None:
    Place.objects.bulk_create(places, update_conflicts=True, unique_fields=["ticket"], update_fields=_WRITTEN)


def reorder() -> int:
    """Work out every place anew and write those that moved, in pieces; the number of those written.

    Called every minute. Two workers may do so at once: each piece is locked, and read again under its lock.
    """
    usual, now = _usual_by_class(), clock.now()
    moved = [one.pk for one in Place.objects.iterator(AT_ONCE) if _moves(one, usual, now)]
    for start in range(0, len(moved), AT_ONCE):
        with transaction.atomic():
            # Locked: a ticket that is closed meanwhile takes its place away, and must not find it written again.
            locked = list(
                Place.objects.select_for_update().filter(pk__in=moved[start : start + AT_ONCE]).order_by("pk")
            )
            # Updated, not stored as a whole: that would ask for the tickets too, which whoever works on them holds
            # while waiting for their places.
            changed = [one for one in locked if _moves(one, usual, now)]
            Place.objects.bulk_update(changed, ["tier", "weight", "touch"], batch_size=500)
    return len(moved)


def _usual_by_class() -> Mapping[int, float]:
    classes = ServiceClass.objects.only("usual_size")
    return {one.pk: usual_work(one).minutes for one in classes}


def _moves(place: Place, usual: Mapping[int, float], now: datetime) -> bool:
    """Bring a place in memory up to date; whether it moved by enough to be written."""
    tier, weight, touch = place.tier, place.weight, place.touch
    place.touch = usual[place.service_class_id]
    found = standing_of(place, now).place
    if (found[0], place.touch) == (tier, touch) and abs(found[1] - weight) <= NOTICED * abs(weight):
        return False
    place.tier, place.weight = found
    return True


def place_those_missed() -> int:
    """Place what came in bulk, and take out what went so; the number of both."""
    gone, _by_model = Place.objects.filter(~Exists(_TO_DO.filter(pk=OuterRef("pk")))).delete()
    placed = 0
    while new := _place_some():
        placed += new
    return gone + placed


_TO_DO = Ticket.objects.filter(state__in=TO_DO)


@transaction.atomic
def _place_some() -> int:
    unplaced = _TO_DO.filter(~Exists(Place.objects.filter(pk=OuterRef("pk")))).order_by("pk")
    # Locked: one that is closed meanwhile must not find itself placed.
    found = with_people(unplaced).select_for_update(of=("self",))[:AT_ONCE]
    places = [place_of(ticket) for ticket in found]
    _store(places)
    return len(places)
