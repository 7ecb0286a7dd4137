"""The bytes of a mail as a tree of parts (RFC 5322, RFC 2046), within limits.

The tree is the standard library's `email.message.Message` with its oldest policy: it takes header lines as they are and
so raises at none, and costs a third of the newer one. What headers say is `headers.py`'s.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from email.feedparser import FeedParser
from email.message import Message
from email.policy import Compat32
from typing import cast

from django.utils.translation import gettext as _

from .letters import Unreadable

# 25 MiB of files, the most that the large providers carry, are 35 MiB in base64 with its line ends; and some text.
MAX_SIZE = 40 << 20  # bytes
# The lines above the text. Long lists of addresses and the seals of a dozen servers make some 100 KiB.
MAX_HEAD = 1 << 20  # bytes
# Characters. A file's name of 250 letters has some 3,000, each of them in the longest way of writing it.
MAX_CONTENT_HEADER = 1 << 14
# A mail as large as that in base64 has 700,000; the parser holds each line as an object of its own.
MAX_LINES = 2_000_000
# A digest of a busy list has a hundred parts; each costs memory, and a line on a page.
MAX_PARTS = 1000
# A mail forwarded as a file ten times, each with text, HTML and pictures; and each level costs time for every line.
MAX_NESTING = 30

_MBOX_LINE = re.compile(rb"\A(?:\s|\x00)*>?From [^\r\n]*\r?\n")  # of a mail that lay in a file of mails (RFC 4155)
_END_OF_HEAD = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r")
_NO_FIELD = re.compile(rb"^(?![!-9;-~]*:|[ \t]|From )[^\r\n]+", re.MULTILINE)
_GAP_BEFORE_COLON = re.compile(rb"^([!-9;-~]+)[ \t]+:", re.MULTILINE)
# Fields that no text begins a line with by chance, and that nobody can do without.
_SURELY_A_FIELD = re.compile(
    rb"^(?:From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding|Received)[ \t]*:",
    re.MULTILINE | re.IGNORECASE,
)
# A line that can only be between parts: the head of one follows it.
_PART_BEGINS = re.compile(rb"^--([\w'()+,./:=?-][\w'()+,./:=? -]{0,100}?)[ \t]*\r?\nContent-[A-Za-z-]+:", re.MULTILINE)
_TOKEN = re.compile(r"[a-z0-9.+-]+", re.ASCII)
_ENCODED = frozenset({"base64", "quoted-printable"})


def parsed(raw: bytes) -> Message:
    """The mail as a tree of parts; headers are as they came (see `headers.py`). Raises only `Unreadable`."""
    if len(raw) > MAX_SIZE:
        raise Unreadable(
            _("It is larger than %(limit)d MB (%(size)d MB).") % {"limit": MAX_SIZE >> 20, "size": len(raw) >> 20}
        )
    if raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") > MAX_LINES:
        raise Unreadable(_("It has more than %(limit)d lines.") % {"limit": MAX_LINES})
    parts = 0

    def tree(source: bytes, depth: int = 0) -> Message:
        nonlocal parts
        if depth > MAX_NESTING:
            raise _too_deep()
        message, more = _parse(source, MAX_PARTS - parts)
        parts += more
        for part in list(message.walk()):
            _open_encoded(part, lambda inner: tree(inner, depth + 1))
            _open_unbounded(part, lambda inner: tree(inner, depth + 1))
        return message

    return tree(_tidied(raw))


def parts_of(message: Message) -> Iterator[Message]:
    """The mail itself and all its parts, in their order, but not what is inside of the mails that came with it."""
    yield message
    if message.get_content_maintype() == "multipart":
        for part in children_of(message):
            yield from parts_of(part)


def children_of(part: Message) -> list[Message]:
    """The parts directly inside of this one; none where it has none."""
    return cast("list[Message]", part.get_payload()) if part.is_multipart() else []


class _Policy(Compat32):
    """Headers that say what a part is are short; the library takes long ones apart in quadratic time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_CONTENT_HEADER] if name.lower().startswith("content-") else value


class _Parser(FeedParser):
    """The standard library's parser, stopping at a limit instead of going on for hours.

    What it overrides is called for each part while the text is read, and not part of the documented interface: tests
    see whether the limits still hold.
    """

    def __init__(self, max_parts: int) -> None:
        super().__init__(policy=_Policy())
        self.parts = 0
        self._max_parts = max_parts
        self._depth = 0

    def _new_message(self) -> None:
        self.parts += 1
        self._depth += 1
        if self.parts > self._max_parts:
            raise Unreadable(_("It has more than %(limit)d parts.") % {"limit": MAX_PARTS})
        if self._depth > MAX_NESTING:
            raise _too_deep()
        super()._new_message()  # type: ignore[misc]

    def _pop_message(self) -> Message:
        self._depth -= 1
        return cast("Message", super()._pop_message())  # type: ignore[misc]


def _too_deep() -> Unreadable:
    return Unreadable(_("Its parts are packed into each other more than %(limit)d times.") % {"limit": MAX_NESTING})


def _parse(source: bytes, max_parts: int) -> tuple[Message, int]:
    parser = _Parser(max_parts)
    parser.feed(source.decode("ascii", "surrogateescape"))
    return parser.close(), parser.parts


def _open_encoded(part: Message, parse: Callable[[bytes], Message]) -> None:
    """Put in place what a mail or report inside of the mail says where it came encoded (against RFC 2046, 5.2.1)."""
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if part.get_content_maintype() != "message" or encoding not in _ENCODED:
        return
    body = Message()
    body["Content-Transfer-Encoding"] = encoding
    body.set_payload(body_of(part).decode("ascii", "surrogateescape"))
    del part["Content-Transfer-Encoding"]
    head = f"Content-Type: {part.get_content_type()}\n\n".encode("ascii", "replace")
    part.set_payload(parse(head + cast("bytes", body.get_payload(decode=True))).get_payload())


def _open_unbounded(part: Message, parse: Callable[[bytes], Message]) -> None:
    """Take apart what says that it has parts, names no line between them or a wrong one, and yet has them."""
    if part.get_content_maintype() != "multipart" or part.is_multipart():
        return
    body = body_of(part)
    line = _PART_BEGINS.search(body)
    if line and line[1].decode() != part.get_boundary():
        value = f'{_plain_type(part)}; boundary="{line[1].decode()}"'
        inner = parse(f"Content-Type: {value}\n\n".encode() + body)
        if inner.is_multipart():
            part.set_payload(inner.get_payload())
            del part["Content-Type"]
            part["Content-Type"] = value


def _plain_type(part: Message) -> str:
    subtype = part.get_content_subtype()
    return f"multipart/{subtype}" if _TOKEN.fullmatch(subtype) else "multipart/mixed"


def source_of(part: Message) -> bytes:
    """A part as it came: its headers and its body, still encoded. Line ends are as they were, but for added ones."""
    head = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    return head.encode("utf-8", "surrogateescape") + b"\n" + body_of(part)


def body_of(part: Message) -> bytes:
    """A part as it came, without its headers, still encoded."""
    children = children_of(part)
    if not children:
        # What the parser itself keeps: `get_payload` would decode it, by the charset that the part claims.
        payload = part._payload  # type: ignore[attr-defined]
        return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
    if part.get_content_maintype() != "multipart":
        return b"".join(source_of(child) for child in children)
    line = b"--" + (part.get_boundary() or "").encode("utf-8", "surrogateescape")
    return b"".join(line + b"\n" + source_of(child) + b"\n" for child in children) + line + b"--\n"


def _tidied(raw: bytes) -> bytes:
    """The same mail without what others put before its first line, and with the lines of its head in order."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode()
    raw = _MBOX_LINE.sub(b"", raw.removeprefix(codecs.BOM_UTF8), count=1).lstrip(b"\r\n\t \x00")
    end = _END_OF_HEAD.search(raw)
    size = end.start() if end else len(raw)
    if size > MAX_HEAD:
        raise Unreadable(_("What stands above its text is larger than %(limit)d MB.") % {"limit": MAX_HEAD >> 20})
    head = raw[:size]
    tidy = _GAP_BEFORE_COLON.sub(rb"\1:", head)
    if _NO_FIELD.search(tidy):
        tidy = _joined(tidy)
    return raw if tidy == head else tidy + raw[size:]


def _joined(head: bytes) -> bytes:
    """The head with torn lines joined to the field above them, so far as fields go on below: there the text begins."""
    fields = list(_SURELY_A_FIELD.finditer(head))
    if not fields:
        return head
    last = fields[-1].start()
    return _NO_FIELD.sub(lambda torn: b" " + torn.group(), head[:last]) + head[last:]
