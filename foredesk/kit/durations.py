"""Spans of working time as people write and read them: "30 min", "4 h", "2 days". A day is eight working hours."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MINUTES_OF_A_DAY = 8 * 60

_UNITS = {
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], 1),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], 60),
    **dict.fromkeys(["d", "day", "days"], MINUTES_OF_A_DAY),
    **dict.fromkeys(["w", "week", "weeks"], 5 * MINUTES_OF_A_DAY),
}
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)")
_CLOCK = re.compile(r"(\d+):([0-5]\d)")
_MOST = 260 * MINUTES_OF_A_DAY  # a working year; beyond it somebody mistyped
_LONGEST = 40  # characters; no span takes more, and a number may have too many digits to be one


class NotADuration(ValueError):
    """Words that say no span; the message is a sentence for people."""


def parse_duration(words: str) -> int:
    """Minutes of working time in words such as “30 min”, “4 h”, “1 h 30”, “1:30”, “2 days”, “1.5 days”, “45”.

    A bare number is minutes. Raises `NotADuration` with a sentence that says how to write it.
    """
    text = words.casefold().replace(" and ", " ").strip()
    if len(text) > _LONGEST:
        raise NotADuration(_not_understood(f"{text[:_LONGEST]}…"))
    clock = _CLOCK.fullmatch(text)
    minutes = int(clock[1]) * 60 + int(clock[2]) if clock else _sum_of_parts(text, words)
    if minutes < 1:
        raise NotADuration(_("Please give at least one minute."))
    if minutes > _MOST:
        raise NotADuration(_("That is more than a working year. A day has 8 working hours: “2 days”, “10 days”."))
    return minutes


def _sum_of_parts(text: str, words: str) -> int:
    if not text or _PART.sub("", text).strip(" ,"):
        raise NotADuration(_not_understood(words))
    total, last = 0.0, 0
    for number, unit in _PART.findall(text):
        # "1 h 30": a number without a unit that follows hours is minutes.
        size = _UNITS.get(unit, 0) if unit else 1
        if not size or (last and size >= last):
            raise NotADuration(_not_understood(words))
        total += float(number.replace(",", ".")) * size
        last = size
    return round(total)


def _not_understood(words: str) -> str:
    return _("“%(words)s” is not clear to us. Write it like “30 min”, “4 h”, “1 h 30” or “2 days” (of 8 hours).") % {
        "words": words.strip()
    }


def duration_words(minutes: int) -> str:
    """Exactly these minutes of working time, as `parse_duration` reads them: “30 min”, “1 h 30”, “2 days 4 h”."""
    days, rest = divmod(minutes, MINUTES_OF_A_DAY)
    hours, rest = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(days)s day", "%(days)s days", days) % {"days": days})
    if hours and rest and not days:
        return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}
    if hours:
        parts.append(_("%(hours)s h") % {"hours": hours})
    if rest or not parts:
        parts.append(_("%(minutes)s min") % {"minutes": rest})
    return " ".join(parts)


def promise_words(minutes: int) -> str:
    """The same in a sentence for customers: “30 working minutes”, “4 working hours”, “2 working days”."""
    if minutes % MINUTES_OF_A_DAY == 0 and minutes:
        days = minutes // MINUTES_OF_A_DAY
        return ngettext("one working day", "%(days)s working days", days) % {"days": days}
    if minutes % 60 == 0 and minutes:
        hours = minutes // 60
        return ngettext("one working hour", "%(hours)s working hours", hours) % {"hours": hours}
    if minutes < 60:
        return ngettext("one working minute", "%(minutes)s working minutes", minutes) % {"minutes": minutes}
    return _("%(span)s of working time") % {"span": duration_words(minutes)}


class DurationField(forms.CharField):
    """A small text field for a span of working time; its value is a whole number of minutes (None when empty)."""

    default_error_messages = {"required": gettext_lazy("Please say how long, for example “4 h”.")}

    def prepare_value(self, value: Any) -> Any:
        return duration_words(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        words = super().to_python(value)
        if not words:
            return None
        try:
            return parse_duration(words)
        except NotADuration as problem:
            raise ValidationError(str(problem), code="not_a_duration") from problem

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "size": "12", "autocomplete": "off", "class": "short"}
