"""Who may do what with roster and focus, and how it is counted and told."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from foredesk.kit.working_time import moment
from foredesk.people.models import Person
from foredesk.people.rules import is_agent, is_lead

from ..models import Definition, FocusBlock, Shift, Slot

LENGTHS = (25, 50, 90)  # minutes of a block that begins now
LONGEST = timedelta(hours=4)
AHEAD = timedelta(days=28)  # how far blocks are planned, less far than shifts stand
LAID_OUT_DAYS = 35
FIGURE_DAYS = 28
Span = tuple[datetime, datetime]


def can_see_shield(person: Person) -> bool:
    return is_agent(person)


def can_shape_roster(person: Person) -> bool:
    """Set the pattern, the definition of an emergency, and others' absences."""
    return is_lead(person)


def can_end(person: Person, block: FocusBlock) -> bool:
    """Nobody ends another's focus: an emergency pierces it."""
    return person.pk == block.person_id and block.over_at is None


def can_be_asked(person: Person, shift: Shift) -> bool:
    return is_agent(person) and person.pk != shift.person_id


def span_of(slot: Slot, day: date, zone: ZoneInfo) -> Span | None:
    """When a slot begins and ends on a day, in UTC; None where the clocks skip all of it."""
    begins, ends = moment(day, slot.begins, zone), moment(day, slot.ends, zone)
    return (begins, ends) if begins < ends else None


def gaps(wanted: Iterable[Span], covered: Iterable[Span]) -> list[Span]:
    """What of the spans `wanted` none of those `covered` covers, in order."""
    cover = sorted(covered)
    found = []
    for begins, ends in sorted(wanted):
        at = begins
        for covers, until in cover:
            if until <= at:
                continue
            if covers >= ends:
                break
            if covers > at:
                found.append((at, covers))
            at = max(at, until)
        if at < ends:
            found.append((at, ends))
    return found


def halves(opens: time, closes: time) -> tuple[tuple[time, time], tuple[time, time]]:
    """A day's opening hours as a morning and an afternoon, which begins on the full hour nearest to the middle."""
    first, last = (each.hour * 60 + each.minute for each in (opens, closes))
    middle = round((first + last) / 120) * 60
    if not first < middle < last:
        middle = (first + last) // 2
    noon = time(middle // 60, middle % 60)
    return (opens, noon), (noon, closes)


def kept_until(block: FocusBlock, pierced_at: Sequence[datetime]) -> datetime:
    """Until when a block that is over was undisturbed: its end, the early one, or the first pierce."""
    end = min(block.over_at or block.ends_at, block.ends_at)
    return max(block.begins_at, min([end, *pierced_at]))


def causes_of(definition: Definition) -> list[str]:
    return [cause for line in definition.causes.splitlines() if (cause := line.strip())]


def new_token() -> str:
    """The secret of a calendar's address: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a secret (it is random and long, so a plain SHA-256 will do)."""
    return sha256(token.encode()).hexdigest()


def focus_event(kind: str, block: FocusBlock, at: datetime, shield: Iterable[str]) -> dict[str, Any]:
    """What `signals` says of a block."""
    return {
        **_event(kind, block, at, block.over_at or block.ends_at),
        "shield": list(shield),
        "announced": block.is_announced,
    }


def shift_event(shift: Shift, at: datetime) -> dict[str, Any]:
    return _event("shift.begun", shift, at, shift.ends_at)


def _event(kind: str, about: FocusBlock | Shift, at: datetime, ends_at: datetime) -> dict[str, Any]:
    return {
        "type": kind,
        "id": about.pk,
        "at": at.isoformat(),
        "person": about.person_id,
        "name": about.person.full_name,
        "begins_at": about.begins_at.isoformat(),
        "ends_at": ends_at.isoformat(),
    }
