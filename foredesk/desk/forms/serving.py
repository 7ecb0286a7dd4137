from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.dispatch.enums import SkipReason
from foredesk.kit.durations import DurationField


class SkipForm(forms.Form):
    reason = forms.TypedChoiceField(label=_("Not for you, because"), choices=SkipReason, coerce=SkipReason)


class EffortForm(forms.Form):
    minutes = DurationField(
        label=_("Work on it so far"),
        help_text=_("By everybody together: “25 min”, “1 h 30”. What is measured from now on is added."),
    )
