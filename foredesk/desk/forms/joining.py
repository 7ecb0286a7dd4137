"""Joining two requests, and making a request of its own of part of one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_in_use
from foredesk.tickets.models import Interview, Message, Ticket
from foredesk.tickets.rules.joining import people_joined

from .ticket import VersionedForm

FIRST_WORDS = "first"


@dataclass(frozen=True)
class Way:
    """One way in which two requests can belong together, and what comes of it in a sentence."""

    value: str
    label: str
    sentence: str


def ways(ticket: Ticket, other: Ticket) -> list[Way]:
    """What can be done with two requests as they stand, the most likely first."""
    found = []
    if ticket.is_open and other.is_open:
        older, newer = sorted([ticket, other], key=lambda one: one.pk)
        for source, target in [(newer, older), (older, newer)]:
            here = target is ticket
            label = _("The same matter: it goes on here") if here else _("The same matter: it goes on there")
            found.append(Way("here" if here else "there", label, _merged(source, target)))
        numbers = {"this": ticket.pk, "other": other.pk}
        sentence = _("Both stay open; %(other)s does not close over %(this)s unawares.") % numbers
        found.append(Way("part", _("This is a part of it"), sentence))
        sentence = _("Both stay open; %(this)s does not close over %(other)s unawares.") % numbers
        found.append(Way("whole", _("It is a part of this"), sentence))
    sentence = _("Both show it, to IT only. Nothing else changes.")
    found.append(Way("related", _("They have to do with each other"), sentence))
    return found


def _merged(source: Ticket, target: Ticket) -> str:
    words = {"source": source.pk, "target": target.pk, "name": source.customer.first_name}
    parts = [_("%(source)s closes and goes on in %(target)s.") % words]
    if source.customer_id == target.customer_id:
        parts.append(_("%(name)s is told in a mail.") % words)
    elif target.shares_conversation:
        parts.append(_("%(name)s follows %(target)s, reads along there, and is told in a mail.") % words)
    else:
        words["customer"] = target.customer.first_name
        parts.append(
            _("%(name)s follows %(target)s and is told in a mail, but %(customer)s does not share what is said.")
            % words
        )
    people = target.people_held_up + people_joined(source, target)
    parts.append(
        ngettext("%(people)d person is held up then.", "%(people)d people are held up then.", people)
        % {"people": people}
    )
    return " ".join(parts)


class JoinForm(VersionedForm):
    other = forms.IntegerField(widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=gettext_lazy("How do they belong together?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how they belong together.")},
    )

    def __init__(self, *args: Any, ticket: Ticket, other: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways(ticket, other)
        self.fields["way"].choices = [(way.value, way.label) for way in self.ways]  # type: ignore[attr-defined]


class SplitForm(VersionedForm):
    words = forms.MultipleChoiceField(
        label=gettext_lazy("What it is about"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("These words go along as they are. They stay here too."),
        error_messages={"required": gettext_lazy("Choose the words that the new request is about.")},
    )
    subject = forms.CharField(
        label=gettext_lazy("Title of the new request"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give it a title by which the customer knows it.")},
    )
    service_class = forms.ModelChoiceField(
        label=gettext_lazy("Kind of request"), queryset=ServiceClass.objects.none(), empty_label=None
    )

    def __init__(
        self, *args: Any, ticket: Ticket, interview: Interview | None, said: list[Message], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.said = said
        choices = [(str(message.pk), f"{message.author.full_name}: {message.body}") for message in said]
        first = interview and (interview.goal or interview.happened)
        if first:
            choices.insert(0, (FIRST_WORDS, f"{ticket.customer.full_name}: {first}"))
        self.fields["words"].choices = choices  # type: ignore[attr-defined]
        in_use = {one.pk for one in classes_in_use()}
        self.fields["service_class"].queryset = ServiceClass.objects.filter(  # type: ignore[attr-defined]
            pk__in={ticket.service_class_id, *in_use}
        )

    @property
    def first_words(self) -> bool:
        return FIRST_WORDS in self.cleaned_data["words"]

    @property
    def messages(self) -> list[Message]:
        return [message for message in self.said if str(message.pk) in self.cleaned_data["words"]]
