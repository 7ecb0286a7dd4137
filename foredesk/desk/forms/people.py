"""Choosing one person by name, mail or number: while typing, or, without scripts, by what was typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from foredesk.people.models import Person

from ..queries import people_matching


class PersonInput(forms.MultiWidget):
    """The words typed (visible) and the person chosen from the list (hidden)."""

    template_name = "desk/widgets/person.html"

    def __init__(self, *, attrs: dict[str, Any] | None = None) -> None:
        words = forms.TextInput(attrs={"autocomplete": "off", "data-person-search": reverse_lazy("people:search")})
        super().__init__(widgets={"words": words, "id": forms.HiddenInput(attrs={"data-person-value": ""})})

    def decompress(self, value: Any) -> list[Any]:
        person = value if isinstance(value, Person) else Person.objects.filter(pk=value).first() if value else None
        return [str(person), person.pk] if person else ["", None]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class PersonField(forms.MultiValueField):
    """A Person. Words without a choice count when they fit exactly one person."""

    widget = PersonInput

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.CharField(required=False, max_length=200), forms.IntegerField(required=False))
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> Person | None:
        words, pk = data_list or ["", None]
        if pk and (chosen := Person.objects.filter(pk=pk, is_active=True).first()):
            return chosen
        if not words:
            return None
        found = people_matching(words)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nobody goes by “%(words)s”. Try a mail address or a number.") % {"words": words})
        names = ", ".join(f"{person} ({person.email})" for person in found[:4])
        raise ValidationError(_("Several people fit: %(names)s. Type a little more.") % {"names": names})
