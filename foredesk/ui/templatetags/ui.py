"""The template library of the design system: `{% load ui %}`."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from foredesk.kit.html import render_markdown
from foredesk.ui import wording

register = template.Library()

CHIPS = {"plain", "good", "warn", "bad"}
# More bars than this are no longer counted at a glance; the rest follows as a number.
MOST_BARS = 4
SEVERITIES = {"stopped": 18, "slowed": 11, "annoyed": 5}
TINTS = 6


@lru_cache(maxsize=256)
def _drawn(name: str, classes: str) -> SafeString:
    attributes = {"class": classes, "aria-hidden": "true", "focusable": "false"}
    try:
        drawing = lucide(name, size=None, **attributes)
    except IconDoesNotExist:
        # A misspelt icon must not cost anybody the page; tests/ui/test_icons.py finds it.
        drawing = lucide("circle", size=None, **attributes)
    return mark_safe(drawing.replace('width="24"', 'width="1em"', 1).replace('height="24"', 'height="1em"', 1))


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A Lucide icon as large as the text beside it; hidden from screen readers: the words say it."""
    return _drawn(name, f"icon {classes}".strip())


@register.simple_tag
def face(person: Any, size: str = "") -> SafeString:
    """The initials of somebody in a circle of their own tint; decoration beside the name. `size`: "small", "large"."""
    if person is None:
        return format_html('<span class="face face-it {}" aria-hidden="true">{}</span>', size, icon("leaf"))
    return _face((person.pk or 0) % TINTS, size, person.initials)


@lru_cache(maxsize=4096)
def _face(tint: int, size: str, initials: str) -> SafeString:
    return format_html(
        '<span class="face tint-{} {}" aria-hidden="true">{}</span>', tint, f"face-{size}" if size else "", initials
    )


@register.simple_tag
def when(moment: datetime | None) -> SafeString | str:
    """A <time> in the reader's zone: “today 14:10”, “Tue 14:10”, “12 March”; "" for no moment."""
    return _time(moment, wording.when(moment)) if moment else ""


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """A <time> told as its distance from now: “12 min ago”, “in 3 h 20”; "" for no moment."""
    return _time(moment, wording.ago(moment)) if moment else ""


def _time(moment: datetime, words: str) -> SafeString:
    local = timezone.localtime(moment)
    title = wording.formatted(local, "l j F Y, G:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="minutes"), title, words)


@register.filter
def duration(span: timedelta | float | None) -> str:
    """Minutes or a timedelta in words: “40 min”, “3 h 20”, “2 days”; "" for None."""
    return "" if span is None else wording.duration(span)


@register.filter
def working(span: timedelta | float | None) -> str:
    """Minutes or a timedelta of working time in words, eight hours to the day; "" for None."""
    return "" if span is None else wording.working(span)


@register.simple_tag
def held(severity: str, people: int = 1) -> SafeString:
    """How badly how many people are held up: a bar a person, and its height is the severity."""
    return _bars(severity, max(1, int(people or 1)), get_language() or "")


@lru_cache(maxsize=512)
def _bars(severity: str, people: int, language: str) -> SafeString:
    # Every row of every list draws them, and there are few different ones; `language` is that of the words in them.
    height = SEVERITIES.get(severity, SEVERITIES["annoyed"])
    drawn = min(people, MOST_BARS)
    bars = format_html_join(
        "",
        '<rect class="rail" x="{0}" y="1" width="6" height="18" rx="1.5"></rect>'
        '<rect class="level" x="{0}" y="{1}" width="6" height="{2}" rx="1.5"></rect>',
        ((n * 8, 19 - height, height) for n in range(drawn)),
    )
    more = (
        format_html('<span class="held-more" aria-hidden="true">+{}</span>', people - drawn) if people > drawn else ""
    )
    words = wording.held_up(severity, people)
    width = drawn * 8 - 2
    return format_html(
        '<span class="held held-{}" title="{}"><svg role="img" aria-label="{}" width="{}" height="20" '
        'viewBox="0 0 {} 20">{}</svg>{}</span>',
        severity, words, words, width, width, bars, more,
    )  # fmt: skip


@register.simple_tag
def chip(text: Any, kind: str = "plain", symbol: str = "") -> SafeString:
    """A short state in a word; its colour ("plain", "good", "warn", "bad") repeats what sign and word say."""
    kind = kind if kind in CHIPS else "plain"
    symbol = symbol or {"good": "check", "warn": "clock-alert", "bad": "triangle-alert"}.get(kind, "")
    return _chip(conditional_escape(text), kind, symbol)


@lru_cache(maxsize=1024)
def _chip(escaped: SafeString, kind: str, symbol: str) -> SafeString:
    return format_html('<span class="chip chip-{}">{}{}</span>', kind, icon(symbol) if symbol else "", escaped)


@register.simple_tag
def timebar(spent: timedelta | float, total: timedelta | float) -> SafeString:
    """How much of a span is used (both working time: timedeltas or minutes), as a bar and in words."""
    used, whole = wording.minutes_of(spent), max(1, wording.minutes_of(total))
    share = used / whole
    state = "bad" if share >= 1 else "warn" if share >= 0.75 else "good"
    if share >= 1 and used - whole < 1:
        words = _("the time is up")
    elif share >= 1:
        words = _("past by %(span)s") % {"span": wording.working(used - whole)}
    else:
        words = _("%(spent)s of %(total)s") % {"spent": wording.working(used), "total": wording.working(whole)}
    return format_html(
        '<span class="timebar timebar-{}"><svg width="100" height="6" viewBox="0 0 100 6" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="rail" width="100" height="6"></rect>'
        '<rect class="level" width="{}" height="6"></rect></svg><span class="timebar-words">{}</span></span>',
        state, round(min(1.0, share) * 100), words,
    )  # fmt: skip


@register.simple_tag
def markdown(text: str | None) -> SafeString:
    """What somebody wrote, as safe HTML inside `.prose`."""
    return format_html('<div class="prose">{}</div>', render_markdown(text or ""))


@register.inclusion_tag("ui/partials/field.html")
def field(bound: BoundField, label: str = "", hide_label: bool = False) -> dict[str, Any]:
    """One field of a form: its label, help, error and input, tied together for screen readers."""
    return {"field": bound, "label": label or bound.label, "shape": _shape(bound), "hide_label": hide_label}


def _shape(bound: BoundField) -> str:
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "files"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "line"


@register.inclusion_tag("ui/partials/form.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """All fields of a form, with the summary of what to mend above them."""
    return {"form": form}


@register.inclusion_tag("ui/partials/problems.html")
def problems(form: forms.BaseForm) -> dict[str, Any]:
    """What to mend in a form: a summary with a link to each field, focused when the page opens."""
    return {"form": form, "broken": [bound for bound in form if bound.errors]}


@register.inclusion_tag("ui/partials/empty.html")
def empty(title: str, text: str = "", symbol: str = "leaf", url: str = "", action: str = "") -> dict[str, Any]:
    """What a page says when there is nothing on it: what it is for, and the first step."""
    return {"title": title, "text": text, "icon": symbol, "url": url, "action": action}
