"""Forms whose content is kept once, however often it arrives."""

import re
from uuid import uuid4

from django import forms

_KEY = re.compile(r"[0-9a-f]{32}\Z")


class SentOnceForm(forms.Form):
    """Carries a random `key`, new with each page. Whoever gets no answer and sends the page again, sends the same.

    A template that writes its fields one by one includes `{{ form.key }}`.
    """

    key = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid4().hex)

    def clean_key(self) -> str:
        """A key that is none of ours counts as no key; nobody should read about it."""
        key: str = self.cleaned_data["key"]
        return key if _KEY.match(key) else ""
