"""What people type about people. The forms check; the views hand what they checked to actions."""

from copy import copy
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from . import queries
from .models import Department, Organisation, Person, Place, Site, Team

_CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def zones() -> list[tuple[str, Any]]:
    """The zones that are named after places, with the one of the settings whatever it is called."""
    names = {zone for zone in available_timezones() if zone.split("/")[0] in _CONTINENTS}
    return [(name, name.replace("_", " ")) for name in sorted(names | {settings.TIME_ZONE})]


def _own_zones() -> list[tuple[str, Any]]:
    # The organisation's zone comes first: nearly everybody wants it.
    return [("", _("Same as the organisation")), *zones()]


def _places() -> list[tuple[Any, Any]]:
    """Places under the headings of their sites."""
    sites: dict[str, list[tuple[int, str]]] = {}
    for place in queries.places():
        sites.setdefault(place.site.name, []).append((place.pk, place.name))
    return [("", _("Not said")), *sites.items()]


class PersonSearch(forms.TextInput):
    """A field in which somebody is found while typing; what is sent is their number in our records.

    Words that were typed without choosing count when only one person fits them; else they are an error, and kept.
    """

    template_name = "people/person_search.html"

    def __init__(self, url_name: str = "people:search", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url_name = url_name

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        words, chosen = str(data.get(f"{name}_words", "")).strip(), str(data.get(name, ""))
        if chosen and (words or f"{name}_words" not in data):
            return chosen
        found = queries.find_people(words, limit=2)
        # The mark keeps a staff number that was typed from being taken for the number of a record.
        return str(found[0].pk) if len(found) == 1 else f"?{words}" if words else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = str(value or "")
        chosen = Person.objects.filter(pk=typed).first() if typed.isdecimal() else None
        context = super().get_context(name, typed if chosen else "", attrs)
        words = chosen.full_name if chosen else typed.removeprefix("?")
        context["widget"].update({"words": words, "url_name": self.url_name})
        return context


class _OfInstance(forms.ModelForm[Any]):
    """A model's form that leaves the object it is about as it was: actions compare old with new."""

    def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
        kwargs["instance"] = copy(instance)
        super().__init__(*args, **kwargs)
        if isinstance(site := self.fields.get("site"), forms.ModelChoiceField):
            site.empty_label = _("Choose a site")


class ProfileForm(_OfInstance):
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lazy(_own_zones, list),
        required=False,
        help_text=_("All times you read here are told in this zone."),
    )

    class Meta:
        model = Person
        fields = ["full_name", "phone", "place", "timezone"]
        labels = {"full_name": _("Your name"), "phone": _("Phone"), "place": _("Where you usually are")}
        help_texts = {
            "full_name": _("As you would like to be called by the people who help you."),
            "phone": _("Where we reach you quickest when a call saves time."),
            "place": _("So that whoever comes to help finds you."),
        }
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _places()  # type: ignore[attr-defined]


class PersonForm(_OfInstance):
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lazy(_own_zones, list),
        required=False,
        help_text=_("Only for people who work somewhere else."),
    )
    manager = forms.ModelChoiceField(
        label=_("Manager"),
        queryset=Person.objects.filter(is_active=True),
        required=False,
        widget=PersonSearch(),
        help_text=_("Can be told how a request of theirs is going. Type a name, a mail address or a number."),
        error_messages={"invalid_choice": _("Choose a person from the list that opens while you type.")},
    )

    class Meta:
        model = Person
        fields = ["full_name", "email", "number", "phone", "department", "place", "manager", "role", "timezone"]
        labels = {"full_name": _("Name"), "email": _("E-mail address"), "number": _("Staff or student number")}
        help_texts = {
            "email": _("They sign in with it, and all mail goes there."),
            "phone": _("How to reach them when a call saves time."),
            "department": _("Decides whose head may open up its requests, and which working hours count."),
            "place": _("The room or counter where they usually are."),
            "role": _(
                "Customers ask for help. Agents work at the desk. Desk leads also manage lanes, teams and replies. "
                "Administrators also manage people."
            ),
        }
        error_messages = {"email": {"unique": _("Somebody with this address is already here.")}}
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"autocomplete": "off", "type": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _places()  # type: ignore[attr-defined]
        self.fields["department"].empty_label = _("None")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_manager(self) -> Person | None:
        manager: Person | None = self.cleaned_data["manager"]
        if manager is not None and manager.pk == self.instance.pk:
            raise forms.ValidationError(_("Nobody can be their own manager."))
        return manager


class NewPersonForm(PersonForm):
    invited = forms.BooleanField(
        label=_("Send an invitation"),
        required=False,
        initial=True,
        help_text=_("A mail with a link for choosing how to sign in. You can send it later too."),
    )


class OrganisationForm(_OfInstance):
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lazy(zones, list),
        help_text=_("In which times are told to everybody who has not chosen another."),
    )

    class Meta:
        model = Organisation
        fields = ["name", "kind", "timezone"]
        labels = {"name": _("Name of your organisation"), "kind": _("What kind of organisation is it?")}
        help_texts = {"name": _("As people call it. It stands at the top of every page and mail.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["timezone"] = self.initial.get("timezone") or settings.TIME_ZONE


class DepartmentForm(_OfInstance):
    head = forms.ModelChoiceField(
        label=_("Head"),
        queryset=Person.objects.filter(is_active=True),
        required=False,
        widget=PersonSearch(),
        help_text=_("Decides whether colleagues see each other’s requests. Type a name, a mail address or a number."),
        error_messages={"invalid_choice": _("Choose a person from the list that opens while you type.")},
    )

    class Meta:
        model = Department
        fields = ["name", "site", "head", "shares_requests"]
        labels = {"shares_requests": _("Colleagues may see each other’s requests")}
        help_texts = {
            "site": _("Its working hours and holidays hold for the people of the department."),
            "shares_requests": _("Normally the head of the department decides this on their own page."),
        }
        error_messages = {"name": {"unique": _("There is a department of this name already.")}}


class SiteForm(_OfInstance):
    class Meta:
        model = Site
        fields = ["name", "address"]
        help_texts = {
            "name": _("As people call it: “North campus”."),
            "address": _("For whoever has to find the way there."),
        }
        error_messages = {"name": {"unique": _("There is a site of this name already.")}}


class PlaceForm(_OfInstance):
    class Meta:
        model = Place
        fields = ["name", "site"]
        help_texts = {"name": _("A room, a counter, a hall: “B 2.14”, “Library desk”.")}
        error_messages = {NON_FIELD_ERRORS: {"unique_together": _("This site has a place of this name already.")}}


class TeamForm(_OfInstance):
    class Meta:
        model = Team
        fields = ["name"]
        help_texts = {"name": _("As your customers would say it: “Classroom support”.")}
        error_messages = {"name": {"unique": _("There is a team of this name already.")}}


class MemberForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Add somebody"),
        queryset=Person.objects.filter(is_active=True),
        widget=PersonSearch(),
        help_text=_("Type a name, a mail address or a number."),
        error_messages={
            "required": _("Choose a person from the list that opens while you type."),
            "invalid_choice": _("Choose a person from the list that opens while you type."),
        },
    )
