"""Who holds the rapid desk, when, and when nobody does."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from foredesk.calendars.queries import working_time_at
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.people.queries import agents

from .. import rules
from ..models import Absence, Shift, Slot, Swap


def roster_zone() -> ZoneInfo:
    """The zone by whose clock slots are read: the default calendar's."""
    return working_time_at(None).zone


def slots() -> QuerySet[Slot]:
    return Slot.objects.select_related("person").order_by("weekday", "begins", "pk")


def shifts_held() -> QuerySet[Shift]:
    """All shifts that somebody holds: not those of people who are away that day, or no longer of IT."""
    away = Absence.objects.filter(person=OuterRef("person"), first__lte=OuterRef("date"), last__gte=OuterRef("date"))
    held = Shift.objects.filter(~Exists(away), person__in=agents().order_by().values("pk"))
    return held.select_related("person").order_by("begins_at", "pk")


def shifts_between(begins: datetime, ends: datetime) -> QuerySet[Shift]:
    """The shifts that somebody holds and that overlap with a time."""
    return shifts_held().filter(begins_at__lt=ends, ends_at__gt=begins)


def holders(at: datetime | None = None) -> list[Person]:
    """Who holds the rapid desk at a moment (now)."""
    at = at or clock.now()
    return [shift.person for shift in shifts_held().filter(begins_at__lte=at, ends_at__gt=at)]


def holders_throughout(begins: datetime, ends: datetime, *, other_than: Person) -> bool:
    """Whether somebody other than a person holds the rapid desk for all of a time."""
    held = shifts_between(begins, ends).exclude(person=other_than)
    return not rules.gaps([(begins, ends)], [(shift.begins_at, shift.ends_at) for shift in held])


@dataclass(frozen=True)
class NowAndNext:
    """Who holds the rapid desk now and who comes next; both empty where there is no roster."""

    now: list[Shift]
    next: Shift | None


def now_and_next() -> NowAndNext:
    now = clock.now()
    ahead = list(shifts_held().filter(ends_at__gt=now)[:6])
    held = [shift for shift in ahead if shift.begins_at <= now]
    return NowAndNext(held, next((shift for shift in ahead if shift.begins_at > now), None))


@dataclass(frozen=True)
class Day:
    """One day of the roster: its shifts (also of people who are away), who is away, and when nobody is there."""

    date: date
    shifts: list[Shift]
    away: list[Person]
    gaps: list[rules.Span]
    is_today: bool


def days(first: date, number: int) -> list[Day]:
    """`number` days of the roster from `first` on. Gaps are opening hours of the default calendar, where slots are."""
    time, last = working_time_at(None), first + timedelta(days=number - 1)
    shifts = list(Shift.objects.filter(date__gte=first, date__lte=last).select_related("person").order_by("begins_at"))
    absences = list(Absence.objects.filter(first__lte=last, last__gte=first).select_related("person"))
    of_it = set(agents().values_list("pk", flat=True))
    away = {
        day: [absence.person for absence in absences if absence.first <= day <= absence.last]
        for day in _each(first, number)
    }
    for shift in shifts:
        shift.is_held = shift.person_id in of_it and shift.person not in away[shift.date]  # type: ignore[attr-defined]
    wanted = time.spans(first, last) if Slot.objects.exists() else []
    covered = [(shift.begins_at, shift.ends_at) for shift in shifts if shift.is_held]  # type: ignore[attr-defined]
    open_gaps = [gap for gap in rules.gaps(wanted, covered) if gap[1] > clock.now()]
    today = clock.now().astimezone(time.zone).date()
    return [
        Day(
            date=day,
            shifts=[shift for shift in shifts if shift.date == day],
            away=away[day],
            gaps=[gap for gap in open_gaps if gap[0].astimezone(time.zone).date() == day],
            is_today=day == today,
        )
        for day in _each(first, number)
    ]


def _each(first: date, number: int) -> list[date]:
    return [first + timedelta(days=days) for days in range(number)]


def monday_of_this_week() -> date:
    today = clock.now().astimezone(roster_zone()).date()
    return today - timedelta(days=today.weekday())


def shifts_ahead(person: Person) -> QuerySet[Shift]:
    """The shifts of somebody that have not begun, the next first."""
    return Shift.objects.filter(person=person, begins_at__gt=clock.now()).select_related("person").order_by("begins_at")


def shifts_of_others_ahead(person: Person) -> QuerySet[Shift]:
    """What others hold and has not begun: what somebody may be given in return for a shift."""
    ahead = shifts_held().filter(begins_at__gt=clock.now())
    return ahead.exclude(person=person)


def open_swaps() -> QuerySet[Swap]:
    """What nobody has answered, for shifts that have not begun."""
    swaps = Swap.objects.filter(answered_at=None, shift__begins_at__gt=clock.now())
    return swaps.select_related("shift__person", "in_return__person", "asked_by", "asked_of").order_by("pk")


def swaps_asked_of(person: Person) -> QuerySet[Swap]:
    return open_swaps().filter(asked_of=person)


def swaps_asked_by(person: Person) -> QuerySet[Swap]:
    return open_swaps().filter(asked_by=person)


def absences_ahead() -> QuerySet[Absence]:
    """Who is away today or later."""
    today = clock.now().astimezone(roster_zone()).date()
    return Absence.objects.filter(last__gte=today).select_related("person").order_by("first", "pk")
