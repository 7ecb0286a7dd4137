"""What a map says: which column tells what, what their words mean here, and how dates and letters are written.

A map is a small TOML file (https://toml.io), or what somebody chose on the page. docs/operations/moving-in.md
explains each line.
"""

import tomllib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from .fields import Field, Target, fields_of

DATE_ORDERS = ("day first", "month first")
_PLAIN = ("source", "timezone", "date_order", "encoding", "delimiter")
_TABLES = ("columns", "defaults", "values", "create")
CREATABLE = {Target.TICKETS: ("kinds", "sign_in"), Target.PEOPLE: ("departments",)}
LONGEST_SOURCE = 40


class BadMap(ValueError):
    """A map that cannot be followed; the text is a sentence that says what to mend."""


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """`columns`: for each field the columns that tell it, the first one that says something counts.

    `keep`: columns whose words stay with a request as a note for IT. `values`: for a field, their words and ours.
    """

    target: Target
    source: str = ""
    columns: Map[str, Sequence[str]]
    defaults: Map[str, str] = field(default_factory=dict)
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    create: Sequence[str] = ()
    keep: Sequence[str] = ()
    timezone: str = ""
    date_order: str = "day first"
    encoding: str = ""
    delimiter: str = ""

    def as_json(self) -> dict[str, Any]:
        """For a row of the database; `from_dict` reads it."""
        plain = {name: value for name, value in asdict(self).items() if value and name not in {"target", "create"}}
        return plain | {"create": dict.fromkeys(self.create, True)}

    def with_changes(self, **changes: Any) -> "Mapping":
        return replace(self, **changes)

    def used(self) -> set[str]:
        """Every column the map names."""
        return {name for names in self.columns.values() for name in names} | set(self.keep)

    def check(self, columns: Sequence[str]) -> None:
        """Raises BadMap where the map does not fit a file with these columns."""
        if missing := self.used() - set(columns):
            raise BadMap(
                _("The file has no column “%(name)s”. It has: %(columns)s.")
                % {"name": min(missing), "columns": ", ".join(columns)[:500]}
            )
        told = {key for key, names in self.columns.items() if names} | set(self.defaults)
        for one in fields_of(self.target).values():
            if one.needed and one.key not in told and not (one.key == "email" and "number" in told):
                raise BadMap(_("The map does not say which column is “%(field)s”.") % {"field": one.label})
        if self.target == Target.TICKETS and not told & {"customer_email", "customer_number", "customer_name"}:
            raise BadMap(_("The map does not say who the customer is: by e-mail, number or name."))
        if self.target == Target.PEOPLE and not told & {"name", "first_name", "last_name"}:
            raise BadMap(_("The map does not say which column is the name."))


def from_file(path: Path, target: Target) -> Mapping:
    """Raises BadMap for a file that is not there or no map."""
    try:
        return from_text(path.read_text(encoding="utf-8-sig"), target)
    except OSError as error:
        raise BadMap(_("The map cannot be read: %(why)s.") % {"why": error.strerror or error}) from error
    except UnicodeDecodeError as error:
        raise BadMap(_("The map has to be written in UTF-8.")) from error


def from_text(text: str, target: Target) -> Mapping:
    """Raises BadMap."""
    try:
        return from_dict(tomllib.loads(text), target)
    except tomllib.TOMLDecodeError as error:
        raise BadMap(_("The map is no TOML: %(why)s.") % {"why": error}) from error


def from_dict(said: Map[str, Any], target: Target) -> Mapping:
    """Raises BadMap for names that mean nothing here, and for values of the wrong kind."""
    if unknown := said.keys() - {*_PLAIN, *_TABLES, "keep"}:
        raise BadMap(_("The map says “%(name)s”, which means nothing.") % {"name": min(unknown)})
    plain = {name: _text(name, said[name]) for name in _PLAIN if name in said}
    tables = {name: _table(name, said.get(name, {})) for name in _TABLES}
    fields = fields_of(target)
    for name in ("columns", "defaults", "values"):
        if unknown := tables[name].keys() - fields.keys():
            raise BadMap(
                _("[%(table)s] says “%(name)s”. It may say: %(names)s.")
                % {"table": name, "name": min(unknown), "names": ", ".join(fields)}
            )
    if unknown := tables["create"].keys() - set(CREATABLE[target]):
        raise BadMap(
            _("[create] says “%(name)s”. It may say: %(names)s.")
            % {"name": min(unknown), "names": ", ".join(CREATABLE[target])}
        )
    _check_plain(plain)
    return Mapping(
        target=target,
        columns={key: _list(key, value) for key, value in tables["columns"].items()},
        defaults={key: _text(key, value) for key, value in tables["defaults"].items()},
        values={key: _values(fields[key], _table(key, value)) for key, value in tables["values"].items()},
        create=[name for name, wanted in tables["create"].items() if wanted],
        keep=_list("keep", said.get("keep", [])),
        **plain,
    )


def _check_plain(plain: dict[str, str]) -> None:
    if plain.get("date_order", DATE_ORDERS[0]) not in DATE_ORDERS:
        raise BadMap(_("date_order is “day first” or “month first”."))
    if plain.get("delimiter") and len(plain["delimiter"]) != 1:
        raise BadMap(_("The delimiter is one character."))
    if len(plain.get("source", "")) > LONGEST_SOURCE:
        raise BadMap(_("The name of the source has %(most)d characters at most.") % {"most": LONGEST_SOURCE})
    try:
        ZoneInfo(plain.get("timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadMap(_("There is no time zone “%(name)s”.") % {"name": plain["timezone"][:60]}) from error


def _values(one: Field, said: Map[str, Any]) -> dict[str, str]:
    """Their words as `folded` has them, with ours. Where ours are few, a map may use no others."""
    ours = [str(value) for value, _label in one.choices]
    for words, meaning in said.items():
        if ours and _text(words, meaning) not in ours:
            raise BadMap(
                _("[values.%(field)s] says “%(meaning)s”. It may say: %(ours)s.")
                % {"field": one.key, "meaning": meaning, "ours": ", ".join(ours)}
            )
    return {folded(words): _text(words, meaning) for words, meaning in said.items()}


def folded(words: str) -> str:
    """A word of theirs as it is compared: case and spaces do not count."""
    return " ".join(words.split()).casefold()


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise BadMap(_("“%(name)s” has to be words in quotation marks.") % {"name": name})
    return value.strip() if name != "delimiter" else value


def _table(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadMap(_("[%(name)s] has to be a table.") % {"name": name})
    return value


def _list(name: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise BadMap(_("“%(name)s” has to be a column, or a list of columns in square brackets.") % {"name": name})
