"""What makes two deliveries of a mail the same mail."""

import hashlib
import re

_SAID = frozenset({b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"content-type"})
_GAP = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s\0]{1,900}>)", re.IGNORECASE | re.MULTILINE)


def fingerprint(raw: bytes) -> str:
    """SHA-256 (hexadecimal) of a mail's Message-IDs and content, however often and by whichever way it came.

    Left out are headers that each delivery writes anew (Received and the like) and how lines end. Works for bytes that
    are no mail at all, for mails without a Message-ID and for those with several.
    """
    head, _gap, body = _halves(raw)
    said = []
    for line in _FOLD.sub(b" ", head).splitlines():
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() in _SAID:
            said.append(name.strip().lower() + b":" + b" ".join(value.split()))
    text = body.replace(b"\r\n", b"\n").strip(b"\n")
    return hashlib.sha256(b"\n".join([*sorted(said), b"", text])).hexdigest()


def first_message_id(raw: bytes) -> str:
    """The first Message-ID in a mail's head, with its brackets, at most 255 characters; "" where there is none."""
    found = _MESSAGE_ID.search(_halves(raw)[0])
    return found.group(1).decode("ascii", "replace")[:255] if found else ""


def _halves(raw: bytes) -> tuple[bytes, bytes, bytes]:
    gap = _GAP.search(raw)
    return (raw[: gap.start()], gap.group(), raw[gap.end() :]) if gap else (raw, b"", b"")
