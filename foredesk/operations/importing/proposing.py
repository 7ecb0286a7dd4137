"""A first map for a file nobody has mapped yet: by the names of its columns, and by how their values look."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from foredesk.kit import clock

from .fields import FIELDS, FLAGS, Field, Look, Target
from .mapping import Mapping, folded
from .reading import Source
from .values import BadValue, moment, said, short

LOOKED_AT = 500  # lines
SHOWN = 3  # samples of each column
_ALIKE = 86  # percent of likeness below which a header is a different word
_MOSTLY = 0.6  # of the first lines; the others are refused one by one, with their reasons
_SLASHED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}\b")
MOST_WORDS = 40  # different values beyond which a column is no choice of a few


@dataclass(frozen=True)
class Column:
    """A column as its first lines show it."""

    name: str
    values: Sequence[str]  # those that say something, in order

    @property
    def samples(self) -> list[str]:
        return [short(words) for words in islice(dict.fromkeys(self.values), SHOWN)]

    @property
    def words(self) -> list[str]:
        """The different values, the most frequent ones first."""
        return [words for words, _times in Counter(self.values).most_common()]

    def looks(self, look: Look) -> bool | None:
        """Whether the values can be of that kind; None where there are none to see."""
        if look == Look.ANY:
            return True
        if not self.values:
            return None
        return sum(map(_TESTS[look], self.values)) >= _MOSTLY * len(self.values) and (
            look != Look.ID or len(set(self.values)) == len(self.values)
        )


@dataclass(frozen=True)
class Proposal:
    mapping: Mapping
    columns: dict[str, Column]


def look_at(source: Source) -> dict[str, Column]:
    """The columns of a freshly opened file by their first lines; reads on from where the file is."""
    lines = [line.cells for line in islice(source.lines(), LOOKED_AT) if not line.problem]
    return {
        name: Column(name, [words for cells in lines if (words := said(cells[place]))])
        for place, name in enumerate(source.columns)
    }


def propose(source: Source, target: Target, *, name: str = "") -> Proposal:
    """A map for a freshly opened file; `name` is what the source will be called."""
    columns = look_at(source)
    chosen = _choose(FIELDS[target], columns)
    defaults = {}
    if target == Target.TICKETS and not chosen.keys() & {"customer_email", "customer_number", "customer_name"}:
        defaults["customer_name"] = _("Customers of %(source)s") % {"source": name or _("the old desk")}
    if target == Target.TICKETS and not chosen.keys() & {"state", "closed"}:
        defaults["state"] = "closed"  # a history that says nothing of its end has ended
    mapping = Mapping(
        target=target,
        source=name,
        columns={key: [column] for key, column in chosen.items()},
        defaults=defaults,
        values={
            one.key: _known(one, columns[chosen[one.key]])
            for one in FIELDS[target]
            if one.choices and one.key in chosen
        },
        date_order=_date_order([columns[chosen[key]] for key in ("created", "closed") if key in chosen]),
    )
    return Proposal(mapping, columns)


def _choose(fields: Sequence[Field], columns: dict[str, Column]) -> dict[str, str]:
    """For each field its column: the best match of name and look first, each column once."""
    scored = sorted(
        (
            (_score(one, column), -place, one.key, column.name)
            for place, one in enumerate(fields)
            for column in columns.values()
        ),
        reverse=True,
    )
    chosen: dict[str, str] = {}
    for score, _place, key, name in scored:
        if score >= _ALIKE and key not in chosen and name not in chosen.values():
            chosen[key] = name
    # What cannot be left out is looked for by its look alone.
    for one in fields:
        if one.key not in chosen and (one.needed or one.look == Look.EMAIL) and one.look != Look.ANY:
            free = (column for column in columns.values() if column.name not in chosen.values())
            if found := next((column.name for column in free if column.looks(one.look)), ""):
                chosen[one.key] = found
    return chosen


def _score(one: Field, column: Column) -> float:
    """0 to 100; 0 where the values cannot be of the field's kind."""
    if one.look in {Look.ID, Look.TIME, Look.EMAIL, Look.FLAG} and column.looks(one.look) is False:
        return 0
    if one.look == Look.NAME and column.looks(Look.TIME):
        return 0
    plain = _plain(column.name)
    likeness = max((fuzz.token_sort_ratio(plain, synonym) - place / 100 for place, synonym in enumerate(one.synonyms)))
    # An empty column is the last choice.
    return likeness - (0 if column.values else 10)


def _plain(header: str) -> str:
    """A header in small letters, with spaces where words meet: “CreatedAt” and “created_at” become “created at”."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.findall(r"[^\W_]+", apart.casefold()))


def _known(one: Field, column: Column) -> dict[str, str]:
    """Their words that we understand without being told."""
    return {words: one.words[folded(words)] for words in column.words[:MOST_WORDS] if folded(words) in one.words}


def unknown_words(one: Field, column: Column) -> list[str]:
    """Their words that somebody has to explain."""
    return [words for words in column.words[:MOST_WORDS] if folded(words) not in one.words]


def _date_order(columns: Sequence[Column]) -> str:
    pairs = [
        (int(match[1]), int(match[2]))
        for column in columns
        for words in column.values
        if (match := _SLASHED.match(words))
    ]
    return "month first" if any(b > 12 for _a, b in pairs) and not any(a > 12 for a, _b in pairs) else "day first"


def _is_moment(words: str) -> bool:
    try:
        moment(words, zone=ZoneInfo("UTC"), now=clock.now())
    except BadValue:
        return False
    return not words.isdecimal() or len(words) >= 9


_TESTS = {
    Look.ID: lambda words: len(words) <= 60 and "\n" not in words,
    Look.TIME: _is_moment,
    Look.EMAIL: lambda words: re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", words) is not None,
    Look.NAME: lambda words: len(words) <= 120,
    Look.TEXT: lambda words: len(words) > 40,
    Look.WORD: lambda words: len(words) <= 80,
    Look.FLAG: lambda words: folded(words) in FLAGS,
}
