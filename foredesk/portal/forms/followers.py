"""Who else hears of a request, and how much."""

from django import forms
from django.utils.translation import gettext_lazy

from foredesk.tickets.enums import Measure

from .fields import NamesColleague

MEASURES = [
    (Measure.EVERYTHING, gettext_lazy("Every update")),
    (Measure.MILESTONES, gettext_lazy("When something changes")),
    (Measure.END, gettext_lazy("Only when it is solved")),
]


class FollowerForm(NamesColleague):
    """A colleague who is to hear of this request."""

    is_held_up = forms.BooleanField(required=False, label=gettext_lazy("This holds them up too"))

    def clean_colleague_name(self) -> str:
        words: str = self.cleaned_data["colleague_name"]
        if not words:
            raise forms.ValidationError(gettext_lazy("Type the name of your colleague."))
        return words


class MeasureForm(forms.Form):
    measure = forms.ChoiceField(choices=MEASURES, label=gettext_lazy("How much you hear"))


class SharingForm(forms.Form):
    shares = forms.TypedChoiceField(
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))], coerce=lambda value: value == "yes"
    )
