"""Mails whose point stands in the text below: what was folded away there, somebody has to see."""

import re

_POINTS_BELOW = re.compile(
    r"\b(?:see|answer\w*|comment\w*|response\w*|repl(?:y|ies)|note\w*|siehe|antwort\w*|anmerkung\w*|kommentar\w*|voir"
    r"|réponse\w*|ver|respuesta\w*)\b[^\n.?!]{0,60}?"
    r"\b(?:below|underneath|in-?line|in (?:red|blue|green|bold|capitals)|unten|darunter|in (?:rot|blau|grün|fett)"
    r"|ci-dessous|en rouge|abajo)\b"
    r"|^\W*(?:inline|see below|siehe unten|s\. ?u\.|voir ci-dessous)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED = re.compile(r"(?:\[|#|/(?:requests|tickets)/|\brequest )(\d{1,18})\b", re.IGNORECASE)
_FORWARDS = re.compile(r"\s*(?:fwd?|wg|wtr|doorst|tr|rv|enc|vs|vl|vb|pd|i)\s*:", re.IGNORECASE)


def points_below(words: str) -> bool:
    """Whether somebody says that their answer stands in what they quote: “See my answers below, in red”."""
    return _POINTS_BELOW.search(words[:2000]) is not None


def is_forward(subject: str) -> bool:
    """Whether a subject says that another mail is passed on, as mail programs in their languages write it."""
    return _FORWARDS.match(subject) is not None


def numbers_named(words: str) -> set[int]:
    """The requests that words name, as our mails and pages do: “request 4812”, “[4812]”, the address of its page."""
    return set(map(int, _NAMED.findall(words)))
