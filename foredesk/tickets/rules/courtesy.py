"""What is only polite in what people write by mail: greetings, thanks, farewells, names."""

import re

_GREETING = re.compile(
    r"\A(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|moin|servus|liebe[r]?|guten (?:tag|morgen)"
    r"|bonjour|hola)\b[^\n,!]{0,40}[,!\n]\s*",
    re.IGNORECASE,
)
_THANKS = r"(?:many )?thanks|thank you|thx|danke(?: schön)?|vielen dank|merci|gracias|bedankt"
# What people say first, to be kind.
_KIND = re.compile(
    rf"\A(?:(?:great|super|wonderful|excellent|brilliant|hooray|ah|oh|ok|okay|prima|toll)\b[ \t,.!–-]*(?=\S)"
    rf"|(?:{_THANKS})\b(?:[^\n,.!;]{{0,30}}[,.!;\n–-]+\s*|\s+)(?=\S))",
    re.IGNORECASE,
)
# A line of its own above somebody's name.
FAREWELL = re.compile(
    r"^[ \t]*(?:(?:kind|best|warm|with kind|with best)(?:est)? (?:regards|wishes)|regards|best|cheers|all the best"
    rf"|sincerely|yours(?: \w+)?|(?:{_THANKS})(?: again| in advance| (?:so|very) much)?|(?:mit )?(?:freundlichen?"
    r"|viel(?:e|en)|liebe[n]?|beste[n]?|schöne[n]?) gr(?:ü|ue)(?:ß|ss)en?|mfg|lg|vg|bien à vous|cordialement"
    r"|gru(?:ß|ss)|saludos|un saludo"
    r"|atentamente|met vriendelijke groet(?:en)?)[ \t]*[,.!]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
POSTSCRIPT = re.compile(r"^[ \t]*p\.? ?s\.?\b", re.IGNORECASE | re.MULTILINE)
_POLITE = (
    "a again all and appreciated best bye cheers danke day dank dear evening excellent fast fine for good great "
    "greetings grüße gruß have hello help hi it its kind kindly lot lots many merci gracias much nice now ok okay "
    "perfect perfectly quick quickly quite really regards right schön so super support sehr thank thanks that the "
    "this thx time to very viele vielen week weekend welcome wishes wonderful work you your yours"
)
_COURTESY = frozenset(_POLITE.split())
_WORD = re.compile(r"[^\W\d_]+")
# “…, Tomás”, and a name below what was said.
_NAME = re.compile(r",\s*[A-ZÀ-Þ]\w+(?=\s*(?:[.!,\n]|$))|(?<=\n)[ \t]*[A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w+)?[ \t.]*$")
_GRATITUDE = re.compile(rf"\b(?:{_THANKS})\b", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+")
_LONGEST_NAME = 5  # words
_MOST = 2000  # characters; a longer text is more than polite


def is_thanks(words: str) -> bool:
    """Whether somebody only says thank you: it asks for nothing, so nobody has to do anything for it."""
    if len(words) > _MOST or not _GRATITUDE.search(words) or POSTSCRIPT.search(words):
        return False
    return is_courtesy(_said(words))


def is_courtesy(words: str) -> bool:
    return "?" not in words and all(word.lower() in _COURTESY for word in _WORD.findall(_NAME.sub(" ", words)))


def without_courtesy(words: str) -> str:
    """Somebody's words without a greeting, thanks before them, and what stands below a farewell."""
    said = _said(words)
    while (shorter := _KIND.sub("", said)) != said:
        said = shorter
    return said


def _said(words: str) -> str:
    said = _GREETING.sub("", words.strip()).strip()
    farewell = next((found for found in FAREWELL.finditer(said) if said[: found.start()].strip()), None)
    if farewell and _is_signature(said[farewell.end() :]):
        said = said[: farewell.start()].strip()
    return said


def _is_signature(below: str) -> bool:
    """Whether it begins with a name, and asks nothing."""
    first = next((line for line in below.splitlines() if line.strip()), "")
    return len(first.split()) <= _LONGEST_NAME and "?" not in _LINK.sub("", below)
