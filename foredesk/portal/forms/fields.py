"""Fields that the customer's forms share."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.people.models import Person
from foredesk.people.queries import colleagues


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Add a picture or file"))
        super().__init__(required=False, widget=FilesInput(attrs={"multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [cleaned for one in given if one and (cleaned := super(FilesField, self).clean(one, initial))]


class NamesColleague(forms.Form):
    """A colleague, found while typing; without JavaScript by what was typed.

    The search sets `colleague`; the words stay in `colleague_name`.
    """

    colleague = forms.IntegerField(required=False, widget=forms.HiddenInput)
    colleague_name = forms.CharField(
        required=False, max_length=120, strip=True, label=gettext_lazy("Your colleague’s name")
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self._person(data.get("colleague"), data.get("colleague_name", ""))
        return data

    def _person(self, pk: int | None, words: str) -> Person | None:
        if not words:
            return None
        found = colleagues(self.by, words)
        if pk is not None:
            # A number alone proves nothing: the name beside it has to belong to it.
            found = [person for person in found if person.pk == pk] or found
        exact = [person for person in found if person.full_name.casefold() == words.casefold()]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if not found:
            self.add_error(
                "colleague_name",
                _("We found nobody called “%(name)s”. Type at least three letters of the first or last name.")
                % {"name": words},
            )
        else:
            names = get_text_list([str(person) for person in found], _("or"))
            self.add_error("colleague_name", _("Whom do you mean: %(names)s? Type the whole name.") % {"names": names})
        return None
