"""Bytes of a mail as text: by the charset that it names, as far as that is true, and what can be shown of it.

People's programs name charsets that they do not use, name none, or one that nobody knows; a mail is read all the same.
"""

import codecs
import re
from functools import lru_cache

# Codecs that turn bytes into text and nothing else: not `punycode` (takes hours), `unicode_escape` and their like.
_TEXT_CODEC = re.compile(r"(?:utf|ascii|iso|cp\d|mac|koi8|kz|ptcp|tis|gb|hz|big5|shift_jis|euc|johab|hp)")
# What programs mean when they name these: the larger charset of Windows that has the missing characters.
_MEANT = {
    "iso8859-1": "cp1252",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
_ALSO_CALLED = {
    "koi8r": "koi8-r",
    "koi8": "koi8-r",
    "8859-1": "cp1252",
    "ansi": "cp1252",
    "windows-31j": "cp932",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "cp50222": "iso2022_jp",
    "iso-2022-jp-ms": "iso2022_jp",
    "iso-10646-ucs-2": "utf-16",
    "ucs-2": "utf-16",
}
_WINDOWS = re.compile(r"(?:windows|win|cp|ibm|dos|ms|x)[-_]?(?:cp|windows)?[-_]?(\d{3,5})")
_ISO_VISUAL = re.compile(
    r"(iso[-_]?8859[-_]?\d+)[-_][ei]"
)  # how Hebrew and Arabic are ordered (RFC 1556), not a charset
# One byte is one character: such text is UTF-8 by chance hardly ever, so valid UTF-8 wins over these.
_ONE_BYTE = re.compile(r"(?:iso8859|cp125|cp4|cp8|mac|koi8|kz|ptcp|hp)")
_SHIFTED = re.compile(r"(?:iso2022|utf-7|hz|utf-16|utf-32)")  # ASCII bytes stand for other characters
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Text without a name: how much of it, beyond ASCII, consists of what is frequent in the charset's languages.
_SIGNS = (
    ("euc_jp", re.compile(r"[\u3041-\u30fe]"), 0.2),
    ("cp932", re.compile(r"[\u3041-\u30fe]"), 0.2),
    ("koi8-r", re.compile(r"[\u0430-\u044f]"), 0.75),
    ("cp1251", re.compile(r"[\u0430-\u044f]"), 0.75),
    ("cp949", re.compile(r"[\uac00-\ud7a3]"), 0.8),
    ("gb18030", re.compile(r"[\u4e00-\u9fff\u3000-\u3002\uff00-\uff5e]"), 0.9),
    ("cp950", re.compile(r"[\u4e00-\u9fff\u3000-\u3002\uff00-\uff5e]"), 0.9),
)
_GUESSED_FROM = 4000  # bytes; a language shows earlier than that

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])")  # colours of a program's output
# Nothing to see, or nothing that a database takes: control characters, surrogates, what is no character.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
# They turn the direction of what follows: "exe.gpj" could be shown as a picture's name.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def decoded(data: bytes, label: str = "", hint: str = "") -> str:
    """The text of some bytes, never failing: by their label, else UTF-8, the hint (a label), their looks."""
    for bom, codec in _BOMS:
        if data.startswith(bom) and (codec == "utf-8" or codec_of(label) in {"", codec}):
            return data.decode(codec, "replace").removeprefix("\ufeff")
    codec = codec_of(label)
    if codec in {"", "ascii"} and b"\x1b$" in data:
        codec = "iso2022_jp"  # seven bits, and for decades a custom in Japan to name it nowhere
    if _SHIFTED.match(codec) or not (data.isascii() or _ONE_BYTE.match(codec) or codec in {"", "ascii"}):
        text = _tried(data, codec)
        if text is not None:
            return text
    if data.isascii() and not _SHIFTED.match(codec):
        return data.decode("ascii")
    text = _tried(data, "utf-8")
    if text is None and codec not in {"", "ascii", "utf-8"}:
        text = _tried(data, codec)
    return text if text is not None else _guessed(data, codec, codec_of(hint))


@lru_cache(maxsize=256)
def codec_of(label: str) -> str:
    """Python's codec for a charset's name; "" for none or an unknown one."""
    name = re.split(r"[\s;,\"'*]", label[:60].strip(" \t\"'").lower())[0]
    if name in _ALSO_CALLED:
        return _ALSO_CALLED[name]
    windows, visual = _WINDOWS.fullmatch(name), _ISO_VISUAL.fullmatch(name)
    if windows:
        name = f"cp{windows[1]}"
    elif visual:
        name = visual[1]
    for attempt in (name, name.removeprefix("x-"), name.replace("-", ""), name.replace("_", "")):
        try:
            found = codecs.lookup(attempt).name
        except (LookupError, ValueError, UnicodeError):
            continue
        if _TEXT_CODEC.match(found):
            return _MEANT.get(found, found)
    return ""


def cleaned(text: str) -> str:
    """A text of several lines as it can be seen, and stored: lines end with \\n, no control characters but tabs."""
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    return _UNSEEN.sub("", _LINE_END.sub("\n", text))


def on_one_line(text: str) -> str:
    """What a header says, as it can be seen and stored: gaps of any kind are one space."""
    return _TURNING.sub("", _UNSEEN.sub("", " ".join(text.split())))


def _tried(data: bytes, codec: str) -> str | None:
    if codec == "iso2022_jp":
        return _shifted_japanese(data)
    if codec in {"utf-16", "utf-32"} and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # Without a mark the order of bytes is not what the RFC says but what Windows writes, unless zeros tell.
        codec += "-be" if data[:1] == b"\x00" else "-le"
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _shifted_japanese(data: bytes) -> str | None:
    """ISO-2022-JP as it is written: with numerals in circles and the like, which JIS X 0213 has in the same places."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeError:
        wider = data.replace(b"\x1b$B", b"\x1b$(Q").replace(b"\x1b$@", b"\x1b$(Q")
    try:
        return wider.decode("iso2022_jp_2004")
    except UnicodeError:
        return data.decode("iso2022_jp_ext", "replace") if data.isascii() else None


def _guessed(data: bytes, codec: str, hint: str) -> str:
    """Bytes that are what nobody said that they are."""
    if _SHIFTED.match(codec) and data.isascii():
        return data.decode(codec, "replace")
    mended = data.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    beyond = sum(map(len, re.findall(r"[^\x00-\x7f]+", mended)))
    if broken * 2 <= beyond:
        return mended  # UTF-8 with a torn character, at a cut for example
    # Eight bits under the name of the seven-bit charset are another one of Japan's.
    likely = ("euc_jp", "cp932") if "iso2022_jp" in {codec, hint} else (hint,) if hint else ()
    for candidate in likely:
        if (text := _tried(data, candidate)) is not None:
            return text
    if not _SHIFTED.match(codec) and codec not in {"", "ascii", "utf-8"}:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") * 10 <= beyond:
            return text
    sample = data[:_GUESSED_FROM]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    # Where letters with accents stand between others, it is a language of Western Europe.
    high = sum(map(len, runs))
    if high >= 2.5 * len(runs) or (high >= 1.8 * len(runs) and high >= 40):
        for candidate, sign, share in _SIGNS:
            found = re.sub(r"[\x00-\x7f]+", "", sample.decode(candidate, "ignore"))
            if found and len(sign.findall(found)) >= share * len(found):
                return data.decode(candidate, "replace")
    return data.decode("cp1252", "replace")
