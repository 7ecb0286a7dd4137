"""A map as somebody edits it: TOML with samples of each column beside it."""

import json
from collections.abc import Iterator

from .fields import FIELDS
from .mapping import Mapping
from .proposing import Column, Proposal, unknown_words


def written(proposal: Proposal) -> str:
    """The text of a map file that says what `proposal` says, with samples as comments."""
    return "\n".join(_lines(proposal.mapping, proposal.columns)) + "\n"


def _lines(mapping: Mapping, columns: dict[str, Column]) -> Iterator[str]:
    if mapping.target == "tickets":
        yield "# What the other desk is called: by this and its own number a request is known when you run it again."
        yield f"source = {_quoted(mapping.source)}"
        yield "# Where dates without a zone were written; TIME_ZONE of the settings where this line is missing."
        yield '# timezone = "UTC"'
        yield f"date_order = {_quoted(mapping.date_order)}"
        spare = [name for name in columns if name not in mapping.used()]
        yield "# Columns whose words stay with the request, as a note for IT."
        yield f"keep = [{', '.join(map(_quoted, spare))}]"
    yield ""
    yield "[columns]"
    for one in FIELDS[mapping.target]:
        names = mapping.columns.get(one.key, ())
        value = _quoted(names[0]) if len(names) == 1 else f"[{', '.join(map(_quoted, names))}]"
        line = f"{one.key} = {value}" if names else f'# {one.key} = ""'
        samples = " | ".join(columns[names[0]].samples) if names else str(one.label)
        yield f"{line}  # {_one_line(samples)}"
    if mapping.defaults:
        yield "\n[defaults]"
        for key, words in mapping.defaults.items():
            yield f"{key} = {_quoted(words)}"
    for one in FIELDS[mapping.target]:
        names = mapping.columns.get(one.key, ())
        if one.choices and names:
            yield f"\n[values.{one.key}]  # {' | '.join(value for value, _label in one.choices)}"
            for theirs, ours in mapping.values.get(one.key, {}).items():
                yield f"{_quoted(theirs)} = {_quoted(ours)}"
            for theirs in unknown_words(one, columns[names[0]]):
                yield f'# {_quoted(theirs)} = ""'
    unused = [name for name in columns if name not in mapping.used()]
    if unused and mapping.target != "tickets":
        yield f"\n# Columns that nothing is taken from: {', '.join(map(_quoted, unused))}"


def _quoted(words: str) -> str:
    """A basic string (TOML 1.0): JSON's escapes are TOML's, but for the one that JSON leaves as it is."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable())
