from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import Week
from foredesk.people.models import Person, Site

from . import queries, rules
from .models import Calendar, ClosedDay, OpeningHours


@transaction.atomic
def create_calendar(
    *, by: Person, name: str, timezone: str, country: str = "", subdivision: str = "", hours: Week = rules.OFFICE_WEEK
) -> Calendar:
    """A new calendar; the first one is used wherever no other is set. Raises `Refused`."""
    _refuse_taken_name(name)
    rules.refuse_unknown_place(timezone, country, subdivision)
    calendar = Calendar.objects.create(
        name=name,
        timezone=timezone,
        country=country,
        subdivision=subdivision,
        is_default=not Calendar.objects.filter(is_default=True).exists(),
    )
    record(by=by, tag="calendar:created", about=calendar, name=name)
    change_hours(by=by, calendar=calendar, hours=hours)
    return calendar


@transaction.atomic
def describe_calendar(
    *, by: Person, calendar: Calendar, name: str, timezone: str, country: str = "", subdivision: str = ""
) -> Calendar:
    """Rename a calendar, or move it to another time zone or other public holidays. Raises `Refused`."""
    _refuse_taken_name(name, besides=calendar)
    rules.refuse_unknown_place(timezone, country, subdivision)
    wanted = {"name": name, "timezone": timezone, "country": country, "subdivision": subdivision}
    changed = {field: value for field, value in wanted.items() if getattr(calendar, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(calendar, field, value)
        calendar.save(update_fields=list(changed))
        record(by=by, tag="calendar:described", about=calendar, **changed)
        _forget()
    return calendar


@transaction.atomic
def change_hours(*, by: Person, calendar: Calendar, hours: Week) -> None:
    """Set the opening hours of the week. Raises `Refused` for hours that overlap or never open."""
    rules.refuse_bad_hours(hours)
    if queries.week_of(calendar) == hours:
        return
    calendar.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
        for weekday, intervals in enumerate(hours)
        for opens, closes in intervals
    )
    written = [[f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in intervals] for intervals in hours]
    record(by=by, tag="calendar:hours:changed", about=calendar, hours=written)
    _forget()


@transaction.atomic
def add_closed_day(*, by: Person, calendar: Calendar, date: date, name: str) -> ClosedDay:
    """Close on one date. Raises `Refused` when it is already closed on it."""
    if calendar.closed_days.filter(date=date).exists():
        raise Refused(_("That day is on the list already."), "date")
    try:
        with transaction.atomic():
            day = ClosedDay.objects.create(calendar=calendar, date=date, name=name)
    except IntegrityError as twice:  # somebody else was a moment faster
        raise Refused(_("That day is on the list already."), "date") from twice
    record(by=by, tag="calendar:closed_day:added", about=calendar, date=date.isoformat(), name=name)
    _forget()
    return day


@transaction.atomic
def remove_closed_day(*, by: Person, closed_day: ClosedDay) -> None:
    calendar = closed_day.calendar
    record(by=by, tag="calendar:closed_day:removed", about=calendar, date=closed_day.date.isoformat())
    closed_day.delete()
    _forget()


@transaction.atomic
def set_sites(*, by: Person, calendar: Calendar, sites: Iterable[Site]) -> None:
    """Say which sites keep these hours. A site has one calendar: it leaves the one that it had."""
    wanted = {site.pk: site for site in sites}
    if set(calendar.sites.values_list("pk", flat=True)) == set(wanted):
        return
    for other in Calendar.objects.filter(sites__in=wanted).exclude(pk=calendar.pk).distinct():
        other.sites.remove(*wanted)
    calendar.sites.set(wanted)
    record(by=by, tag="calendar:sites:set", about=calendar, sites=sorted(site.name for site in wanted.values()))
    _forget()


@transaction.atomic
def make_default(*, by: Person, calendar: Calendar) -> None:
    """Use this calendar wherever no other is set."""
    if calendar.is_default:
        return
    Calendar.objects.filter(is_default=True).update(is_default=False)
    calendar.is_default = True
    calendar.save(update_fields=["is_default"])
    record(by=by, tag="calendar:made_default", about=calendar)
    _forget()


@transaction.atomic
def remove_calendar(*, by: Person, calendar: Calendar) -> None:
    """Give a calendar up; its sites then keep the default hours. Raises `Refused` for the default one."""
    if calendar.is_default:
        raise Refused(_("This calendar is used where no other is set. Choose another one for that first."))
    record(by=by, tag="calendar:removed", about=calendar, name=calendar.name)
    calendar.delete()
    _forget()


def _refuse_taken_name(name: str, besides: Calendar | None = None) -> None:
    taken = Calendar.objects.filter(name__iexact=name)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    if taken.exists():
        raise Refused(_("There is a calendar of that name already."), "name")


def _forget() -> None:
    """Now for the rest of this request, and again once others can see the change."""
    queries.forget_known_calendars()
    transaction.on_commit(queries.forget_known_calendars)
