"""What the first run asks, a form a page."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from foredesk.calendars import rules as calendars
from foredesk.catalogue.queries import starting_set
from foredesk.kit.working_time import Week
from foredesk.people.enums import OrganisationKind
from foredesk.people.models import Person


class AdministratorForm(forms.Form):
    full_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("A password"),
        strip=False,
        help_text=_(
            "At least 15 characters. Four or five words that have nothing to do with each other are easy to remember "
            "and hard to guess."
        ),
        widget=forms.PasswordInput(
            render_value=False,
            attrs={
                "autocomplete": "new-password",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-reveal": _("Show"),
                "data-reveal-label": _("Show password"),
                "data-conceal": _("Hide"),
                "data-conceal-label": _("Hide password"),
            },
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            person = Person(full_name=cleaned.get("full_name", ""), email=cleaned.get("email", ""))
            try:
                validate_password(cleaned["password"], person)
            except ValidationError as problem:
                self.add_error("password", problem)
        return cleaned


class OrganisationForm(forms.Form):
    name = forms.CharField(
        label=_("What is it called?"),
        max_length=80,
        help_text=_("As people say it. It stands at the top of every page and mail."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(
        label=_("What kind of organisation is it?"),
        choices=OrganisationKind.choices,
        widget=forms.RadioSelect,
        help_text=_("So that we can propose kinds of requests that fit."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=lazy(lambda: [(zone, zone.replace("_", " ")) for zone in _zones()], list)
    )


def _zones() -> list[str]:
    return sorted({*calendars.time_zones(), settings.TIME_ZONE})


class HoursForm(forms.Form):
    site = forms.CharField(
        label=_("Where are most of your people?"),
        max_length=80,
        help_text=_("As they call it: “North campus”, “Town hall”, “Head office”. You can add more sites later."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    days = forms.TypedMultipleChoiceField(
        label=_("On which days is IT there?"),
        coerce=int,
        choices=lazy(lambda: [(day, calendars.weekday_name(day)) for day in range(7)], list),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please open at least once a week, or no promise could ever be kept.")},
    )
    hours = forms.CharField(
        label=_("At what time?"),
        max_length=120,
        help_text=_("As you would write it on the door: “8:00–17:00” or “8:00–12:00, 13:00–17:00”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    country = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        choices=lazy(lambda: [("", _("No public holidays")), *calendars.country_names().items()], list),
        help_text=_("Those days do not count as working time. A region is chosen later, under Working hours."),
    )

    def clean_hours(self) -> Any:
        try:
            hours = calendars.parse_day(self.cleaned_data["hours"])
        except calendars.NotHours as problem:
            raise forms.ValidationError(str(problem)) from problem
        if not hours:
            raise forms.ValidationError(_("Please open at least once a week, or no promise could ever be kept."))
        return hours

    @property
    def week(self) -> Week:
        days, hours = self.cleaned_data["days"], self.cleaned_data["hours"]
        return tuple(hours if day in days else () for day in range(7))


class KindsForm(forms.Form):
    kinds = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label=_("Begin with these"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        names = [start.name for start, _parts in starting_set(kind)]
        super().__init__(*args, **kwargs)
        self.fields["kinds"].initial = names
        self.fields["kinds"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    @property
    def without(self) -> set[str]:
        offered = {str(name) for name, _label in self.fields["kinds"].choices}  # type: ignore[attr-defined]
        return offered - set(self.cleaned_data["kinds"])


class Addresses(forms.CharField):
    """Mail addresses, on lines of their own or with commas between; its value is a list, each once."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = str(value or "").replace(",", " ").replace(";", " ").split()
        wrong = [word for word in words if not _is_address(word)]
        if wrong:
            raise forms.ValidationError(
                _("This is no mail address: %(words)s. Write one a line.") % {"words": ", ".join(wrong)}
            )
        return list(dict.fromkeys(word.lower() for word in words))


def _is_address(word: str) -> bool:
    try:
        validate_email(word)
    except ValidationError:
        return False
    return True


class TeamsForm(forms.Form):
    """Two teams, one a lane; the names of the fields begin with the lane's key."""

    rapid_name = forms.CharField(label=_("Name of the quick team"), max_length=80)
    rapid_joins = forms.BooleanField(label=_("I work there myself"), required=False)
    rapid_addresses = Addresses(
        label=_("Mail addresses of its people"),
        required=False,
        help_text=_("One a line. Everybody who is new gets an invitation and chooses their own way to sign in."),
    )
    deep_name = forms.CharField(label=_("Name of the deep team"), max_length=80)
    deep_joins = forms.BooleanField(label=_("I work there myself"), required=False)
    deep_addresses = Addresses(
        label=_("Mail addresses of its people"), required=False, help_text=_("One a line, as above.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = [str(cleaned.get(f"{lane}_name", "")).strip().casefold() for lane in ("rapid", "deep")]
        if names[0] and names[0] == names[1]:
            self.add_error("deep_name", _("Two teams need two names."))
        return cleaned
