"""What an agent does to a ticket beside writing on it; each form is one panel."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from, classes_in_use
from foredesk.people.models import Person
from foredesk.tickets.enums import FollowerReason, Holder, Measure, Severity, Stance
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import agents_serving

from .fields import FilesField, KindField, MomentField
from .focus import FocusMixin
from .people import PersonField


class VersionedForm(forms.Form):
    """Changes what a ticket is: it carries the version that its writer saw, so that nobody's change is overwritten."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RestatementForm(forms.Form):
    body = forms.CharField(
        label=_("What you understood, in one sentence"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say in one sentence what the customer needs, as you understood it.")},
    )


class LeftOutForm(forms.Form):
    reason = forms.CharField(
        label=_("Why no restatement is needed"),
        max_length=300,
        help_text=_("For example: “We spoke it through on the phone.” It stays on the ticket."),
        error_messages={"required": _("Give a reason: the next colleague will want to know.")},
    )


class StanceForm(forms.Form):
    stance = forms.TypedChoiceField(
        label=_("What you make of it"), choices=Stance, coerce=Stance, widget=forms.RadioSelect
    )
    because = forms.CharField(
        label=_("Because"), max_length=300, required=False, help_text=_("The customer reads this.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("stance") == Stance.DIFFER and not data.get("because"):
            self.add_error("because", _("Say why you see it differently, in words the customer can follow."))
        return data


class SolutionForm(forms.Form):
    body = forms.CharField(
        label=_("What was done, and what the customer can do now"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Tell the customer what you did or what they can do.")},
    )
    checked_how = forms.CharField(
        label=_("How you checked that it works"),
        max_length=200,
        required=False,
        help_text=_("For example: “Printed 30 pages from your account.” Empty if you could not check."),
    )
    without = forms.CharField(
        label=_("Why without a restatement"),
        max_length=300,
        required=False,
        help_text=_("For example: “We spoke it through on the phone.” It stays on the ticket."),
    )
    despite_open_parts = forms.BooleanField(
        error_messages={"required": _("Parts of it are still open. Tick this to offer the fix all the same.")}
    )
    uploads = FilesField()
    # The newest message that the writer had before their eyes.
    last_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_reason: bool, open_parts: Sequence[Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if open_parts:
            self.fields["despite_open_parts"].label = ngettext(
                "I know that a part is still open (%(parts)s). Offer it all the same.",
                "I know that %(count)d parts are still open (%(parts)s). Offer it all the same.",
                len(open_parts),
            ) % {"count": len(open_parts), "parts": "; ".join(str(part) for part in open_parts)}
        else:
            del self.fields["despite_open_parts"]
        if needs_reason:
            self.fields["without"].required = True
            self.fields["without"].error_messages["required"] = _(
                "Restate the need first, or say why you leave it out."
            )
        else:
            del self.fields["without"]


class HandOffForm(VersionedForm):
    restated = forms.CharField(
        label=_("What the customer needs"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nobody restated it yet. The customer is asked whether it is right."),
        error_messages={"required": _("The other lane starts from this sentence: say what the customer needs.")},
    )
    body = forms.CharField(
        label=_("What was tried, and what it showed"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("So that nobody does it twice. Only IT reads this."),
        error_messages={"required": _("Say what was tried. “Nothing yet, because …” is an answer too.")},
    )
    why = forms.CharField(
        label=_("Why the other lane, in words for the customer"),
        max_length=200,
        help_text=_("They read it as you write it, on their page and in the mail."),
        error_messages={"required": _("The customer is told why. Half a sentence is enough.")},
    )
    # Sent twice, it must not go there and back.
    to_lane = forms.ChoiceField(choices=LaneKey, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_restatement: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_restatement:
            del self.fields["restated"]


class WaitForm(VersionedForm):
    holder = forms.TypedChoiceField(
        coerce=Holder,
        label=_("Who has the next move"),
        choices=[(h.value, h.label) for h in (Holder.CUSTOMER, Holder.SUPPLIER, Holder.DATE)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What for"),
        max_length=200,
        help_text=_("The customer reads this: “the new drum, which is on its way”."),
        error_messages={"required": _("Say what is waited for, in words the customer can read.")},
    )
    until = MomentField(
        label=_("Until"),
        help_text=_("Then it comes back to the queue by itself."),
        error_messages={"required": _("Waiting has an end. Choose when you want it back.")},
    )


class ClassForm(VersionedForm):
    service_class = KindField(label=_("Kind of request"), queryset=ServiceClass.objects.none(), empty_label=None)
    size = forms.TypedChoiceField(label=_("Size"), choices=Size, coerce=Size, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why, in words for the customer"),
        max_length=200,
        required=False,
        help_text=_("Needed when the size changes: the customer is told, with this reason."),
    )

    def __init__(self, *args: Any, by: Person, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        in_use = classes_in_use()
        hidden = classes_hidden_from(by)
        # What would take the ticket out of the chooser's sight.
        self.hidden = [f"“{one.name}”" for one in in_use if one.pk in hidden]
        self.fields["service_class"].queryset = ServiceClass.objects.filter(  # type: ignore[attr-defined]
            pk__in={ticket.service_class_id, *(one.pk for one in in_use)}
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("size") not in {None, self.ticket.size} and not data.get("reason"):
            self.add_error("reason", _("The size changes, so the customer is told. Say why."))
        return data


class ImpactForm(VersionedForm):
    severity = forms.TypedChoiceField(label=_("Work is"), choices=Severity, coerce=Severity, widget=forms.RadioSelect)
    people_held_up = forms.IntegerField(label=_("People held up"), min_value=1, max_value=100_000)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        error_messages={"required": _("Say how you know: the order of work depends on it.")},
    )


class AssigneeForm(FocusMixin):
    assignee = forms.ModelChoiceField(
        label=_("Who takes it"),
        queryset=Person.objects.none(),
        empty_label=_("Choose a colleague"),
        error_messages={"required": _("Choose who takes it.")},
    )

    def __init__(self, *args: Any, by: Person, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["assignee"].queryset = agents_serving(ticket)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("assignee"):
            self.ask_about([data["assignee"]], data)
        return data


class NextUpdateForm(VersionedForm):
    at = MomentField(
        label=_("Next word to the customer by"), error_messages={"required": _("Choose a day and a time.")}
    )


class OutageForm(VersionedForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("The customer reads this: “nobody in building B reaches the network”."),
        error_messages={"required": _("Say why, in words the customer can read.")},
    )

    def __init__(self, *args: Any, is_outage: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_outage:
            self.fields["reason"].help_text = _("The customer reads this: “the network is back since 10:40”.")


class FollowerForm(forms.Form):
    person = PersonField(label=_("Who"), error_messages={"required": _("Say who should follow this request.")})
    reason = forms.TypedChoiceField(
        label=_("Why"), choices=FollowerReason, coerce=FollowerReason, initial=FollowerReason.HELD_UP
    )
    measure = forms.TypedChoiceField(
        label=_("How much they hear"), choices=Measure, coerce=Measure, initial=Measure.EVERYTHING
    )
