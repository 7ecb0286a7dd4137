"""What a customer says on a request."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.kit.once import SentOnceForm
from foredesk.tickets.enums import Audience

from .fields import FilesField
from .interview import words_field

AUDIENCES = [
    (Audience.EVERYONE, gettext_lazy("IT and the people who follow this")),
    (Audience.CUSTOMER, gettext_lazy("only IT")),
]


class ReplyForm(SentOnceForm):
    """A message to IT."""

    body = words_field(gettext_lazy("Your message"), rows=3)
    audience = forms.ChoiceField(
        choices=AUDIENCES,
        required=False,
        initial=Audience.EVERYONE,
        widget=forms.RadioSelect,
        label=gettext_lazy("Who may read it?"),
    )
    uploads = FilesField()

    def clean_body(self) -> str:
        words: str = self.cleaned_data["body"]
        if not words.strip():
            raise forms.ValidationError(_("Write a few words, please."))
        return words

    def clean_audience(self) -> Audience:
        return Audience(self.cleaned_data["audience"] or Audience.EVERYONE)


class CorrectionForm(forms.Form):
    """“Not quite”: what is different."""

    correction = words_field(gettext_lazy("What is different?"), rows=3)

    def clean_correction(self) -> str:
        words: str = self.cleaned_data["correction"]
        if not words.strip():
            raise forms.ValidationError(_("Tell us in a few words what we got wrong."))
        return words


class MissingForm(forms.Form):
    """“Partly” or “No”: what is still missing."""

    words = words_field(gettext_lazy("What is still missing?"), rows=3)

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not words.strip():
            raise forms.ValidationError(
                _("Tell us in a few words what does not work yet, so that we go on from there.")
            )
        return words


class WithdrawalForm(forms.Form):
    """“I no longer need this.”"""

    words = words_field(gettext_lazy("Would you tell us why? (You need not.)"), rows=2)
