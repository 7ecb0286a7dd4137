"""What of a mail's parts is its text, and what is a file that came with it (RFC 8621, 4.1.4), and that text decoded."""

import binascii
import quopri
import re
from dataclasses import dataclass, field
from email.message import Message

from . import charsets, headers, parsing

_INLINE_MEDIA = ("image/", "audio/", "video/")
_PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_BASE64_LINE = re.compile(rb"([A-Za-z0-9+/]+={0,2})[ \t]*|([A-Za-z0-9+/]+={1,2})[ \t].*")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]*+[=\s]*")
_META_CHARSET = re.compile(rb"""<meta[^<>]{1,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ", re.MULTILINE)
_SIGNATURE = "-- "


@dataclass
class Layout:
    """The leaves of a mail, sorted. A part that both readers of plain text and of HTML see is in both lists."""

    plain: list[Message] = field(default_factory=list)
    html: list[Message] = field(default_factory=list)
    files: list[Message] = field(default_factory=list)
    related: list[Message] = field(default_factory=list)  # those of `files` that belong to a page, and not beside it


def laid_out(message: Message) -> Layout:
    layout = Layout()
    _sort([message], "mixed", _Ends(layout.plain, layout.html), layout)
    return layout


@dataclass
class _Ends:
    """Where text goes; None: this branch has only the other kind."""

    plain: list[Message] | None
    html: list[Message] | None


def _sort(parts: list[Message], within: str, ends: _Ends, layout: Layout, *, is_alternative: bool = False) -> None:
    plain_before, html_before = (len(end) if end is not None else 0 for end in (ends.plain, ends.html))
    for number, part in enumerate(parts):
        kind = kind_of(part)
        if kind.startswith("multipart/"):
            inner = kind.removeprefix("multipart/")
            inside = is_alternative or inner == "alternative"
            _sort(parsing.children_of(part), inner, ends, layout, is_alternative=inside)
        elif not _is_text(part, kind, number, within):
            layout.files.append(part)
            if within == "related":
                layout.related.append(part)
        elif within == "alternative":
            _append(part, ends.html if kind == "text/html" else ends.plain)
        else:
            if is_alternative:
                ends = _Ends(None, ends.html) if kind == "text/html" else _Ends(ends.plain, None)
            _append(part, ends.plain)
            _append(part, ends.html)
    if within == "alternative" and ends.plain is not None and ends.html is not None:
        # Only one of the two was offered: it stands for the other.
        if len(ends.plain) == plain_before:
            ends.plain += ends.html[html_before:]
        elif len(ends.html) == html_before:
            ends.html += ends.plain[plain_before:]


def _append(part: Message, end: list[Message] | None) -> None:
    if end is not None:
        end.append(part)


def _is_text(part: Message, kind: str, number: int, within: str) -> bool:
    if not (kind in _PLAIN or kind == "text/html") or headers.disposition_of(part) == "attachment":
        return False
    return number == 0 or (within != "related" and not is_named(part))


def is_named(part: Message) -> bool:
    return bool(
        headers.parameters_of(part, "content-disposition").get("filename")
        or headers.parameters_of(part, "content-type").get("name")
    )


def kind_of(part: Message) -> str:
    """The content type of a leaf, multipart/… of what really has parts, in small letters."""
    kind = headers.type_of(part)
    if kind.startswith("multipart/") and not parsing.children_of(part):
        return "text/plain"  # it says that it has parts, but none were found: shown as it is
    return kind


def content_of(part: Message) -> bytes:
    """The bytes of a leaf, decoded from what carried them; as they are where they are not what they say."""
    raw = parsing.body_of(part)
    if part.is_multipart():
        return raw
    words = headers.value_of(part, "content-transfer-encoding").lower().split()
    encoding = words[0].strip("\"';") if words else ""
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"} and (begin := _UU_BEGIN.search(raw)):
        return from_uu(raw[begin.start() :].splitlines()[1:])
    return raw


def _from_base64(raw: bytes) -> bytes:
    if _BASE64.fullmatch(raw):
        return headers.from_base64(raw)
    # Somebody on the way added something (a list, a virus scanner), or it never was encoded.
    lines = [line for line in raw.splitlines() if line.strip()]
    good = [found[1] or found[2] for line in lines if (found := _BASE64_LINE.fullmatch(line))]
    return headers.from_base64(b"".join(good)) if len(good) * 2 >= len(lines) else raw


def from_uu(lines: list[bytes]) -> bytes:
    """What lines of uuencode hold, up to their end."""
    data = []
    for line in lines:
        if line.strip() in {b"end", b"`", b"===="}:
            break
        try:
            data.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some writers pad lines beyond their length: take as much as the first character says.
            count = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                data.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                continue
    return b"".join(data)


def charset_of(part: Message) -> str:
    return headers.parameters_of(part, "content-type").get("charset", "")


def plain_text_of(part: Message, hint: str = "") -> str:
    """The text of a plain part as its reader sees it."""
    parameters = headers.parameters_of(part, "content-type")
    text = charsets.cleaned(charsets.decoded(content_of(part), parameters.get("charset", ""), hint))
    if parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, deletes_space=parameters.get("delsp", "").lower() == "yes")
    return text


def html_of(part: Message, hint: str = "") -> str:
    """The HTML of a part, as it is: not safe to show."""
    data = content_of(part)
    label = charset_of(part)
    if not charsets.codec_of(label):
        said = _META_CHARSET.search(data[:4000])
        label = said[1].decode("ascii", "replace") if said else ""
    return charsets.cleaned(charsets.decoded(data, label, hint))


def unflowed(text: str, *, deletes_space: bool) -> str:
    """Lines that go on in the next one, joined to paragraphs (RFC 3676)."""
    pieces: list[str] = []
    open_depth = -1  # how deep the line above is quoted, if it goes on
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        is_signature = bare == _SIGNATURE
        if open_depth != depth or is_signature:
            pieces += ("\n", "> " * depth)
        goes_on = bare.endswith(" ") and not is_signature
        pieces.append(bare[:-1] if goes_on and deletes_space else bare)
        open_depth = depth if goes_on else -1
    return "".join(pieces[1:])
