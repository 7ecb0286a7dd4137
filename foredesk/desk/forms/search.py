from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.enums import LaneKey
from foredesk.tickets.enums import State


class FilterForm(forms.Form):
    q = forms.CharField(label=_("Number, words or customer"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("in any state")), ("open", _("all that are open")), *State.choices],
    )
    lane = forms.ChoiceField(label=_("Lane"), required=False, choices=[("", _("both lanes")), *LaneKey.choices])
