"""Fields that several forms of the desk share."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.people.models import Person


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Files"))
        super().__init__(required=False, widget=FilesInput(attrs={"multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [cleaned for one in given if one and (cleaned := super(FilesField, self).clean(one, initial))]


class MomentField(forms.DateTimeField):
    """A date and a time in the reader's zone, which has to lie ahead, and no further than anybody plans."""

    FURTHEST = timedelta(days=2 * 365)

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment and moment <= clock.now():
            raise forms.ValidationError(_("That moment has passed. Choose one that is still ahead."))
        if moment and moment > clock.now() + self.FURTHEST:
            raise forms.ValidationError(_("That is more than two years away. Choose an earlier moment."))
        return moment


class KindField(forms.ModelChoiceField):
    """A kind of request; the private ones say so."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(kind)s (private)") % {"kind": obj.name} if obj.is_private else str(obj)


NEXT_UPDATES = [
    ("", gettext_lazy("as usual")),
    ("30", gettext_lazy("in 30 minutes")),
    ("60", gettext_lazy("in 1 hour")),
    ("120", gettext_lazy("in 2 hours")),
    ("evening", gettext_lazy("by the end of today")),
    ("morning", gettext_lazy("next morning by 10:00")),
    ("at", gettext_lazy("at …")),
]


def tomorrow_morning(customer: Person) -> datetime:
    """Tomorrow at ten, or when the customer's site opens after that: nobody is told anything on a Sunday."""
    tomorrow = timezone.localtime(clock.now()) + timedelta(days=1)
    ten = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
    return timezone.localtime(working_time_of(customer).next_opening(ten))


def next_update_of(choice: str, at: datetime | None, customer: Person) -> datetime | None:
    """The moment an agent chose for the next word; None leaves it to the class's silence interval."""
    if choice == "at":
        return at
    if choice == "evening":
        return timezone.localtime(clock.now()).replace(hour=17, minute=0, second=0, microsecond=0)
    if choice == "morning":
        return tomorrow_morning(customer)
    return clock.now() + timedelta(minutes=int(choice)) if choice.isdigit() else None


class NextUpdateMixin(forms.Form):
    """“Next word by …” beside anything the `customer` gets to read."""

    customer: Person

    next_update = forms.ChoiceField(choices=NEXT_UPDATES, required=False, label=gettext_lazy("Next word"))
    next_update_at = MomentField(required=False, label=gettext_lazy("Date and time of the next word"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        choice = data.get("next_update", "")
        if choice == "at" and not data.get("next_update_at") and "next_update_at" not in self.errors:
            self.add_error("next_update_at", _("Say when: a day and a time."))
        moment = next_update_of(choice, data.get("next_update_at"), self.customer)
        if choice == "evening" and moment and moment <= clock.now():
            self.add_error("next_update", _("Today’s end has passed. Choose “tomorrow” or a time of your own."))
        data["next_update_moment"] = moment
        return data
