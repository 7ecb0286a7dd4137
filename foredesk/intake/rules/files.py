"""The files that came with a mail: attachments, pictures and mails within it, what Outlook and uuencode packed."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from django.utils.translation import gettext as _

from . import bodies, charsets, headers, parsing, winmail
from .letters import File

# All of them; a winmail.dat or a text may hold more than the mail has parts.
MAX_FILES = 1000
_MAX_NAME = 200  # characters

_WINMAIL = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NAMED_ID = re.compile(r"([\w-]{1,60}\.(?:jpe?g|png|gif|bmp|tiff?|webp))@", re.ASCII | re.IGNORECASE)
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} (\S[^\n]{0,200})")
_ENDINGS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/partial": ".eml",
    "message/external-body": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
}


def files_of(layout: bodies.Layout, html: str, hint: str = "") -> Iterator[File]:
    """The files of a mail, as its parts are sorted; `html`: its page, which may show some of them."""
    page = html.lower()
    related = {id(part) for part in layout.related}
    ours: dict[str, int] = {}
    for part in layout.files:
        for file in _files_in(part, page, hint, belongs_to_page=id(part) in related):
            yield file if file.is_named else replace(file, name=_told_apart(file.name, ours))


def _files_in(part: Message, page: str, hint: str, *, belongs_to_page: bool) -> Iterator[File]:
    kind = bodies.kind_of(part)
    given = name_of(part, hint)
    if kind.startswith("message/"):
        yield _message(part, kind, given)
        return
    content = bodies.content_of(part)
    if kind in _WINMAIL or given.lower() == "winmail.dat":
        packed = winmail.unpacked(content)
        if packed is not None:
            for name, data in packed:
                guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
                yield File(name or _nameless(guessed), guessed, data, is_named=bool(name))
            return
    content_id = headers.value_of(part, "content-id").strip("<> ")
    is_in_page = bool(content_id) and f"cid:{content_id.lower()}" in page
    is_picture = kind.startswith("image/")
    is_inline = is_in_page or (is_picture and (belongs_to_page or headers.disposition_of(part) == "inline"))
    yield File(given or _nameless(kind, content_id), kind, content, content_id, is_inline, is_named=bool(given))


def name_of(part: Message, hint: str = "") -> str:
    """A file's name as the sender gave it; "" if there is none."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        name = headers.parameters_of(part, header).get(parameter, "")
        if name:
            return _shortened(name)
    return _shortened(headers.text_of(part, "content-description", hint)) if _is_described(part) else ""


def _is_described(part: Message) -> bool:
    # Elsewhere a description is one, and no name.
    return headers.type_of(part).startswith(("message/", "text/rfc822-headers"))


def _message(part: Message, kind: str, given: str) -> File:
    """A mail or report that came with the mail, as a file of its own."""
    children = parsing.children_of(part)
    ending = _ENDINGS.get(kind, ".txt")
    name = given
    if not name and ending == ".eml" and children:
        name = _shortened(headers.text_of(children[0], "subject"))
    name = name or (_("mail") if ending == ".eml" else _("report"))
    if not re.search(r"\.\w{2,4}$", name):
        name += ending
    return File(name, kind, bodies.content_of(part), is_named=bool(given))


def _nameless(kind: str, content_id: str = "") -> str:
    """A name for a file without one. Outlook's ids of pictures begin with their names: image001.png@01D9…"""
    named = _NAMED_ID.match(content_id)
    if named:
        return named[1]
    family = kind.partition("/")[0]
    words = {"image": _("image"), "audio": _("audio"), "video": _("video"), "text": _("document")}
    return words.get(family, _("file")) + (_ENDINGS.get(kind) or mimetypes.guess_extension(kind) or ".bin")


def _told_apart(name: str, used: dict[str, int]) -> str:
    """A name of ours, with a number if it is not the first one: image.png, image1.png."""
    number = used.get(name, 0)
    used[name] = number + 1
    stem, dot, ending = name.rpartition(".")
    return f"{stem}{number}{dot}{ending}" if number else name


def _shortened(name: str) -> str:
    """At most _MAX_NAME characters; what a name ends with says what it is, and stays."""
    return name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 12] + "…" + name[-11:]


def without_uuencoded(text: str) -> tuple[str, list[File]]:
    """A text and the files that lay between its lines, as programs sent them before there was MIME."""
    if "\nbegin " not in f"\n{text}":
        return text, []
    rest: list[str] = []
    files: list[File] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begin = _UU_BEGIN.fullmatch(lines[at])
        end = _uu_end(lines, at + 1) if begin and len(files) <= MAX_FILES else None
        if begin is None or end is None:
            rest.append(lines[at])
            at += 1
            continue
        content = bodies.from_uu([line.encode("ascii", "replace") for line in lines[at + 1 : end]])
        name = charsets.on_one_line(begin[1])
        files.append(File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content))
        at = end + 1
    return "\n".join(rest), files


def _uu_end(lines: list[str], start: int) -> int | None:
    """Where uuencoded lines end; None if they are none."""
    for at in range(start, len(lines)):
        line = lines[at]
        if line.strip() == "end":
            return at if at > start else None
        count = (ord(line[0]) - 32) & 63 if line else 0
        # Trailing spaces get lost on the way; a checksum may stand behind.
        if line and not (line.isascii() and " " <= line[0] <= "`" and len(line) <= (count + 2) // 3 * 4 + 2):
            return None
    return None
