from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from, classes_in_use
from foredesk.people.models import Person
from foredesk.people.queries import agents

from .models import Skill


class SkillForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What it takes: “Databases”, “Door locks”."))
    people = forms.ModelMultipleChoiceField(
        label=_("Who has it"), queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    service_classes = forms.ModelMultipleChoiceField(
        label=_("Requests that need it"),
        queryset=ServiceClass.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are served only to those who have the skill; everybody may still take them by hand."),
    )

    def __init__(self, *args: Any, by: Person, skill: Skill | None = None, **kwargs: Any) -> None:
        if skill is not None:
            kwargs.setdefault(
                "initial",
                {
                    "name": skill.name,
                    "people": list(skill.people.values_list("pk", flat=True)),
                    "service_classes": list(skill.service_classes.values_list("pk", flat=True)),
                },
            )
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = agents()  # type: ignore[attr-defined]
        known = classes_in_use().exclude(pk__in=classes_hidden_from(by))
        self.fields["service_classes"].queryset = known  # type: ignore[attr-defined]
