from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.people.models import Person
from foredesk.people.queries import active_people, find_people
from foredesk.tickets.enums import Answer

LONGEST = 20_000  # characters, as elsewhere on a request


def _words(label: Any, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=LONGEST, strip=False, widget=area, required=False, **more)


class _VerdictForm(forms.Form):
    """A choice, and for every one but the plain yes a few words."""

    PLAIN_YES = ""
    MISSING: Any = ""

    answer = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Please choose one of these.")}
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        answer = data.get("answer")
        if answer and answer != self.PLAIN_YES and not (data.get("words") or "").strip():
            self.add_error("words", self.MISSING)
        return data


class RestatementForm(_VerdictForm):
    PLAIN_YES = "right"
    MISSING = gettext_lazy("Tell us in a few words what we got wrong.")

    words = _words(gettext_lazy("What is different?"), help_text=gettext_lazy("Only for “Not quite”."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = self.fields["answer"]
        answer.label = _("Did we understand you?")
        answer.choices = [("right", _("That’s it")), ("different", _("Not quite"))]  # type: ignore[attr-defined]


class SolutionForm(_VerdictForm):
    PLAIN_YES = Answer.YES
    MISSING = gettext_lazy("Tell us in a few words what does not work yet, so that we go on from there.")

    words = _words(gettext_lazy("What is still missing?"), help_text=gettext_lazy("Only for “Partly” and “No”."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = self.fields["answer"]
        answer.label = _("Does this completely solve it?")
        answer.choices = Answer.choices  # type: ignore[attr-defined]


class AsideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,  # the action says what is missing
        help_text=gettext_lazy("For whoever looks for this mail one day: “advertising”, “sent twice”."),
    )


class CustomerSearch(forms.TextInput):
    """Somebody found while typing. Words that were typed without choosing count where they fit one person."""

    template_name = "people/person_search.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        words, chosen = str(data.get(f"{name}_words", "")).strip(), str(data.get(name, ""))
        if chosen:
            return chosen
        found = find_people(words, limit=2) if words else []
        return found[0].pk if len(found) == 1 else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = Person.objects.filter(pk=value).first() if str(value or "").isdecimal() else None
        context["widget"].update({"words": chosen.full_name if chosen else "", "url_name": "people:search"})
        return context


class QuarantinedRequestForm(forms.Form):
    """A request in somebody's name, in the words that a person of IT read in a mail."""

    customer = forms.ModelChoiceField(
        label=gettext_lazy("Whose request it is"),
        queryset=Person.objects.none(),
        widget=CustomerSearch,
        help_text=gettext_lazy("Name, mail or number. They hear of it as if they had sent it themselves."),
        error_messages={"required": gettext_lazy("Choose the person: a name, a mail address or a number.")},
    )
    words = _words(gettext_lazy("What the mail asks for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = active_people()  # type: ignore[attr-defined]
