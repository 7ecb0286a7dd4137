"""The technology interview, a page at a time."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import kinds_offered
from foredesk.tickets.enums import PerceivedSize, Prompt, Severity
from foredesk.tickets.models import Interview

from ..rules import FIELDS_OF
from .fields import FilesField, NamesColleague

LONGEST_ANSWER = 20_000  # characters: a pasted error log fits, a pasted book does not
MOST_PEOPLE = 100_000
NOT_SURE = "not-sure"

SIZES = [
    (PerceivedSize.MOMENT, gettext_lazy("A moment")),
    (PerceivedSize.HOUR, gettext_lazy("About an hour")),
    (PerceivedSize.BIGGER, gettext_lazy("Bigger")),
    (PerceivedSize.UNKNOWN, gettext_lazy("I don’t know")),
]
SEVERITIES = [
    (Severity.STOPPED, gettext_lazy("I can’t work on")),
    (Severity.SLOWED, gettext_lazy("It slows me down")),
    (Severity.ANNOYED, gettext_lazy("It is annoying, but I can work")),
]


def words_field(label: Any, rows: int = 4, placeholder: str = "") -> forms.CharField:
    # Unstripped: the customer's words are kept as they were written.
    return forms.CharField(
        required=False,
        label=label,
        strip=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": rows, "placeholder": placeholder}),
        error_messages={
            "max_length": gettext_lazy(
                "That is more than fits here (%(limit_value)d characters). Add it as a file, please."
            )
        },
    )


class BeginForm(NamesColleague):
    """The first question, on the home page: what it is about, in the customer's own words."""

    goal = words_field(gettext_lazy("Tell us in your own words"))
    perceived_size = forms.ChoiceField(
        required=False,
        choices=SIZES,
        widget=forms.RadioSelect,
        label=gettext_lazy("How big does it feel?"),
    )
    kind = forms.ModelChoiceField(ServiceClass.objects.none(), required=False)
    uploads = FilesField()
    # Tells the tab that is being typed in from another one with the same page.
    key = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = cast(forms.ModelChoiceField, self.fields["kind"])
        kind.queryset = ServiceClass.objects.filter(pk__in=[one.pk for one in kinds_offered()])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        said = data.get("goal", "").strip() or data.get("uploads") or data.get("kind")
        if not said and "goal" not in self.errors:
            self.add_error("goal", _("Tell us in a word or two what it is about. “My password” is enough."))
        return data


class AnswersForm(forms.Form):
    """The questions of one page of the interview: only their fields, all of them optional."""

    kind = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("What is it about?"))
    goal = words_field(gettext_lazy("What were you trying to get done?"))
    perceived_size = BeginForm.base_fields["perceived_size"]
    happened = words_field(gettext_lazy("What happened instead?"))
    theory = words_field(gettext_lazy("What do you think is going on?"), rows=3)
    tried = words_field(gettext_lazy("What have you already tried?"), rows=3)
    severity = forms.ChoiceField(
        required=False,
        choices=SEVERITIES,
        widget=forms.RadioSelect,
        label=gettext_lazy("How much does it hold you up?"),
    )
    impact = words_field(gettext_lazy("What can’t you do until this works?"), rows=3)
    needed_by = forms.CharField(
        required=False,
        max_length=120,
        label=gettext_lazy("By when do you need it?"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("before the exam at 11:00")}),
    )
    people_held_up = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        label=gettext_lazy("How many people does it hold up, you included?"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "min_value": gettext_lazy("At least one person: you."),
            "invalid": gettext_lazy("Write a number, such as 3."),
        },
    )
    fixed = words_field(gettext_lazy("What would “fixed” look like?"))
    uploads = FilesField()

    def __init__(
        self, *args: Any, interview: Interview, prompts: Sequence[Prompt], asks_kind: bool, **kwargs: Any
    ) -> None:
        self.prompts = prompts
        self.asks_kind = asks_kind
        names = {name for prompt in prompts for name in FIELDS_OF[prompt]}
        initial = {name: getattr(interview, name) for name in names}
        initial["kind"] = interview.service_class_id or NOT_SURE
        super().__init__(*args, **{**kwargs, "initial": initial})
        kept = names | {"uploads"} | ({"kind"} if asks_kind else set())
        for name in set(self.fields) - kept:
            del self.fields[name]
        if asks_kind:
            self.kinds = kinds_offered()
            kind = cast(forms.ChoiceField, self.fields["kind"])
            kind.choices = [(str(one.pk), _named(one)) for one in self.kinds] + [(NOT_SURE, _("Not sure"))]

    def answers(self) -> dict[str, Any]:
        """What to keep, under the names of the interview; what could not be read is left as it was."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"uploads", "kind"}}
        if self.asks_kind and (chosen := self.cleaned_data.get("kind")):
            data["service_class"] = next((one for one in self.kinds if str(one.pk) == chosen), None)
        return data


def _named(kind: ServiceClass) -> str:
    return _("%(kind)s (private)") % {"kind": kind.name} if kind.is_private else kind.name


class ColleagueForm(NamesColleague):
    """Somebody who is also held up, or for whom one asks."""
