from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_in_use
from foredesk.kit.once import SentOnceForm
from foredesk.tickets.enums import Channel, Severity

from .fields import KindField
from .people import PersonField


class CallForm(SentOnceForm):
    """A request told by phone or at the desk, with as little to fill in as it takes."""

    customer = PersonField(
        label=_("Who"),
        help_text=_("Name, mail or number."),
        error_messages={"required": _("Say who is calling: a name, a mail address or a number.")},
    )
    words = forms.CharField(
        label=_("In their words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write down what they said. A few words are enough.")},
    )
    channel = forms.TypedChoiceField(
        coerce=Channel,
        label=_("It came"),
        choices=[(Channel.PHONE, _("by phone")), (Channel.WALK_UP, _("at the desk"))],
        widget=forms.RadioSelect,
        initial=Channel.PHONE,
    )
    severity = forms.TypedChoiceField(
        coerce=Severity, label=_("Their work is"), choices=Severity, widget=forms.RadioSelect, initial=Severity.SLOWED
    )
    people_held_up = forms.IntegerField(label=_("People held up"), min_value=1, max_value=100_000, initial=1)
    service_class = KindField(
        label=_("Kind of request"),
        queryset=ServiceClass.objects.none(),
        required=False,
        empty_label=_("guessed from their words"),
    )
    solved = forms.BooleanField(label=_("Already solved while talking"), required=False)
    solution = forms.CharField(
        label=_("What solved it"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("They get it by mail and are asked whether it completely solved it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].widget.widgets[0].attrs["autofocus"] = True
        self.fields["service_class"].queryset = ServiceClass.objects.filter(  # type: ignore[attr-defined]
            pk__in=[one.pk for one in classes_in_use()]
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("solved") and not data.get("solution"):
            self.add_error("solution", _("Say what solved it, so that they can do it again without calling."))
        return data
