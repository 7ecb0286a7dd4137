"""What the headers of a mail and of its parts say: decoded, on one line, never failing.

Names of headers are given in small letters. RFC 2047 (encoded words), RFC 2231 (parameters), RFC 5322 (ids, dates).
"""

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from email.utils import parseaddr, parsedate_tz
from urllib.parse import unquote_to_bytes

from . import charsets

# Characters of one header that are looked at: room for as many addresses as a mail may name.
MAX_VALUE = 1 << 18
MAX_IDS = 200  # of References; a conversation of years has some dozens

_WORD_START = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?")
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_PARAMETER = re.compile(r'(?<=[;\s])([^\s=;"]++)\s{0,50}+=\s*+("(?:[^"\\]|\\.)*+"|[^;]*)', re.DOTALL)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
_TYPE = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*(?:[;(\s].*)?", re.DOTALL | re.ASCII)
_ID = re.compile(r"<[^<>\s]{1,990}>")
_COMMENT = re.compile(r"\([^()]*\)")


def values_of(part: Message, name: str) -> list[str]:
    """All values of a header, unfolded, with bytes beyond ASCII as surrogates."""
    return [
        " ".join(value[:MAX_VALUE].splitlines()).strip()
        for found, value in part.raw_items()
        if found.lower() == name and isinstance(value, str)
    ]


def value_of(part: Message, name: str) -> str:
    """The first value of a header that is not empty; "" without one."""
    return next((value for value in values_of(part, name) if value), "")


def text_of(part: Message, name: str, hint: str = "") -> str:
    """What a header says, for people. `hint`: the charset to think of where bytes are not encoded as they should be."""
    return as_text(value_of(part, name), hint)


def as_text(value: str, hint: str = "") -> str:
    return charsets.on_one_line(decoded(value, hint))


def decoded(value: str, hint: str = "") -> str:
    """A value with its encoded words decoded, wherever they stand, and with bytes that came bare."""
    if not value.isascii() or "\x1b" in value:
        value = charsets.decoded(value.encode("utf-8", "surrogateescape"), hint=hint)
    return "".join(_decoded(value)) if "=?" in value else value


def _decoded(value: str) -> Iterator[str]:
    at, is_after_word = 0, False
    charset, held = "", b""  # a word may end within a character that the next one goes on with
    while start := _WORD_START.search(value, at):
        end = value.find("?=", start.end())
        if end < 0:
            break
        gap = value[at : start.start()]
        is_gap_seen = not is_after_word or bool(gap.strip())  # what separates two words is no text (RFC 2047, 6.2)
        if is_gap_seen or start[1] != charset:
            yield charsets.decoded(held, charset)
            held = b""
        if is_gap_seen:
            yield gap
        charset, is_after_word, at = start[1], True, end + 2
        held += _bytes_of_word(value[start.end() : end], is_base64=start[2] in "bB")
    yield charsets.decoded(held, charset)
    yield value[at:]


def _bytes_of_word(text: str, *, is_base64: bool) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if is_base64:
        return from_base64(raw)
    return _QUOTED_BYTE.sub(lambda found: bytes([int(found[1], 16)]), raw.replace(b"_", b" "))


def from_base64(data: bytes) -> bytes:
    """What is in base64, as far as it goes: without padding, with foreign characters, with several pieces in a row."""
    if b"=" not in data.rstrip(b"=\r\n\t "):
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            pass  # the padding is missing
    pieces = [re.sub(rb"[^A-Za-z0-9+/]", b"", piece) for piece in data.split(b"=")]
    # A last character alone holds six bits of nothing.
    whole = (piece[: len(piece) - (len(piece) % 4 == 1)] for piece in pieces)
    return b"".join(binascii.a2b_base64(piece + b"==="[: -len(piece) % 4]) for piece in whole)


def type_of(part: Message) -> str:
    """The content type, in small letters; text/plain where it is none (RFC 2045, 5.2)."""
    value = value_of(part, "content-type")
    found = _TYPE.fullmatch(value) if value else None
    return found[1].lower() if found else part.get_default_type() if not value else "text/plain"


def disposition_of(part: Message) -> str:
    """`inline`, `attachment` or what else it says, in small letters; "" if nothing."""
    return value_of(part, "content-disposition").partition(";")[0].strip().lower()


def parameters_of(part: Message, name: str) -> dict[str, str]:
    """The parameters of a header by their names in small letters: decoded, joined where they came in pieces."""
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for found in _PARAMETER.finditer(" " + value_of(part, name).partition(";")[2]):
        section = _SECTION.fullmatch(found[1].lower())
        value = _unquoted(found[2])
        if section is None or not (section[2] or section[3]):
            plain.setdefault(found[1].lower(), value)
        else:
            sections.setdefault(section[1], {})[int(section[2] or 0)] = (bool(section[3]), value)
    values = {key: charsets.on_one_line(decoded(value)) for key, value in plain.items()}
    return values | {key: charsets.on_one_line(_joined(pieces)) for key, pieces in sections.items()}


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        # Only what needs it: Windows' programs write their paths with single backslashes.
        return re.sub(r'\\(["\\])', r"\1", value[1:-1])
    return value.strip('"')


def _joined(pieces: dict[int, tuple[bool, str]]) -> str:
    charset, data, is_any_encoded = "", b"", False
    for number, (is_encoded, value) in sorted(pieces.items()):
        if is_encoded and number == min(pieces) and value.count("'") >= 2:
            charset, _language, value = value.split("'", 2)
        is_any_encoded |= is_encoded
        raw = value.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if is_encoded else raw
    text = charsets.decoded(data, charset)
    return text if is_any_encoded else decoded(text)


def ids_of(part: Message, name: str) -> list[str]:
    """Ids of mails in a header, with their angle brackets, each once; where there are none, a word alone gets them."""
    ids: list[str] = []
    for value in values_of(part, name):
        found = _ID.findall(value)
        if not found and value.isascii() and "@" in value and len(value.split()) == 1:
            found = [f"<{value.strip('<>')}>"]
        ids += (charsets.on_one_line(decoded(each)) for each in found)
    return list(dict.fromkeys(ids))[-MAX_IDS:]


def sender_in(value: str) -> tuple[str, str]:
    """Name and address of the first one whom a decoded header names; of what is packed too deep, nothing."""
    try:
        return parseaddr(value)
    except RecursionError:
        return "", ""


def moment_of(part: Message, name: str = "date") -> datetime | None:
    """When a mail says that it was written, with its offset; UTC where it gives none; None if it is no date."""
    for value in values_of(part, name):
        try:
            found = parsedate_tz(_COMMENT.sub(" ", value[:200]))
            if found is None:
                continue
            zone = timezone(timedelta(seconds=found[9])) if found[9] else UTC
            moment = datetime(*found[:6], tzinfo=zone)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if 1980 <= moment.year <= 2200:
            return moment
    return None
