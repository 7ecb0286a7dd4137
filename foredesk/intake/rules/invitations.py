"""Appointments that come with a mail (iCalendar, RFC 5545; as mail: RFC 6047)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from icalendar import Calendar

from . import charsets
from .letters import Invitation

MAX_SIZE = 256 << 10  # bytes; an invitation has some thousand, a whole calendar is a file and nothing else
MAX_EVENTS = 20


def invitations_in(data: bytes, charset: str = "", method: str = "") -> tuple[Invitation, ...]:
    """What some iCalendar says; none where it cannot be understood. `method` counts where the calendar has none."""
    if len(data) > MAX_SIZE:
        return ()
    try:
        calendar = Calendar.from_ical(charsets.decoded(data, charset))
        method = _text(calendar.get("METHOD")) or method
        found = [_invitation(event, method.upper()) for event in calendar.walk("VEVENT")[:MAX_EVENTS]]
    except Exception:
        # Its parser raises a dozen kinds of errors at broken calendars. The file itself is kept in any case.
        return ()
    return tuple(found)


def _invitation(event: Any, method: str) -> Invitation:
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    duration = _value(event, "DURATION")
    is_all_day = isinstance(start, date) and not isinstance(start, datetime)
    if end is None and isinstance(duration, timedelta) and start is not None:
        end = start + duration
    return Invitation(
        method=method,
        summary=_text(event.get("SUMMARY")),
        starts_at=_moment(start),
        ends_at=_moment(end),
        is_all_day=is_all_day,
        location=_text(event.get("LOCATION")),
        organizer=_who(event.get("ORGANIZER")),
    )


def _who(organizer: Any) -> str:
    """The name that an address goes by (RFC 5545, 3.2.2), else the address."""
    first = organizer[0] if isinstance(organizer, list) and organizer else organizer
    name = _text(getattr(first, "params", {}).get("CN"))
    return name or _text(first).removeprefix("mailto:").removeprefix("MAILTO:")


def _value(event: Any, name: str) -> Any:
    return getattr(event.get(name), "dt", None)


def _moment(value: Any) -> datetime | None:
    """A day: its first moment in UTC. A time without a zone: at the place of this installation (RFC 5545, 3.3.5)."""
    if not isinstance(value, date) or not 1980 <= value.year <= 2200:  # at the ends of time no zone can be counted in
        return None
    if isinstance(value, datetime):
        return value if timezone.is_aware(value) else timezone.make_aware(value)
    return datetime.combine(value, time(), UTC)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return charsets.on_one_line(str(value or ""))
