"""The files in a winmail.dat, in which Outlook and Exchange pack what they send to their like (TNEF; MS-OXTNEF).

`tnefparse` reads the properties of each file. The stream around them is read here, and counts are checked before it
gets them: it believes every count, so that some bytes of a stranger's would keep it busy for hours.
"""

import codecs
import logging
import struct
from collections.abc import Iterator
from typing import Any

from tnefparse import mapi, properties
from tnefparse.codepage import Codepage
from tnefparse.tnef import TNEF

from . import charsets

MAX_OBJECTS = 20_000  # some six for each file
MAX_PROPERTIES = 1000  # of one file; Outlook writes some forty
MAX_VALUES = 100  # of one property
MAX_DEPTH = 5  # mails within mails

_NAMES = (properties.MAPI_ATTACH_LONG_FILENAME, properties.MAPI_ATTACH_FILENAME, properties.MAPI_DISPLAY_NAME)
_LISTS = frozenset({mapi.SZMAPI_STRING, mapi.SZMAPI_UNICODE_STRING, mapi.SZMAPI_OBJECT, mapi.SZMAPI_BINARY, 0})

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it logs what is broken as errors of ours

_parse_property = mapi.parse_property


def _bounded(data: bytes, offset: int, name: int, kind: int, codepage: str, many: int | None) -> Any:
    counts = [many or 1, mapi.uint32(data, offset) if kind in _LISTS and not many else 1]
    if offset >= len(data) or max(counts) > MAX_VALUES:
        raise ValueError("a property goes on beyond its end")
    return _parse_property(data, offset, name, kind, codepage, many)


mapi.parse_property = _bounded


def unpacked(data: bytes, depth: int = 0) -> list[tuple[str, bytes]] | None:
    """Names and contents of the files in a winmail.dat; None where it is none, or broken from the beginning."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != TNEF.TNEF_SIGNATURE or depth > MAX_DEPTH:
        return None
    codepage = "cp1252"
    files: list[_File] = []
    for level, name, value in _objects(data):
        if name == TNEF.ATTOEMCODEPAGE and len(value) >= 4:
            codepage = _known(Codepage(mapi.uint32(value)).codepage()) or codepage
        elif name == TNEF.ATTATTACHRENDDATA:
            files.append(_File())
        elif level == TNEF.LVL_ATTACHMENT and files:
            files[-1].take(name, value, codepage)
    found: list[tuple[str, bytes]] = []
    for file in files:
        inner = unpacked(file.mail, depth + 1) if file.mail else None
        found += inner if inner is not None else [(file.best_name, file.content or file.mail)]
    return found


class _File:
    def __init__(self) -> None:
        self.content = b""
        self.mail = b""  # another stream, of a mail that was attached
        self._title = ""
        self._names: dict[int, str] = {}

    def take(self, name: int, value: bytes, codepage: str) -> None:
        if name == TNEF.ATTATTACHTITLE:
            self._title = charsets.decoded(value, codepage)
        elif name == TNEF.ATTATTACHDATA:
            self.content = value
        elif name == TNEF.ATTATTACHMENT and len(value) > 4 and mapi.uint32(value) <= MAX_PROPERTIES:
            for found in mapi.decode_mapi(value, codepage):
                self._take_property(found)

    def _take_property(self, found: mapi.TNEFMAPI_Attribute) -> None:
        if found.name in _NAMES and isinstance(found.data, str):
            self._names.setdefault(found.name, found.data)
        elif found.name == properties.MAPI_ATTACH_DATA_OBJ and isinstance(found.data, bytes):
            if found.data.startswith(mapi.IMESSAGE_SIG):
                self.mail = found.data[mapi.IMESSAGE_SIG_LEN :]
            else:
                self.content = self.content or found.data

    @property
    def best_name(self) -> str:
        candidates = [self._names.get(_NAMES[0]), self._names.get(_NAMES[1]), self._title, self._names.get(_NAMES[2])]
        return charsets.on_one_line(
            next((name.rstrip("\x00") for name in candidates if name and name.strip("\x00")), "")
        )


def _objects(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and value of each object of a stream; the last one may be cut off."""
    at = 6
    for _number in range(MAX_OBJECTS):
        if at + 11 > len(data):
            return
        level, name, _kind, length = struct.unpack_from("<BHHI", data, at)
        yield level, name, data[at + 9 : at + 9 + length]
        at += 11 + length


def _known(codepage: str) -> str:
    try:
        return codecs.lookup(codepage).name
    except LookupError:
        return ""
