"""What makes two deliveries of a mail the same mail."""

import hashlib
import re

_SAID = frozenset({b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"content-type"})
_GAP = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")


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


def _halves(raw: bytes) -> tuple[bytes, bytes, bytes]:
    gap = _GAP.search(raw)
    return (raw[: gap.start()], gap.group(), raw[gap.end() :]) if gap else (raw, b"", b"")
