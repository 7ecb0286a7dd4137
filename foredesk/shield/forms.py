from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock
from foredesk.kit.working_time import moment
from foredesk.people.models import Person
from foredesk.people.queries import agents

from .models import Definition, Shift
from .queries import shifts_ahead, shifts_of_others_ahead
from .rules import LENGTHS
from .rules.wording import span_words

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _at(day: date, hour: time) -> datetime:
    """A moment by the reader's clock."""
    return moment(day, hour, timezone.get_current_timezone())  # type: ignore[arg-type]


def _date(**more: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _time(**more: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


class ShieldMixin(forms.Form):
    """Who is asked meanwhile. Without colleagues there is nothing to choose: it is announced as project time."""

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = agents().exclude(pk=by.pk)
        if colleagues.exists():
            self.fields["shield"] = forms.ModelChoiceField(
                label=_("Your shield"),
                queryset=colleagues,
                required=False,
                empty_label=_("whoever holds the rapid desk"),
            )

    @property
    def shield(self) -> Person | None:
        chosen = self.cleaned_data.get("shield")
        return chosen if isinstance(chosen, Person) else None


class StartForm(ShieldMixin):
    """Begins now: for one of three lengths, chosen by its button, or until a time."""

    minutes = forms.TypedChoiceField(
        choices=[(str(length), length) for length in LENGTHS], coerce=int, required=False, widget=forms.HiddenInput
    )
    until = _time(label=_("until"), required=False, error_messages={"invalid": _("Write the time as 11:30.")})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("minutes"):
            data["ends_at"] = clock.now() + timedelta(minutes=data["minutes"])
        elif data.get("until"):
            data["ends_at"] = _at(_today(), data["until"])
        elif not self.errors:
            self.add_error("until", _("Choose a length, or say until when."))
        return data


class PlanForm(ShieldMixin):
    day = _date(label=_("Day"), error_messages={"required": _("Choose a day.")})
    begins = _time(label=_("From"), error_messages={"required": _("Say when it begins.")})
    until = _time(label=_("Until"), error_messages={"required": _("Say when it ends.")})

    field_order = ("day", "begins", "until", "shield")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            data["begins_at"] = _at(data["day"], data["begins"])
            data["ends_at"] = _at(data["day"], data["until"])
        return data


class AgentField(forms.ModelChoiceField):
    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=agents(), error_messages={"required": _("Choose somebody of IT.")}, **more)


class SlotForm(forms.Form):
    person = AgentField(label=_("Who"))
    weekday = forms.TypedChoiceField(label=_("Day"), choices=WEEKDAYS, coerce=int)
    begins = _time(label=_("From"), error_messages={"required": _("Say when it begins.")})
    ends = _time(label=_("Until"), error_messages={"required": _("Say when it ends.")})


class TwoForm(forms.Form):
    morning = AgentField(label=_("Mornings"))
    afternoon = AgentField(label=_("Afternoons"))


class ShiftField(forms.ModelChoiceField):
    def __init__(self, *, named: bool, **more: Any) -> None:
        super().__init__(queryset=Shift.objects.none(), **more)
        self._named = named

    def label_from_instance(self, obj: Any) -> str:
        words = span_words(obj.begins_at, obj.ends_at)
        return f"{words}, {obj.person.full_name}" if self._named else words


class SwapForm(forms.Form):
    """Of one's own shifts; in return for a shift of whoever is asked, or for nothing."""

    shift = ShiftField(label=_("Your shift"), named=False, error_messages={"required": _("Choose one of your shifts.")})
    of = AgentField(label=_("Ask"))
    in_return = ShiftField(
        label=_("In return you take"), named=True, required=False, empty_label=_("nothing, as a favour")
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shift"].queryset = shifts_ahead(by)  # type: ignore[attr-defined]
        self.fields["of"].queryset = agents().exclude(pk=by.pk)  # type: ignore[attr-defined]
        self.fields["in_return"].queryset = shifts_of_others_ahead(by)  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    person = AgentField(label=_("Who"))
    first = _date(label=_("First day"), error_messages={"required": _("Choose a day.")})
    last = _date(label=_("Last day"), error_messages={"required": _("Choose a day.")})

    def __init__(self, *args: Any, by: Person, everybody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not everybody:
            del self.fields["person"]
        else:
            self.fields["person"].initial = by.pk


class DefinitionForm(forms.ModelForm):
    class Meta:
        model = Definition
        fields = ("words", "causes", "phone")
        widgets = {"words": forms.Textarea(attrs={"rows": 4}), "causes": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "words": _("Whoever wants to reach somebody in focus reads this first."),
            "causes": _("One on each line. The team sees how often each was given, and never by whom."),
            "phone": _("Customers read it while a team of one is at project time."),
        }


class LongerForm(forms.Form):
    minutes = forms.TypedChoiceField(choices=[("25", 25), ("50", 50)], coerce=int)
