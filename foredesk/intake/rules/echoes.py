"""Replies in which there is nothing but the mail of ours that they answer: somebody pressed “send” by mistake."""

import re
from collections.abc import Sequence

from .quoting import is_device_signature, is_signature_mark
from .trimming import Kind, kinds_of

LEAST = 0.6  # of our mail that has to stand there
_ADDRESS = re.compile(r"https?://\S+")
_MARKS = re.compile(r"^[>|\s]+")


def only_repeats(text: str, ours: Sequence[str]) -> bool:
    """Whether a reply's text says nothing but what stands in a mail of ours, in any of its forms, and around it.

    A “Yes” is among our own words, too: so most of our mail has to be there; nothing may stand beside quoted lines, and
    what is quoted without marks has to reach the end, where somebody would have written below it. In doubt it is not.
    """
    lines = _lines(text)
    known = [words for words in map(_letters, ours) if words]
    if not lines or lines[0][0] is Kind.TEXT:
        return False
    said = [_letters(line) for kind, line in lines if kind is not Kind.INTRODUCTION]
    whole = "".join(said)
    most = [words for words in known if len(whole) >= LEAST * len(words)]
    if all(kind is not Kind.TEXT for kind, _line in lines):
        return any(all(line in words for line in said) for words in most)
    return any(words.endswith(whole) for words in most)


def _lines(text: str) -> list[tuple[Kind, str]]:
    """What stands in a text, without marks of quoting; not what is blank, nor the signature above what it answers."""
    found: list[tuple[Kind, str]] = []
    is_signature = False
    lines = text.splitlines()
    for line, kind in zip(lines, kinds_of(lines), strict=True):
        if kind in {Kind.QUOTED, Kind.INTRODUCTION}:
            is_signature = False
            found.append((kind, _MARKS.sub("", line)))
        elif kind is Kind.RULER:
            is_signature = is_signature or (not found and is_signature_mark(line))
        elif kind is not Kind.BLANK and not is_signature and not is_device_signature(line):
            found.append((Kind.TEXT, line))
    return found


def _letters(words: str) -> str:
    """What is compared: programs wrap lines and write out links, each in its way."""
    return "".join(filter(str.isalnum, _ADDRESS.sub("", words))).lower()
