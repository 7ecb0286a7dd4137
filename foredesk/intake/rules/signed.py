"""What a mail signed by S/MIME says (RFC 8551): its content lies within the signature, in ASN.1 (RFC 5652, BER)."""

from collections.abc import Iterator
from email.message import Message

from . import bodies, headers, parsing

_PACKED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_MAX_OPENED = 5  # signatures within signatures
_SEQUENCE, _OCTETS, _CONTEXT_0, _SET = 0x30, 0x04, 0xA0, 0x31
_CONSTRUCTED = 0x20
_OID = 0x06
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
_AUTH_ENVELOPED_DATA = bytes.fromhex("2a864886f70d0109100117")
_MAX_DEPTH = 12


class _Broken(ValueError):
    pass


def open_parts(message: Message, depth: int = 0) -> bool:
    """Put what signatures hold into the mail, as parts of it beside them; True if something in it is encrypted."""
    is_encrypted = False
    for part in list(parsing.parts_of(message)):
        kind = headers.type_of(part)
        is_encrypted |= kind == "multipart/encrypted"
        if kind not in _PACKED or parsing.children_of(part):
            continue
        content = bodies.content_of(part)
        is_encrypted |= is_enveloped(content)
        inside = signed_content(content)
        if inside is not None and depth < _MAX_OPENED:
            inner = parsing.parsed(inside)
            is_encrypted |= open_parts(inner, depth + 1)
            _put_beside(part, inner)
    return is_encrypted


def _put_beside(part: Message, inner: Message) -> None:
    file = Message()
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Description"):
        for value in headers.values_of(part, name.lower()):
            file[name] = value
        del part[name]
    file.set_payload(parsing.body_of(part).decode("ascii", "surrogateescape"))
    part["Content-Type"] = "multipart/mixed"
    part.set_payload([inner, file])


def signed_content(data: bytes) -> bytes | None:
    """The mail inside of a signature; None where there is none, or it is no signature. The signature is not checked."""
    try:
        kind, body = _content_info(data)
        if kind != _SIGNED_DATA:
            return None
        # SignedData: version, digestAlgorithms, encapContentInfo, …
        parts = list(_values(body))
        signed = next(value for _tag, value in parts if _tag == _SEQUENCE)
        inner = [value for tag, value in _values(signed) if tag == _CONTEXT_0]
        return _octets(inner[0]) if inner else None
    except (_Broken, StopIteration):
        return None


def is_enveloped(data: bytes) -> bool:
    """Whether this is encrypted for somebody."""
    try:
        return _content_info(data)[0] in {_ENVELOPED_DATA, _AUTH_ENVELOPED_DATA}
    except _Broken:
        return False


def _content_info(data: bytes) -> tuple[bytes, bytes]:
    """The kind (object identifier) and the content of a whole CMS message."""
    outer = next(_values(data), None)
    if outer is None or outer[0] != _SEQUENCE:
        raise _Broken
    parts = list(_values(outer[1]))
    if len(parts) < 2 or parts[0][0] != _OID or parts[1][0] != _CONTEXT_0:
        raise _Broken
    content = next(_values(parts[1][1]), None)
    if content is None:
        raise _Broken
    return parts[0][1], content[1]


def _octets(data: bytes, depth: int = 0) -> bytes:
    """An OCTET STRING's bytes, or those of its pieces."""
    if depth > _MAX_DEPTH:
        raise _Broken
    found = []
    for tag, value in _values(data):
        if tag == _OCTETS:
            found.append(value)
        elif tag == _OCTETS | _CONSTRUCTED:
            found.append(_octets(value, depth + 1))
    return b"".join(found)


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of one value after the other, up to the end or what closes one of indefinite length."""
    at = 0
    while at < len(data) and data[at : at + 2] != b"\x00\x00":
        tag, start, end, after = _one(data, at, 0)
        yield tag, data[start:end]
        at = after


def _one(data: bytes, at: int, depth: int) -> tuple[int, int, int, int]:
    """A value's tag, where its content starts and ends, and where the next one starts."""
    if depth > _MAX_DEPTH or at + 2 > len(data):
        raise _Broken
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:  # indefinite: until two zeros
        end = start
        while data[end : end + 2] != b"\x00\x00":
            end = _one(data, end, depth + 1)[3]
        return tag, start, end, end + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        raise _Broken
    return tag, start, start + length, start + length
