"""Who a mail is from and to: the addresses in its headers (RFC 5322, 3.4), as people's programs really write them."""

import re
from collections.abc import Iterator
from email.message import Message

from django.utils.translation import gettext as _

from . import charsets, headers
from .letters import Address, Unreadable

# A mail to everybody in a large organisation, its list expanded by the sender's program.
MAX_ADDRESSES = 2000

# The numbers: a quote that is never closed must not be searched to the end again from each of its characters.
_TOKEN = re.compile(
    r"""(?P<local>"(?:[^"\\]|\\.){1,64}+"(?=\s*@))
    | (?P<quoted>"(?:[^"\\]|\\.){0,300}+")
    | (?P<angle><[^<>]*(?:>|$))
    | (?P<comment>\((?:[^()\\]|\\.|\([^()]{0,100}\)){0,300}+\))
    | (?P<word>(?:=\?[^?\s]*\?[bq]\?[^?]*\?=\s*)+)
    | (?P<end>[,;])
    | (?P<colon>:)
    | (?P<atom>[^\s"<(,;:]+|["<(])
    | (?P<gap>\s+)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_EDGE = r"""\s"'<>(),;:"""  # what can stand before and behind an address
_ADDRESS = re.compile(
    rf"""(?<![^{_EDGE}\[\]=])
    (?: (?:"[^"@]{{1,200}}+"|[^@\s"<>(),;:]{{1,200}}+) @ [^@{_EDGE}\[\]]++
      | [^@\s"<>(),;:]{{1,200}}+ @ \[[0-9a-f.:ipv]{{1,60}}+\] )
    (?![^{_EDGE}\[\]])""",
    re.VERBOSE | re.IGNORECASE,
)
_MAX_KEPT = 1000  # characters of names without an address, one after the other
_MAX_LENGTH = 320  # characters: 64 before the @, 255 behind it (RFC 5321, 4.5.3.1)


def addresses_of(part: Message, name: str, hint: str = "") -> tuple[Address, ...]:
    """Everybody named in a header, in its order; somebody without an address too, by name only. Raises `Unreadable`."""
    found: list[Address] = []
    for value in headers.values_of(part, name):
        if not value.isascii():
            value = charsets.decoded(value.encode("utf-8", "surrogateescape"), hint=hint)
        found += _People(value).found
        if len(found) > MAX_ADDRESSES:
            raise Unreadable(_("It names more than %(limit)d addresses.") % {"limit": MAX_ADDRESSES})
    return tuple(found)


class _People:
    """Reads one value from left to right."""

    def __init__(self, value: str) -> None:
        self.found: list[Address] = []
        self._kept = ""  # "Miller, Ann <ann@…>" without quotes: what stood before the comma
        self._start()
        for token in _TOKEN.finditer(value):
            self._take(str(token.lastgroup), token.group())
        self._finish()
        if self._kept:
            self._add(self._kept, "")

    def _start(self) -> None:
        self._words: list[str] = []
        self._has_at = False
        self._comment = ""
        self._angle: str | None = None

    def _take(self, kind: str, text: str) -> None:
        if kind == "end":
            self._finish()
        elif kind == "colon" and self._angle is None and not self._has_at:
            self._start()  # the name of a group, or `mailto:`
        elif kind == "comment":
            self._comment = self._comment or text[1:-1]
        elif kind == "angle":
            # A second one: `<a@b> <a@b>`, or an address as a name. The last one that is one counts.
            self._angle = text if self._angle is None or _address_in(text) else self._angle
        elif kind == "gap":
            self._words.append(" ")
        elif kind == "quoted":
            self._add_word(re.sub(r"\\(.)", r"\1", text[1:-1]) if self._angle is None else text)
        else:
            self._add_word(text)

    def _add_word(self, text: str) -> None:
        self._words.append(text)
        self._has_at = self._has_at or "@" in text

    def _finish(self) -> None:
        words, comment, angle = "".join(self._words).strip(), self._comment, self._angle
        self._start()
        if angle is not None:
            name = f"{self._kept}, {words}" if self._kept and words else words or self._kept or comment
            self._kept = ""
            self._add(name, _address_in(angle) or _address_in(words))
            return
        address = _address_in(words)
        if address:
            if self._kept:
                self._add(self._kept, "")
                self._kept = ""
            rest = re.sub(r"\s*([@.])\s*", r"\1", words)
            self._add(_without(rest, address) or comment, address)
        elif words or comment:
            self._kept = (f"{self._kept}, {words or comment}" if self._kept else words or comment)[:_MAX_KEPT]

    def _add(self, name: str, address: str) -> None:
        name = headers.as_text(name).strip("\"'<> ")
        if name.lower() == address:
            name = ""
        if name or address:
            self.found.append(Address(name, address))


def _address_in(text: str) -> str:
    """The address in a piece of text, in small letters; "" if there is none, or more than one could tell apart."""
    if "@" not in text and "=?" not in text:
        return ""
    bare = headers.as_text(text)
    bare = re.sub(r"\s*@\s*", "@", bare).replace("mailto:", "")
    if bare.startswith("<@"):  # a way by other servers (RFC 5322, 4.4)
        bare = bare.rpartition(":")[2]
    candidates = list(_candidates(bare.strip("<>' ")))
    return candidates[-1] if candidates else ""


def _candidates(text: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(text):
        address = found.group().strip("'").rstrip(".").lower()
        local, _at, domain = address.rpartition("@")
        if local and domain and len(address) <= _MAX_LENGTH:
            yield address


def _without(text: str, address: str) -> str:
    at = text.lower().rfind(address)
    return (text[:at] + text[at + len(address) :]).strip(" .'<>") if at >= 0 else text


def without_tag(address: str) -> str:
    """The address without its tag (RFC 5233): "desk+news@example.org" is "desk@example.org"."""
    local, at, domain = address.rpartition("@")
    name, _plus, _tag = local.partition("+")
    return f"{name}{at}{domain}" if name else address
