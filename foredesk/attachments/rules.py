"""What may be attached, how it is called, and what it really is."""

import unicodedata

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.kit.refusals import Refused

from .enums import UNKNOWN

FIELD = "uploads"  # what forms that take files call theirs, so that a refusal finds its place
MAX_BYTES = 25 * 1024 * 1024
MAX_FILES = 10
MAX_NAME = 120
SNIFFED_BYTES = 4096  # enough of the beginning for every signature below

_SIGNATURES = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
]
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}


def check_number(number: int) -> None:
    """Raises Refused when more than MAX_FILES come with one message."""
    if number > MAX_FILES:
        raise Refused(
            ngettext(
                "That is more than %(most)d file. Send the rest in a second message.",
                "That is more than %(most)d files. Send the rest in a second message.",
                MAX_FILES,
            )
            % {"most": MAX_FILES},
            FIELD,
        )


def check_size(upload: UploadedFile[bytes]) -> None:
    """Raises Refused for an empty file and for one of more than MAX_BYTES."""
    name = clean_name(upload.name or "")
    if not upload.size:
        raise Refused(_("“%(name)s” is empty. Was it still being saved? Please try again.") % {"name": name}, FIELD)
    if upload.size > MAX_BYTES:
        raise Refused(
            _("“%(name)s” is %(size)s; we can take files up to %(most)s. A smaller picture or a link works too.")
            % {"name": name, "size": filesizeformat(upload.size), "most": filesizeformat(MAX_BYTES)},
            FIELD,
        )


def clean_name(name: str) -> str:
    """The sender's name for a file, safe to show and to offer: no path, nothing invisible, at most MAX_NAME long."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Categories C*: control characters, and direction marks that make "exe.png" out of "gnp.exe".
    name = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", name)
        if letter.isspace() or not unicodedata.category(letter).startswith("C")
    )
    name = " ".join(name.split()).strip(". ")
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        keep = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        name = (stem if keep else name)[: MAX_NAME - len(keep) - 1].rstrip() + "…" + keep
    return name or _("file")


def sniff(head: bytes) -> str:
    """The content type of a file from its first SNIFFED_BYTES; what its name or sender claims is not believed."""
    for signature, content_type in _SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as wrong:
        # The cut may fall within a letter; anything earlier means that it is no UTF-8.
        return len(head) >= SNIFFED_BYTES and wrong.start >= len(head) - 3
    return True
