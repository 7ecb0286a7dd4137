import re
from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo, available_timezones

import holidays
from django.utils.translation import gettext as _
from holidays.registry import COUNTRIES

from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import Interval, Week, WorkingTime, first_overlap
from foredesk.people.models import Person
from foredesk.people.rules import is_lead

# "8", "8:30", "8.30"; a hyphen or a dash or "to" between.
_INTERVAL = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|—|to|until)\s*(\d{1,2})(?:[:.h](\d{2}))?")

_OFFICE_DAY = ((time(8), time(17)),)
OFFICE_WEEK: Week = (_OFFICE_DAY,) * 5 + ((), ())  # where nobody has set up a calendar yet


def can_manage_calendars(person: Person) -> bool:
    return is_lead(person)


@lru_cache(maxsize=2000)
def holidays_of(country: str, subdivision: str, year: int) -> dict[date, str]:
    """Public holidays of one year with their names in English where the library has them; empty for no country."""
    if not country:
        return {}
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    except NotImplementedError:  # a country or region that the library has dropped must not stop every clock
        return {}
    return {day: name for day, name in sorted(found.items()) if day.year == year}


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[str, ...]]:
    """Countries (ISO 3166-1 alpha-2) whose holidays are known, with the codes of their regions."""
    return {
        code: tuple(regions)
        for code, regions in sorted(holidays.list_supported_countries(include_aliases=False).items())
    }


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Names of places in the zone database, without its aliases that name no place."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*sorted(places), "UTC")


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """English names of the countries whose holidays are known, by code, in the order of the names."""
    names = {codes[1]: _spaced(codes[0]) for codes in COUNTRIES.values()}
    return dict(sorted(((code, names.get(code, code)) for code in countries()), key=itemgetter(1)))


@lru_cache(maxsize=300)
def region_names(country: str) -> dict[str, str]:
    """Regions of a country with holidays of their own: code and, where the library knows one, name."""
    regions = countries().get(country, ())
    if not regions:
        return {}
    aliases: dict[str, str] = getattr(getattr(holidays, country, None), "subdivisions_aliases", {})
    names: dict[str, str] = {}
    for name, code in aliases.items():
        names.setdefault(code, name)
    return dict(sorted(((code, names.get(code, code)) for code in regions), key=itemgetter(1)))


def _spaced(name: str) -> str:
    """“TrinidadAndTobago” as people write it."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r" (And|Of|The) ", lambda match: match[0].lower(), words)


def refuse_unknown_place(zone: str, country: str, subdivision: str) -> None:
    """Raise `Refused` for a time zone, country or region that nobody knows."""
    if zone not in time_zones():
        raise Refused(_("This time zone is not in the zone database."), "timezone")
    if country and country not in countries():
        raise Refused(_("We do not know the holidays of this country."), "country")
    if subdivision and subdivision not in countries().get(country, ()):
        raise Refused(_("This region does not belong to the country."), "subdivision")


def refuse_bad_hours(hours: Week) -> None:
    """Raise `Refused` for hours that overlap or that are never open."""
    if not any(hours):
        raise Refused(_("Please open at least once a week, or no promise could ever be kept."), "hours")
    if overlap := first_overlap(hours):
        weekday, opening = overlap
        raise Refused(
            _("On %(day)s the hours from %(time)s begin before the ones before them have ended.")
            % {"day": weekday_name(weekday), "time": f"{opening:%H:%M}"},
            f"day_{weekday}",
        )


def weekday_name(weekday: int) -> str:
    """Full name of a weekday; Monday is 0."""
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")][weekday]


def working_time(
    *, zone: str, hours: Week, country: str = "", subdivision: str = "", closed_days: Iterable[date] = ()
) -> WorkingTime:
    """Working time from the parts of a calendar. Raises `ValueError` for overlapping hours or an unknown zone."""
    own = frozenset(closed_days)

    def closed(day: date) -> bool:
        return day in own or day in holidays_of(country, subdivision, day.year)

    return WorkingTime(zone=ZoneInfo(zone), hours=hours, closed=closed)


class NotHours(ValueError):
    """Words that say no opening hours; the message is a sentence for people."""


def parse_day(words: str) -> tuple[Interval, ...]:
    """The intervals in words such as “8:00–12:00, 13–17”; none for “” or “closed”, a whole day for “all day”.

    A night is written “22:00–6:00”. Raises `NotHours` with a sentence that says how to write it.
    """
    text = words.casefold().strip()
    if text in {"", "-", "–", "closed", _("closed")}:
        return ()
    if text in {"all day", "24 h", "24 hours", _("all day")}:
        return ((time(0), time(0)),)
    return tuple(_parse_interval(part) for part in re.split(r"\s*(?:,|;|\band\b|\+)\s*", text) if part)


def _parse_interval(part: str) -> Interval:
    found = _INTERVAL.fullmatch(part.strip())
    if not found:
        raise NotHours(
            _("“%(words)s” is not clear to us. Write hours like “8:00–12:00, 13:00–17:00”.") % {"words": part}
        )
    opens, closes = _clock(found[1], found[2], part), _clock(found[3], found[4], part)
    if opens == closes and opens != time(0):
        raise NotHours(_("“%(words)s” begins when it ends. For a whole day write “all day”.") % {"words": part})
    return opens, closes


def _clock(hours: str, minutes: str | None, part: str) -> time:
    hour, minute = int(hours), int(minutes or 0)
    if (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise NotHours(_("“%(words)s” is no time of the day. It goes from 0:00 to 24:00.") % {"words": part})
    return time(hour, minute)


def day_words(intervals: Iterable[Interval]) -> str:
    """Intervals as `parse_day` reads them."""
    return ", ".join(
        _("all day") if opens == closes else f"{_written(opens)}–{_written(closes) if closes != time(0) else '24:00'}"
        for opens, closes in intervals
    )


def _written(clock: time) -> str:
    return f"{clock.hour}:{clock:%M}"


def week_words(hours: Week) -> list[tuple[str, str]]:
    """Hours told briefly: days with the same hours together (“Monday–Friday”, “8:00–17:00”), closed ones left out."""
    groups: list[tuple[int, int, str]] = []
    for weekday, intervals in enumerate(hours):
        words = day_words(intervals)
        if groups and groups[-1][1] == weekday - 1 and groups[-1][2] == words:
            groups[-1] = (groups[-1][0], weekday, words)
        else:
            groups.append((weekday, weekday, words))
    return [
        (weekday_name(first) if first == last else f"{weekday_name(first)}–{weekday_name(last)}", words)
        for first, last, words in groups
        if words
    ]


def open_minutes(intervals: Iterable[Interval]) -> int:
    """Minutes of the intervals of one day by the clock on the wall."""
    return sum(
        (closes.hour - opens.hour) * 60 + closes.minute - opens.minute + (1440 if closes <= opens else 0)
        for opens, closes in intervals
    )
