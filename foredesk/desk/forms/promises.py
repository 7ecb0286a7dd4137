"""An agent's own word on when a request will be done."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import MomentField
from .ticket import VersionedForm


class PromiseForm(VersionedForm):
    until = MomentField(label=_("Done by"), error_messages={"required": _("Please say by when it will be done.")})
    reason = forms.CharField(
        label=_("Why there is a new time"),
        max_length=300,
        help_text=_("The customer reads it on their page and in the mail, beside what was promised before."),
        error_messages={"required": _("Please say why: the customer will read it.")},
    )
