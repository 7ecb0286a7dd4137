from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import Interval, Week
from foredesk.people.models import Site

from . import queries, rules
from .models import Calendar


class HoursField(forms.CharField):
    """The hours of one day in a line of text; its value is a tuple of intervals."""

    def prepare_value(self, value: Any) -> Any:
        return rules.day_words(value) if isinstance(value, tuple) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return value
        try:
            return rules.parse_day(super().to_python(value) or "")
        except rules.NotHours as problem:
            raise forms.ValidationError(str(problem), code="not_hours") from problem


def _zones() -> list[tuple[str, Any]]:
    """Zones by continent, as they are looked for."""
    continents: dict[str, list[tuple[str, str]]] = {}
    for zone in rules.time_zones():
        continent, _slash, city = zone.partition("/")
        continents.setdefault(continent, []).append((zone, (city or continent).replace("_", " ").replace("/", ", ")))
    return list(continents.items())


class CalendarForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As your colleagues know it: “Main campus”, “Library, late hours”.")
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    country = forms.ChoiceField(
        label=_("Public holidays of"), required=False, help_text=_("Those days do not count as working time.")
    )
    subdivision = forms.ChoiceField(label=_("Region"), required=False)
    sites = forms.ModelMultipleChoiceField(
        label=_("Sites that keep these hours"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A site has one calendar. Sites that you tick here leave the one they had."),
    )

    def __init__(self, *args: Any, calendar: Calendar | None = None, **kwargs: Any) -> None:
        if calendar is not None:
            kwargs.setdefault("initial", _initial(calendar))
        elif "initial" not in kwargs:
            kwargs["initial"] = {f"day_{day}": hours for day, hours in enumerate(rules.OFFICE_WEEK)}
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["country"].choices = [("", _("No public holidays")), *rules.country_names().items()]  # type: ignore[attr-defined]
        self.offer_regions()
        self.fields["sites"].queryset = queries.sites_with_calendars()  # type: ignore[attr-defined]
        self.fields["sites"].label_from_instance = self._site_words  # type: ignore[attr-defined]
        for weekday in range(7):
            self.fields[f"day_{weekday}"] = HoursField(
                label=rules.weekday_name(weekday),
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": _("closed"), "autocomplete": "off", "class": "hours"}),
            )

    def offer_regions(self) -> None:
        """Offer the regions of the country that is chosen at the moment."""
        country = (self.data.get("country") if self.is_bound else self.initial.get("country")) or ""
        regions = rules.region_names(country)
        self.fields["subdivision"].choices = [("", _("The whole country")), *regions.items()]  # type: ignore[attr-defined]
        self.fields["subdivision"].disabled = not regions

    def _site_words(self, site: Site) -> str:
        others = [one.name for one in site.calendars.all() if one != self.calendar]  # type: ignore[attr-defined]
        return _("%(site)s (now: %(calendar)s)") % {"site": site.name, "calendar": others[0]} if others else site.name

    @property
    def days(self) -> Iterator[forms.BoundField]:
        return (self[f"day_{weekday}"] for weekday in range(7))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Changing the country leaves the old region behind in the request; it means nothing there.
        if not rules.region_names(cleaned.get("country") or ""):
            cleaned["subdivision"] = ""
        if not any(self.has_error(f"day_{weekday}") for weekday in range(7)):
            try:
                rules.refuse_bad_hours(self.week)
            except Refused as problem:
                self.add_error("day_0" if problem.field == "hours" else problem.field, str(problem))
        return cleaned

    @property
    def week(self) -> Week:
        """The hours as far as they can be read."""
        hours: list[tuple[Interval, ...]] = [self.cleaned_data.get(f"day_{weekday}") or () for weekday in range(7)]
        return tuple(hours)

    @property
    def description(self) -> dict[str, str]:
        return {field: self.cleaned_data.get(field) or "" for field in ("name", "timezone", "country", "subdivision")}


def _initial(calendar: Calendar) -> dict[str, Any]:
    described = {field: getattr(calendar, field) for field in ("name", "timezone", "country", "subdivision")}
    hours = {f"day_{weekday}": intervals for weekday, intervals in enumerate(queries.week_of(calendar))}
    return described | hours | {"sites": [site.pk for site in calendar.sites.all()]}


class ClosedDayForm(forms.Form):
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Occasion"), max_length=80, help_text=_("“Staff day”, “Between the years”."))
