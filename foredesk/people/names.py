"""How people are found by what somebody remembers of them: names without accents, digits without gaps."""

import re
import unicodedata

# The addresses of people who have none end in this; nothing is ever delivered there (RFC 2606, section 2).
NO_ADDRESS = ".invalid"
LONGEST = 64  # characters of a word that are kept
# What may stand before a name, and is none.
TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx", "sir", "herr", "frau", "mme", "ing", "mag", "dipl.-ing"})

# Letters that no decomposition takes apart, as people type them who lack the key.
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_WORD = re.compile(r"[^\s,;()\"\0]+")
_PHONE_DECORATION = re.compile(r"(?<=\d)[\s/().-]+(?=\d)")


def plain(text: str) -> str:
    """Lower case without accents: "Zoë Łukasz" becomes "zoe lukasz"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The words of what somebody typed, plain; digits that belong together ("555 12-34") become one word."""
    return _WORD.findall(_PHONE_DECORATION.sub("", plain(text)))


def beginnings(name: str, *others: str) -> dict[str, bool]:
    """The words somebody can be found by from their beginnings on; True for those of the name, False for `others`.

    Parts of a double name and of a mail address count as words of their own.
    """
    found: dict[str, bool] = {}
    for is_name, text in [(True, name), *((False, other) for other in others)]:
        for word in words(text):
            # Of a mail address only the part before the @: everybody here has the same part behind it.
            pieces = re.split(r"[-'’._+]+", word.partition("@")[0])
            for one in (word, *pieces[1:]):
                if one:
                    found.setdefault(one[:LONGEST], is_name)
    return found


def key_of(name: str) -> tuple[str, ...]:
    """What is the same for two ways to write one name: “Ortiz, María” and “maria ortiz”."""
    return tuple(sorted(words(name)))
