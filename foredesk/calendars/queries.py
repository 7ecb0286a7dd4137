from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from foredesk.kit.remembered import Remembered
from foredesk.kit.working_time import Week, WorkingTime
from foredesk.people.models import Person, Site

from . import rules
from .models import Calendar, ClosedDay, OpeningHours


@dataclass(frozen=True)
class _Known:
    """All calendars as working time, read together: four small queries serve every row of every list."""

    by_site: dict[int, WorkingTime]
    default: WorkingTime


def working_time_of(person: Person) -> WorkingTime:
    """The hours of the site where somebody works: by department, else by place, else the default calendar's.

    In lists, select `department` and `place` together with the person.
    """
    if person.department is not None:
        return working_time_at(person.department.site_id)
    if person.place is not None:
        return working_time_at(person.place.site_id)
    return working_time_at(None)


def working_time_at(site: Site | int | None) -> WorkingTime:
    """The hours of a site (or of the site with this key); the default calendar's when it has none of its own."""
    known = _CALENDARS()
    key = site.pk if isinstance(site, Site) else site
    return known.default if key is None else known.by_site.get(key, known.default)


def forget_known_calendars() -> None:
    """Read the calendars anew at the next question."""
    _CALENDARS.forget()


def _read() -> _Known:
    by_site: dict[int, WorkingTime] = {}
    default = rules.working_time(zone=settings.TIME_ZONE, hours=rules.OFFICE_WEEK)
    for calendar in Calendar.objects.prefetch_related("hours", "closed_days", "sites"):
        its_time = working_time_by(calendar)
        if calendar.is_default:
            default = its_time
        for site in calendar.sites.all():
            by_site[site.pk] = its_time
    return _Known(by_site, default)


_CALENDARS = Remembered(_read)


def working_time_by(calendar: Calendar) -> WorkingTime:
    """The working time that a calendar describes, read from its rows (prefetched or not)."""
    return rules.working_time(
        zone=calendar.timezone,
        hours=week_of(calendar),
        country=calendar.country,
        subdivision=calendar.subdivision,
        closed_days=[day.date for day in calendar.closed_days.all()],
    )


def week_of(calendar: Calendar) -> Week:
    """A calendar's opening hours for each weekday, Monday first."""
    rows: list[OpeningHours] = sorted(calendar.hours.all(), key=lambda row: (row.weekday, row.opens))
    return tuple(tuple((row.opens, row.closes) for row in rows if row.weekday == weekday) for weekday in range(7))


def calendars() -> QuerySet[Calendar]:
    """All calendars with their sites, hours and closed days, the default one first."""
    return Calendar.objects.order_by("-is_default", "name").prefetch_related("sites", "hours", "closed_days")


def sites_with_calendars() -> QuerySet[Site]:
    """All sites, each with the calendar it uses."""
    return Site.objects.prefetch_related("calendars")


@dataclass(frozen=True)
class DayOff:
    """A date on which a calendar is closed; `own` is the entry when it is not a public holiday."""

    date: date
    name: str
    own: ClosedDay | None = None


def days_off(calendar: Calendar, today: date, days: int = 365) -> list[DayOff]:
    """Holidays and own closed days of a calendar from `today` on, for `days` days, in order."""
    last = today + timedelta(days=days)
    found = [
        DayOff(day, name)
        for year in range(today.year, last.year + 1)
        for day, name in rules.holidays_of(calendar.country, calendar.subdivision, year).items()
    ]
    if calendar.pk:
        found += [DayOff(entry.date, entry.name, entry) for entry in closed_days_ahead(calendar, today)]
    return sorted((off for off in found if today <= off.date <= last), key=lambda off: (off.date, off.name))


def closed_days() -> QuerySet[ClosedDay]:
    return ClosedDay.objects.select_related("calendar")


def closed_days_ahead(calendar: Calendar, today: date) -> QuerySet[ClosedDay]:
    """A calendar's own closed days from `today` on."""
    return calendar.closed_days.filter(date__gte=today)
