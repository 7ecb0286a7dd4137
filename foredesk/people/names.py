"""How people are found by what somebody remembers of them: names without accents, digits without gaps."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import models

# Letters that no decomposition takes apart, as people type them who lack the key.
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_WORD = re.compile(r"[^\s,;()\"]+")
_PHONE_DECORATION = re.compile(r"(?<=\d)[\s/().-]+(?=\d)")


def plain(text: str) -> str:
    """Lower case without accents: "Zoë Łukasz" becomes "zoe lukasz"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The words of what somebody typed, plain; digits that belong together ("555 12-34") become one word."""
    return _WORD.findall(_PHONE_DECORATION.sub("", plain(text)))


def search_words(parts: Sequence[str]) -> str:
    """All words one can be found by, each after a blank, so that a word's beginning is found as " beginning".

    Parts of a double name and of a mail address count as words of their own.
    """
    found: dict[str, None] = {}
    for part in parts:
        for word in words(part):
            found[word] = None
            # Of a mail address only the part before the @: everybody here has the same part behind it.
            pieces = re.split(r"[-'’._+]+", word.partition("@")[0])
            found.update(dict.fromkeys(piece for piece in pieces[1:] if piece))
    return "".join(f" {word}" for word in found)


class SearchWordsField(models.TextField[str, str]):
    """The words of some fields of the same row, worked out whenever the row is written (also in bulk).

    `of`: the names of those fields. A save with `update_fields` must name this field too.
    """

    def __init__(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        super().__init__(*args, **{"default": "", "editable": False, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = search_words([getattr(model_instance, field) or "" for field in self.of])
        setattr(model_instance, self.attname, value)
        return value
