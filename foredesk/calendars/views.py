from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit import clock
from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import Week
from foredesk.people.models import Person

from . import actions, queries, rules
from .forms import CalendarForm, ClosedDayForm
from .models import Calendar


class Request(HttpRequest):
    """A request that `allow` has let in: somebody is signed in."""

    user: Person


_DAY_WIDTH = 240  # of the drawing, for 24 hours


@dataclass(frozen=True)
class Bar:
    x: float
    width: float


@dataclass(frozen=True)
class DrawnDay:
    name: str
    words: str
    minutes: int
    y: int
    bars: list[Bar]


def drawn_week(hours: Week) -> list[DrawnDay]:
    """The week as bars on a line of 24 hours each; what a night reaches into the next day is drawn there."""
    bars: list[list[Bar]] = [[] for _day in range(7)]
    for weekday, intervals in enumerate(hours):
        for opens, closes in intervals:
            begin, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
            if closes <= opens:
                bars[weekday].append(_bar(begin, 1440))
                bars[(weekday + 1) % 7].append(_bar(0, end))
            else:
                bars[weekday].append(_bar(begin, end))
    return [
        DrawnDay(
            rules.weekday_name(weekday)[:3],
            rules.day_words(hours[weekday]) or pgettext("hours", "closed"),
            rules.open_minutes(hours[weekday]),
            weekday * 20 + 16,
            [bar for bar in bars[weekday] if bar.width],
        )
        for weekday in range(7)
    ]


def _bar(begin: int, end: int) -> Bar:
    return Bar(round(begin / 1440 * _DAY_WIDTH, 1), round((end - begin) / 1440 * _DAY_WIDTH, 1))


def _glance(week: Week, calendar: Calendar) -> dict[str, object]:
    """What stands beside the form: the week drawn, and the next days off."""
    minutes = sum(rules.open_minutes(day) for day in week)
    return {
        "week": drawn_week(week),
        "ticks": [(40 + hour * _DAY_WIDTH // 24, hour) for hour in range(0, 25, 6)],
        "week_minutes": minutes,
        "week_words": ngettext("%(hours)s hour", "%(hours)s hours", minutes // 60) % {"hours": f"{minutes / 60:g}"},
        "days_off": queries.days_off(calendar, _today())[:8],
    }


def _today() -> date:
    return timezone.localtime(clock.now()).date()


@dataclass(frozen=True)
class Row:
    calendar: Calendar
    hours: list[tuple[str, str]]
    place: str
    is_open: bool


def _country(calendar: Calendar) -> str:
    name = rules.country_names().get(calendar.country, "")
    region = rules.region_names(calendar.country).get(calendar.subdivision, "") if calendar.subdivision else ""
    return f"{name}, {region}" if region else name


@allow(rules.can_manage_calendars)
@require_GET
def calendar_list(request: Request) -> HttpResponse:
    rows = [
        Row(
            one,
            rules.week_words(queries.week_of(one)),
            _country(one),
            queries.working_time_by(one).is_open(clock.now()),
        )
        for one in queries.calendars()
    ]
    return render(request, "calendars/list.html", {"rows": rows})


@allow(rules.can_manage_calendars)
def new_calendar(request: Request) -> HttpResponse:
    form = CalendarForm(request.POST or None, initial=None if request.POST else _as_the_default())
    if request.method == "POST" and form.is_valid() and (calendar := _save(request, form, None)):
        messages.success(request, _("“%(name)s” is ready.") % {"name": calendar.name})
        return redirect("calendars:calendars")
    return render(request, "calendars/form.html", _page(form, None))


def _as_the_default() -> dict[str, object]:
    """A new calendar begins like the one used so far."""
    initial: dict[str, object] = {f"day_{day}": hours for day, hours in enumerate(rules.OFFICE_WEEK)}
    default = queries.calendars().filter(is_default=True).first()
    zone = default.timezone if default else timezone.get_default_timezone_name()
    return initial | {"timezone": zone, "country": default.country if default else ""}


@allow(rules.can_manage_calendars)
def calendar_page(request: Request, pk: int) -> HttpResponse:
    calendar = get_object_or_404(queries.calendars(), pk=pk)
    form = CalendarForm(request.POST or None, calendar=calendar)
    if request.method == "POST" and form.is_valid() and _save(request, form, calendar):
        messages.success(request, _("Saved. Every target counts with these hours from now on."))
        return redirect("calendars:calendar", pk=pk)
    return render(request, "calendars/form.html", _page(form, calendar))


def _save(request: Request, form: CalendarForm, calendar: Calendar | None) -> Calendar | None:
    """All of the form or nothing; None when an action refused, with its sentence at the field."""
    try:
        with transaction.atomic():
            if calendar is None:
                calendar = actions.create_calendar(by=request.user, hours=form.week, **form.description)
            else:
                actions.describe_calendar(by=request.user, calendar=calendar, **form.description)
                actions.change_hours(by=request.user, calendar=calendar, hours=form.week)
            actions.set_sites(by=request.user, calendar=calendar, sites=form.cleaned_data["sites"])
    except Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return None
    return calendar


def _page(
    form: CalendarForm, calendar: Calendar | None, closed_day_form: ClosedDayForm | None = None
) -> dict[str, object]:
    if form.is_bound:
        form.is_valid()
        shown = _shown(calendar.pk if calendar else None, form)
        week = form.week
    else:
        shown = calendar or Calendar(country=str(form.initial.get("country") or ""))
        week = queries.week_of(calendar) if calendar else rules.OFFICE_WEEK
    return {
        "form": form,
        "calendar": calendar,
        "closed_days": queries.closed_days_ahead(calendar, _today()) if calendar else [],
        "closed_day_form": closed_day_form or ClosedDayForm(auto_id="closed_%s"),
        **_glance(week, shown),
    }


@allow(rules.can_manage_calendars)
@require_GET
def preview(request: Request) -> HttpResponse:
    """What the form would make of the week and the holidays, while it is being filled in."""
    form = CalendarForm(request.GET)
    form.is_valid()
    shown = _shown(key_in(request.GET.get("calendar")), form)
    # The regions are sent again only when the country is another one: replacing a field takes the focus from it.
    with_regions = request.GET.get("regions_of") != request.GET.get("country")
    context = {"form": form, "with_regions": with_regions, **_glance(form.week, shown)}
    return render(request, "calendars/preview.html", context)


def _shown(key: int | None, form: CalendarForm) -> Calendar:
    """The calendar as the form describes it, never stored; `key` brings its own closed days along."""
    described = form.description
    shown = Calendar(country=described["country"], subdivision=described["subdivision"])
    if key is not None:
        shown.pk = key
    return shown


@allow(rules.can_manage_calendars)
@require_POST
def closed_days(request: Request, pk: int) -> HttpResponse:
    calendar = get_object_or_404(queries.calendars(), pk=pk)
    form = ClosedDayForm(request.POST, auto_id="closed_%s")
    if form.is_valid():
        try:
            day = actions.add_closed_day(by=request.user, calendar=calendar, **form.cleaned_data)
        except Refused as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            messages.success(request, _("Closed on %(date)s.") % {"date": _written(day.date)})
            return redirect("calendars:calendar", pk=pk)
    return render(request, "calendars/form.html", _page(CalendarForm(calendar=calendar), calendar, form))


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@allow(rules.can_manage_calendars)
@require_POST
def closed_day_removal(request: Request, pk: int, day: int) -> HttpResponse:
    closed_day = get_object_or_404(queries.closed_days(), pk=day, calendar=pk)
    actions.remove_closed_day(by=request.user, closed_day=closed_day)
    messages.success(request, _("Open again on %(date)s.") % {"date": _written(closed_day.date)})
    return redirect("calendars:calendar", pk=pk)


@allow(rules.can_manage_calendars)
@require_POST
def default(request: Request, pk: int) -> HttpResponse:
    calendar = get_object_or_404(queries.calendars(), pk=pk)
    actions.make_default(by=request.user, calendar=calendar)
    messages.success(request, _("“%(name)s” is used where no other is set.") % {"name": calendar.name})
    return redirect("calendars:calendar", pk=pk)


@allow(rules.can_manage_calendars)
@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    calendar = get_object_or_404(queries.calendars(), pk=pk)
    try:
        actions.remove_calendar(by=request.user, calendar=calendar)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("calendars:calendar", pk=pk)
    messages.success(request, _("“%(name)s” is gone; its sites keep the default hours.") % {"name": calendar.name})
    return redirect("calendars:calendars")
