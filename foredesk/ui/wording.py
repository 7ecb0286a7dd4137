"""Times and spans in the words that people use."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foredesk.kit import clock

MINUTES_OF_A_WORKING_DAY = 8 * 60


def formatted(moment: datetime, pattern: str) -> str:
    """A moment of the active zone by Django's date format, remembered: lists tell the same ones again and again."""
    # Without its zone: two equal moments of different zones read differently.
    return _formatted(moment.replace(tzinfo=None), pattern, get_language() or "")


@lru_cache(maxsize=4096)
def _formatted(moment: datetime, pattern: str, language: str) -> str:
    return date_format(moment, pattern)


def when(moment: datetime) -> str:
    """A moment as the reader would say it, in the active zone: “today 14:10”, “Tue 14:10”, “12 March”."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now()).date()
    hour = formatted(local, "G:i")
    days = (local.date() - today).days
    if days == 0:
        return _("today %(hour)s") % {"hour": hour}
    if days == -1:
        return _("yesterday %(hour)s") % {"hour": hour}
    if days == 1:
        return _("tomorrow %(hour)s") % {"hour": hour}
    if -6 <= days <= 6:
        return _("%(weekday)s %(hour)s") % {"weekday": formatted(local, "D"), "hour": hour}
    return day(local.date(), today)


def day(of: date, today: date | None = None) -> str:
    """A date, with its year only when that is another one."""
    today = today or timezone.localtime(clock.now()).date()
    return date_format(of, "j F") if of.year == today.year else date_format(of, "j F Y")


def ago(moment: datetime) -> str:
    """How far a moment lies from now: “just now”, “12 min ago”, “in 3 h 20”."""
    span = clock.now() - moment
    if abs(span) < timedelta(minutes=1):
        return _("just now")
    words = duration(abs(span))
    return (_("%(span)s ago") if span > timedelta() else _("in %(span)s")) % {"span": words}


def minutes_of(span: timedelta | float) -> int:
    """Whole minutes of a span given as a timedelta or in minutes; never below zero."""
    return max(0, int(span.total_seconds() // 60 if isinstance(span, timedelta) else span))


def duration(span: timedelta | float) -> str:
    """A span (timedelta, or minutes) in words: “40 min”, “3 h 20”, “2 days”."""
    return _in_words(minutes_of(span), 24 * 60)


def working(span: timedelta | float) -> str:
    """A span of working time in words; a working day counts as eight hours, whatever the site's own hours are."""
    return _in_words(minutes_of(span), MINUTES_OF_A_WORKING_DAY)


def _in_words(minutes: int, minutes_of_a_day: int) -> str:
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    days, rest = divmod(minutes, minutes_of_a_day)
    if days == 0 or (days == 1 and rest and minutes < 24 * 60):
        hours, rest = divmod(minutes, 60)
        if rest:
            return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}
        return _("%(hours)s h") % {"hours": hours}
    # Past two days nobody counts hours any more.
    hours = rest // 60 if days < 2 else 0
    if hours:
        return _("%(days)s day %(hours)s h") % {"days": days, "hours": hours}
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def held_up(severity: str, people: int) -> str:
    """How badly how many people are held up: “3 people stopped”."""
    words = {
        "stopped": ngettext("%(people)s person stopped", "%(people)s people stopped", people),
        "slowed": ngettext("%(people)s person slowed", "%(people)s people slowed", people),
        "annoyed": ngettext("%(people)s person annoyed", "%(people)s people annoyed", people),
    }
    unknown = ngettext("%(people)s person held up", "%(people)s people held up", people)
    return words.get(severity, unknown) % {"people": people}
