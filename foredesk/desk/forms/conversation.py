"""What an agent writes on a ticket: to the customer, or for IT only. Two forms: neither can become the other."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.kit.once import SentOnceForm
from foredesk.people.models import Person
from foredesk.tickets.enums import Audience
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import agents_serving, colleagues_on

from .fields import FilesField, NextUpdateMixin
from .focus import FocusMixin


class ReplyForm(NextUpdateMixin, SentOnceForm):
    body = forms.CharField(
        label=_("Your reply"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("There is nothing to send yet. A sentence is enough.")},
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"), choices=[(Audience.EVERYONE, ""), (Audience.CUSTOMER, "")], initial=Audience.EVERYONE
    )
    uploads = FilesField()
    # The latest that was said or decided before the writer’s eyes: the number of an event.
    last_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "reply"})
        self.customer = ticket.customer
        first_name = ticket.customer.first_name
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (Audience.EVERYONE, _("%(name)s and all followers") % {"name": first_name}),
            (Audience.CUSTOMER, _("only %(name)s") % {"name": first_name}),
        ]
        self.fields["audience"].required = False

    def clean_audience(self) -> Audience:
        return Audience(self.cleaned_data["audience"] or Audience.EVERYONE)


class NoteForm(FocusMixin, SentOnceForm):
    body = forms.CharField(
        label=_("Your note"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("There is nothing to keep yet. Write what your colleagues should know.")},
    )
    mentions = forms.ModelMultipleChoiceField(
        label=_("Tell a colleague"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They find it under Mine. In the text, type @ and a name."),
    )
    uploads = FilesField()

    def __init__(self, *args: Any, by: Person, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "note"})
        self.by, self._ticket = by, ticket
        # An agent is the customer of their own request: its notes are not for them.
        colleagues = agents_serving(ticket).exclude(pk__in=[by.pk, ticket.customer_id])
        self.fields["mentions"].queryset = colleagues  # type: ignore[attr-defined]

    def colleagues(self) -> list[tuple[str, str, bool]]:
        """The choices of `mentions`: key, name, chosen. Two hundred of the widget's take longer than all the page."""
        chosen = set(map(str, self["mentions"].value() or []))
        return [(str(key), name, str(key) in chosen) for key, name in colleagues_on(self._ticket, self.by)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["mentions"] = self._mentioned(data.get("body", ""), list(data.get("mentions", [])))
        self.ask_about(data["mentions"], data)
        return data

    def _mentioned(self, body: str, chosen: list[Person]) -> list[Person]:
        """Names written after an @ count as mentions too, first names where only one colleague has it."""
        if "@" not in body:
            return chosen
        colleagues = list(self.fields["mentions"].queryset)  # type: ignore[attr-defined]
        firsts = [one.first_name.casefold() for one in colleagues]
        body = body.casefold()
        named = [
            one
            for one, first in zip(colleagues, firsts, strict=True)
            if f"@{one.full_name.casefold()}" in body
            or (firsts.count(first) == 1 and re.search(rf"@{re.escape(first)}\b", body))
        ]
        return list({one.pk: one for one in [*chosen, *named]}.values())
