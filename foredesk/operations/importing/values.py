"""What the cells of another system mean: moments, addresses, names, words."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

# What systems write where they have nothing to say.
NOTHING = frozenset({"", "-", "--", "–", "?", "n/a", "na", "none", "null", "nil", "nan", "nat", "(null)", "(empty)",
                     "\\n", "#n/a"})  # fmt: skip
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks and zones may be wrong by as much

_MONTHS = {
    name: month
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
    )
    for month, name in enumerate(names.split(), 1)
}
_NUMBERS = re.compile(
    r"(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})"
    r"(?:[T,\s]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:\w+,\s+)?(?:(?P<day>\d{1,2})[.\s/-]+(?P<month>[^\W\d]+)\.?|(?P<month2>[^\W\d]+)\.?\s+(?P<day2>\d{1,2}))"
    r"[,.\s/-]+(?P<year>\d{4}|\d{2})"
    r"(?:[T,\s]+(?:at\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


class BadValue(ValueError):
    """A cell that cannot be what it has to be; the text is a sentence about it."""


def said(cell: str) -> str:
    """The words of a cell without space around them; "" for what says nothing (“n/a”, “null”)."""
    words = cell.strip()
    return "" if words.casefold() in NOTHING else words


def short(words: str) -> str:
    """Words as a sentence about them quotes them."""
    line = " ".join(words.split())
    return line if len(line) <= 60 else line[:59] + "…"


def moment(words: str, *, zone: ZoneInfo, day_first: bool = True, now: datetime) -> tuple[datetime, bool]:
    """A moment in UTC and whether a time of the day was said: ISO 8601, what people write, seconds since 1970.

    Without a zone it is one of `zone`; two-digit years are of 1970 to 2069. Raises BadValue.
    """
    try:
        found, has_time = _iso(words) or _epoch(words) or _written(words, day_first)
    except (ValueError, OverflowError) as error:
        raise BadValue(_("“%(words)s” is no date that we can read.") % {"words": short(words)}) from error
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        found = found.astimezone(UTC)
    except OverflowError as error:
        raise BadValue(_("“%(words)s” is no date that we can read.") % {"words": short(words)}) from error
    if found < EARLIEST:
        raise BadValue(_("“%(words)s” is before 1970.") % {"words": short(words)})
    if found > now + AHEAD:
        raise BadValue(_("“%(words)s” lies in the future.") % {"words": short(words)})
    return found, has_time


def _iso(words: str) -> tuple[datetime, bool] | None:
    if not (words[:4].isdecimal() and words[4:5] == "-"):
        return None
    try:
        return datetime.fromisoformat(words), len(words) > 10
    except ValueError:
        return None  # perhaps 2022-9-20


def _epoch(words: str) -> tuple[datetime, bool] | None:
    if not re.fullmatch(r"\d{9,10}(\.\d+)?|\d{12,13}", words, re.ASCII):
        return None
    seconds = float(words) / (1000 if len(words) >= 12 and "." not in words else 1)
    return datetime.fromtimestamp(seconds, tz=UTC), True


def _written(words: str, day_first: bool) -> tuple[datetime, bool]:
    if match := _NUMBERS.fullmatch(words):
        parts = match.groupdict()
        first, second, third = int(parts["a"]), int(parts["b"]), int(parts["c"])
        if len(parts["a"]) == 4:
            year, month, day = first, second, third
        else:
            # Where only one order makes a date, that one was meant.
            day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
            year = _year(parts["c"], third)
    elif match := _WORDS.fullmatch(words):
        parts = match.groupdict()
        day, year = int(parts["day"] or parts["day2"]), _year(parts["year"], int(parts["year"]))
        month = _MONTHS.get((parts["month"] or parts["month2"]).casefold(), 0)
    else:
        raise ValueError(words)
    hour = int(parts["hour"] or 0)
    if half := (parts["half"] or "").lower()[:1]:
        hour = hour % 12 + (12 if half == "p" else 0)
    found = datetime(year, month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0))  # noqa: DTZ001
    if zone := (parts["zone"] or "").upper():
        offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
        found = datetime.fromisoformat(f"{found.isoformat()}{offset}")
    return found, parts["hour"] is not None


def _year(digits: str, year: int) -> int:
    if len(digits) not in {2, 4}:
        raise ValueError(digits)
    return year if len(digits) == 4 else 1900 + year if year >= 70 else 2000 + year


def address(words: str) -> str:
    """A mail address in small letters, out of “Name <address>” too. Raises BadValue."""
    if match := re.fullmatch(r"[^<>]*<([^<>\s]+)>", words):
        words = match[1]
    words = words.removeprefix("mailto:").strip().lower()
    try:
        validate_email(words)
    except ValidationError as error:
        raise BadValue(_("“%(words)s” is no mail address.") % {"words": short(words)}) from error
    if len(words) > 254:
        raise BadValue(_("The mail address is longer than 254 characters."))
    return words


def name(words: str) -> str:
    """Somebody's name on one line; “Ortiz, Maya” the way it is spoken. Raises BadValue for a very long one."""
    line = " ".join(words.split())
    last, comma, first = line.partition(", ")
    if comma and first and "," not in first and len(last.split()) <= 3:
        line = f"{first} {last}"
    return fitting(line, 120, _("The name"))


def fitting(words: str, most: int, what: str) -> str:
    """Words that are no longer than `most` characters. Raises BadValue."""
    if len(words) > most:
        raise BadValue(
            _("%(what)s has %(count)d characters; %(most)d fit.") % {"what": what, "count": len(words), "most": most}
        )
    return words
