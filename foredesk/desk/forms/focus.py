"""Before a form reaches somebody in focus, it says so, and asks whether that is an emergency."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.people.models import Person
from foredesk.shield.actions import Emergency
from foredesk.shield.models import Definition
from foredesk.shield.queries import definition, told_about
from foredesk.shield.rules import causes_of


class FocusMixin(forms.Form):
    """Adds the question to a form whose `clean` calls `ask_about` with the people it reaches.

    The first time the form is not valid, though nothing in it is wrong: it comes back with what its writer has to know
    (`asks`), and `told` then holds whom they know of.
    """

    by: Person
    FIELDS = ("told", "when", "cause", "reason")  # a template that writes fields one by one leaves these to focus.html

    told = forms.CharField(required=False, widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("then", _("They see it then")), ("now", _("It is an emergency: now"))],
        initial="then",
        required=False,
        widget=forms.RadioSelect,
    )
    cause = forms.CharField(label=_("What kind of emergency"), required=False, widget=forms.Select)
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        max_length=300,
        required=False,
        help_text=_("It stands on top of what they get, and in the record of the request."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sentences: list[str] = []  # about those in focus; the form shows the question while there are some
        self.asks = False
        self.emergency: Emergency | None = None
        self.definition: Definition | None = None

    def is_valid(self) -> bool:
        return super().is_valid() and not self.asks

    def ask_about(self, people: Iterable[Person], data: dict[str, Any]) -> None:
        """Look who of `people` is in focus, and whether the writer has read of each of them."""
        in_focus = told_about(people, self.by)
        if not in_focus:
            return
        self.sentences = list(in_focus.values())
        self.definition = definition()
        causes = causes_of(self.definition)
        self.fields["cause"].widget.choices = [("", _("Choose one")), *((cause, cause) for cause in causes)]
        known = set(data.get("told", "").split(","))
        shown = self.data.copy()  # type: ignore[attr-defined]  # what was sent is never changed in place
        shown[self.add_prefix("told")] = ",".join(map(str, in_focus))
        if not {str(key) for key in in_focus} <= known:
            shown[self.add_prefix("when")] = "then"
            self.asks = True
        elif data.get("when") == "now":
            self._read_emergency(data.get("cause", ""), data.get("reason", ""), causes)
        self.data = shown

    def _read_emergency(self, cause: str, reason: str, causes: list[str]) -> None:
        if cause not in causes:
            self.add_error("cause", _("Choose which kind of emergency it is."))
        if not reason and "reason" not in self.errors:
            self.add_error("reason", _("Say in a sentence why it cannot wait."))
        self.emergency = Emergency(cause=cause, reason=reason)
