from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.people.models import Person


class ErasureForm(forms.Form):
    their_words = forms.BooleanField(
        label=_("Also take out what they wrote as a customer"),
        required=False,
        help_text=_(
            "Answers, messages and corrections in their own words. Otherwise these stay under the pseudonym, with "
            "their name replaced: IT may need the history."
        ),
    )
    their_files = forms.BooleanField(
        label=_("Also delete the files they gave"),
        required=False,
        help_text=_("Nobody can look into files for names: a picture of a letter shows who it was written to."),
    )
    name = forms.CharField(label=_("Type their name to confirm"), max_length=200)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["name"].help_text = person.full_name

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if " ".join(name.split()).casefold() != " ".join(self.person.full_name.split()).casefold():
            raise forms.ValidationError(_("This is not their name as it stands above."), code="other_name")
        return name
