from django import forms
from django.utils.translation import gettext_lazy as _


class RetentionForm(forms.Form):
    months = forms.IntegerField(
        label=_("Months after closing"),
        min_value=1,
        max_value=1200,
        required=False,
        help_text=_("Empty: words and files are kept for ever."),
    )


class SetAsideForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days after it was set aside"),
        min_value=1,
        max_value=36500,
        required=False,
        help_text=_("Empty: it is kept for ever."),
    )
