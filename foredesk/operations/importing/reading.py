"""A CSV file as a stream of lines, whatever wrote it: packed or not, any encoding, any delimiter, any accident.

Nothing here holds more than one line and one stretch of an open quotation in memory. CSV is RFC 4180 with the
liberties that programs take: semicolons or tabs, bare carriage returns, text behind a closing quotation mark.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

GZIP = b"\x1f\x8b"
# What people take for a CSV file, by its first bytes.
_OTHERS = (
    (b"PK\x03\x04", gettext_lazy("a zip file or an Excel workbook (.xlsx)")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", gettext_lazy("an old Excel workbook (.xls)")),
    (b"%PDF", gettext_lazy("a PDF document")),
    (b"SQLite format 3\0", gettext_lazy("a database")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"BZh", gettext_lazy("a bzip2 file")),
    (b"\xfd7zXZ", gettext_lazy("an xz file")),
    (b"7z\xbc\xaf\x27\x1c", gettext_lazy("a 7-Zip file")),
    (b"\x28\xb5\x2f\xfd", gettext_lazy("a zstd file")),
)
_MARKS = (  # byte order marks; the longer one of two that begin alike comes first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ",;\t|"
HEAD = 65_536  # bytes that are looked at to tell what kind of file it is
CHUNK = 1 << 20  # bytes
LONGEST_LINE = 4_000_000  # characters up to the next line end
LONGEST_RECORD = 4_000_000  # characters inside one quotation; beyond, the quotation mark was an accident
MOST_COLUMNS = 1_000
# What a spreadsheet would run as a formula. We write a ' before it in files that go out, and take it off again here.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# Both are what they are by C0 and C1 (ISO 6429): no text has them, and databases refuse the first.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


class Unreadable(ValueError):
    """The file as a whole cannot be read; the text is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the number of the line of the file where it begins (from 1), and its cells.

    `problem` is a sentence where the record is none.
    """

    number: int
    cells: list[str]
    problem: str = ""


class Source:
    """An opened CSV file: `columns` are known at once, `lines()` streams the rest, once.

    Raises Unreadable for a file that is none, as a whole or (from `lines`) where it breaks off.
    """

    def __init__(self, file: BinaryIO, *, encoding: str = "", delimiter: str = "") -> None:
        self._raw = file
        file.seek(0, io.SEEK_END)
        self.size = file.tell()  # bytes as stored
        file.seek(0)
        head = file.read(HEAD)
        self.is_packed = head.startswith(GZIP)
        if self.is_packed:
            head = self._read_head()
        _refuse_other_kinds(head)
        self.encoding = _known_encoding(encoding) if encoding else self._find_encoding(head)
        self._line = 0
        self._waiting: deque[str] = deque()  # lines that a quotation took in by accident, to be read on their own
        self._text = self._open_text()
        self._ended = False
        self.delimiter, self.columns = self._header(delimiter)

    @property
    def done(self) -> int:
        """How many bytes of the stored file have been read."""
        try:
            return min(self._raw.tell(), self.size)
        except ValueError:  # closed
            return self.size

    def lines(self) -> Iterator[Line]:
        """All records after the header; blank ones are left out."""
        width = len(self.columns)
        for number, cells, problem in self._records(self.delimiter):
            if not problem and len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]  # a delimiter too many at the end
            if not problem and not any(cell.strip() for cell in cells):
                continue
            if not problem and len(cells) != width:
                problem = _("%(found)d columns, but the header has %(wanted)d.") % {
                    "found": len(cells),
                    "wanted": width,
                }
                if self._line > number:
                    problem += " " + _("The row runs on to line %(last)d: is a quotation mark missing?") % {
                        "last": self._line
                    }
            yield Line(number, [_bare(cell) for cell in cells], problem)

    # --- Bytes to text -----------------------------------------------------------------------------------

    def _bytes(self) -> BinaryIO:
        self._raw.seek(0)
        return cast(BinaryIO, gzip.GzipFile(fileobj=self._raw)) if self.is_packed else self._raw

    def _read_head(self) -> bytes:
        with _damage_in_words():
            return self._bytes().read(HEAD)

    def _find_encoding(self, head: bytes) -> str:
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        nulls = head.count(0)
        if nulls > len(head) // 4:  # UTF-16 without its mark: every other byte of Western text is 0
            return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        if sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head) > max(8, len(head) // 20):
            raise Unreadable(_("This is no text, so it is no CSV file. Save it as CSV (UTF-8) where it comes from."))
        # The whole file is looked at: one ü on its last line must not break off an import of an hour.
        decoder = codecs.getincrementaldecoder("utf-8")()
        with _damage_in_words():
            data = self._bytes()
            try:
                while chunk := data.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "windows-1252"
        return "utf-8"

    def _open_text(self) -> io.TextIOWrapper:
        # Latin-1 is read as Windows-1252: they differ only where Latin-1 has nothing that anybody writes (WHATWG
        # Encoding, section 4.2). The five bytes that 1252 leaves open are taken as Latin-1 has them.
        errors = "latin_1_where_open" if self.encoding == "windows-1252" else "replace"
        return io.TextIOWrapper(cast(io.BufferedReader, self._bytes()), self.encoding, errors=errors, newline="")

    # --- Text to records ---------------------------------------------------------------------------------

    def _header(self, delimiter: str) -> tuple[str, list[str]]:
        first = ""
        while not first.strip("\ufeff \t\r\n"):
            first = self._next_line()
            if not first:
                raise Unreadable(_("The file is empty."))
        if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own mark
            delimiter, first = delimiter or first.strip()[4], self._next_line()
        self._waiting.appendleft(first.lstrip("\ufeff"))
        self._line -= 1
        delimiter = delimiter or _sniffed(first)
        _number, cells, problem = next(self._records(delimiter), (0, [], _("The file is empty.")))
        columns = [" ".join(_bare(cell).split()) for cell in cells]
        while columns and not columns[-1]:
            columns.pop()
        if problem or not columns:
            raise Unreadable(problem or _("The first line names no columns."))
        if len(columns) > MOST_COLUMNS:
            raise Unreadable(_("The first line names %(count)d columns; is this the header?") % {"count": len(columns)})
        columns = [name or _("column %(number)d") % {"number": n} for n, name in enumerate(columns, 1)]
        if twice := [name for name, times in Counter(columns).items() if times > 1]:
            raise Unreadable(_("The header names “%(name)s” twice. Rename one of them.") % {"name": twice[0][:80]})
        return delimiter, columns

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
        """Line number, cells and problem of each record.

        A quotation that never ends (until the end of the file, or for LONGEST_RECORD) costs its own line only: the
        lines it took in are read again on their own.
        """
        taken: list[str] = []

        def feed() -> Iterator[str]:
            held = 0
            while line := self._next_line():
                taken.append(line)
                held += len(line)
                if held > LONGEST_RECORD:
                    raise _NeverEnds
                yield line
                if not taken:
                    held = 0

        csv.field_size_limit(2 * LONGEST_RECORD)
        reader = csv.reader(feed(), delimiter=delimiter)
        while True:
            begin = self._line + 1
            try:
                cells = next(reader, None)
                suspect = len(taken) > 1 or (bool(taken) and self._ended)
                never_ends = suspect and _is_accident(taken, delimiter)
            except _NeverEnds:
                cells, never_ends = [], True
            except csv.Error:
                cells, never_ends = [], True
            if never_ends:
                self._waiting.extendleft(reversed(taken[1:]))
                self._line -= len(taken) - 1
                self._ended = False
                first = taken[0].strip()[:200]
                taken.clear()
                reader = csv.reader(feed(), delimiter=delimiter)
                yield (
                    begin,
                    [first],
                    _("A quotation mark on this line never closes, or is not doubled inside a quotation."),
                )
                continue
            if cells is None:
                return
            taken.clear()
            if cells:
                yield begin, cells, ""

    def _next_line(self) -> str:
        """The next line of the file with its end; "" at the end of the file."""
        if self._waiting:
            line = self._waiting.popleft()
        else:
            with _damage_in_words():
                line = self._text.readline(LONGEST_LINE)
            if len(line) >= LONGEST_LINE and line[-1] not in "\r\n":
                raise Unreadable(
                    _("Line %(line)d is longer than %(most)d million characters. Is this a CSV file?")
                    % {"line": self._line + 1, "most": LONGEST_LINE // 1_000_000}
                )
        if line:
            self._line += 1
        else:
            self._ended = True
        return line.translate(_CONTROLS) or ("\n" if line else "")


class _NeverEnds(Exception):
    pass


def _is_accident(lines: list[str], delimiter: str) -> bool:
    """Whether a quotation of the record that `lines` make is open at its end, or has bare marks inside.

    Over several lines a bare mark means that one was forgotten before, and that whole rows hide in a cell.
    """
    try:
        for _cells in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return False


class _damage_in_words:  # noqa: N801 (a context manager reads as a verb)
    """Say of a packed file that breaks off, or of text that is none, what is the matter."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EOFError | gzip.BadGzipFile | zlib.error):
            raise Unreadable(_("The packed file is damaged or not complete. Fetch it once more.")) from error
        if isinstance(error, UnicodeError) and not isinstance(error, UnicodeDecodeError):
            raise Unreadable(_("The text cannot be decoded. Say its encoding.")) from error


def _refuse_other_kinds(head: bytes) -> None:
    if not head:
        raise Unreadable(_("The file is empty."))
    for start, name in _OTHERS:
        if head.startswith(start):
            raise Unreadable(_not_csv(name))


def _not_csv(name: object) -> str:
    return _("This is no CSV file but %(kind)s. Open it and save it as CSV (UTF-8).") % {"kind": str(name)}


def _known_encoding(name: str) -> str:
    try:
        known = codecs.lookup(name.strip()).name
        "".encode(known)
    except (LookupError, ValueError) as error:
        raise Unreadable(_("No encoding is called “%(name)s”. Try utf-8 or latin-1.") % {"name": name[:40]}) from error
    return "utf-8-sig" if known == "utf-8" else "windows-1252" if known in {"iso8859-1", "cp1252"} else known


def _sniffed(header: str) -> str:
    """The delimiter that the header has most of, outside its quotations; a comma where there is none."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _bare(cell: str) -> str:
    """A cell without the ' that keeps a spreadsheet from running it (see `writing.safe`)."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in FORMULA_STARTS and len(cell) > 1 else cell


def _latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin_1_where_open", _latin_1)
