"""Mails of our own making, byte by byte, for the tests of reading them."""

import base64

HEAD = "From: Ann Miller <ann@college.example>\nTo: desk@college.example\nSubject: A question\nMIME-Version: 1.0\n"


def a_mail(body: str | bytes = "Hello.\n", *, head: str = HEAD, extra: str = "", ends: bytes = b"\r\n") -> bytes:
    """A mail with `extra` header lines; `ends`: what ends its lines (of its head alone, if the body is bytes)."""
    top = (head + extra).encode("utf-8", "surrogateescape").replace(b"\n", ends)
    rest = body if isinstance(body, bytes) else body.encode().replace(b"\n", ends)
    return top + ends + rest


def a_part(body: str | bytes, *lines: str) -> bytes:
    rest = body if isinstance(body, bytes) else body.encode()
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + rest


def parted(*parts: bytes, kind: str = "mixed", extra: str = "", boundary: str = "=_next") -> bytes:
    """A mail of several parts."""
    return a_mail(
        within(*parts, boundary=boundary), extra=f"{extra}Content-Type: {_type(kind, boundary)}\n", ends=b"\n"
    )


def nested(*parts: bytes, kind: str = "alternative", boundary: str = "=_inner") -> bytes:
    """Several parts as one part."""
    return a_part(within(*parts, boundary=boundary), f"Content-Type: {_type(kind, boundary)}")


def within(*parts: bytes, boundary: str) -> bytes:
    line = b"--" + boundary.encode()
    return b"".join(line + b"\n" + part + b"\n" for part in parts) + line + b"--\n"


def encoded(content: bytes, *lines: str) -> bytes:
    return a_part(base64.encodebytes(content), *lines, "Content-Transfer-Encoding: base64")


def _type(kind: str, boundary: str) -> str:
    return f'multipart/{kind}; boundary="{boundary}"'


PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
