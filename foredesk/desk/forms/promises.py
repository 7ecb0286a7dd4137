"""When a request will be done: an agent's own word, and the steps of its timeline."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import agents_serving

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


class StepForm(forms.Form):
    title = forms.CharField(
        label=_("What will be done"),
        max_length=120,
        help_text=_("Everybody who follows the request reads it: “Laptops ordered”."),
        error_messages={"required": _("Say what the step is.")},
    )
    owner = forms.ModelChoiceField(
        label=_("Who sees to it"), queryset=Person.objects.none(), required=False, empty_label=_("nobody yet")
    )
    planned_on = forms.DateField(
        label=_("Planned for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Where it hangs on a day, such as a delivery. The forecast is never earlier."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = Q(pk__in=agents_serving(ticket).values("pk")) | Q(pk=ticket.customer_id)
        self.fields["owner"].queryset = Person.objects.filter(possible).order_by("full_name")  # type: ignore[attr-defined]
