"""One import from the first line to the last: in batches, each all or nothing, and row by row where a batch fails."""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from foredesk.kit.refusals import Refused

from .reading import Line, Source, Unreadable
from .values import BadValue
from .writing import RefusedFile

logger = logging.getLogger("foredesk.import")

BATCH = 250  # rows a transaction: long enough to be fast, short enough that pages wait a moment only
MOST_TOLD = 200  # refusals and remarks that a page lists; the file has them all


@dataclass(frozen=True)
class Row:
    """A line and what its cells mean."""

    line: Line
    meant: Any


@dataclass
class Taken:
    """What became of some rows; `remarks` are about rows that were taken all the same."""

    new: int = 0
    changed: int = 0
    here: int = 0
    refused: list[tuple[Line, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)


class Taker(Protocol):
    """What knows how rows of one kind are read and taken in."""

    def read(self, cells: Sequence[str]) -> tuple[str, Any]:
        """The key of a row within its file, and what it means. Raises BadValue."""
        ...

    def take(self, rows: Sequence[Row]) -> Taken:
        """Take rows in, inside one transaction; raises what the database or an action refuses."""
        ...

    def forget(self) -> None:
        """A transaction failed: what `take` remembers of it is not so."""
        ...

    def finish(self) -> Taken:
        """After the last row: what had to wait for all of them."""
        ...


@dataclass
class Report:
    """Counts of rows so far, and the first of what is to be said about them."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    here: int = 0
    refused: int = 0
    remarked: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    broke_off: str = ""  # a sentence: the rest of the file cannot be read

    def add(self, taken: Taken) -> None:
        self.new += taken.new
        self.changed += taken.changed
        self.here += taken.here
        self.refused += len(taken.refused)
        self.remarked += len(taken.remarks)
        room = MOST_TOLD - len(self.refusals)
        self.refusals += [(line.number, reason) for line, reason in taken.refused[: max(room, 0)]]
        self.remarks += taken.remarks[: max(MOST_TOLD - len(self.remarks), 0)]


class Stopped(Exception):
    """Somebody asked the import to stop; what is in stays."""


def run(
    source: Source,
    taker: Taker,
    refused: RefusedFile | None = None,
    *,
    limit: int | None = None,
    progress: Callable[[Report], None] = lambda _report: None,
) -> Report:
    """Bring a file in. `progress` is called after each batch, inside the batch's transaction's wake, never in it.

    A file that breaks off ends the run with what was in before (`broke_off` says so).
    """
    report = Report()
    seen = _Seen()
    lines = islice(source.lines(), limit)
    while True:
        batch, ended = _next_batch(lines, report)
        taken = Taken()
        rows = [row for line in batch if (row := _understood(line, taker, seen, taken)) is not None]
        _take(rows, taker, taken)
        if ended:
            _merge(taken, taker.finish())
        report.rows += len(batch)
        taken.refused.sort(key=lambda one: one[0].number)
        report.add(taken)
        if refused is not None:
            for line, reason in taken.refused:
                refused.add(line, reason)
        progress(report)
        if ended:
            return report


def _next_batch(lines: Any, report: Report) -> tuple[list[Line], bool]:
    batch: list[Line] = []
    try:
        for line in lines:
            batch.append(line)
            if len(batch) == BATCH:
                return batch, False
    except Unreadable as error:
        report.broke_off = str(error)
    return batch, True


def _understood(line: Line, taker: Taker, seen: "_Seen", taken: Taken) -> Row | None:
    """The row of a line; None where it is refused, or says for the second time what an earlier line said."""
    if line.problem:
        taken.refused.append((line, line.problem))
        return None
    try:
        key, meant = taker.read(line.cells)
    except BadValue as error:
        taken.refused.append((line, str(error)))
        return None
    earlier, is_same = seen.add(key, line)
    if earlier is None:
        return Row(line, meant)
    if is_same:
        taken.here += 1
    else:
        taken.refused.append((line, _("Line %(line)d is about the same one.") % {"line": earlier}))
    return None


def _take(rows: list[Row], taker: Taker, taken: Taken) -> None:
    if not rows:
        return
    try:
        with transaction.atomic():
            done = taker.take(rows)
    except (DataError, IntegrityError, Refused, ValueError) as error:
        taker.forget()
        if len(rows) > 1:
            for row in rows:
                _take([row], taker, taken)
            return
        if not isinstance(error, Refused):
            logger.warning("Line %d was not taken.", rows[0].line.number, exc_info=True)
        reason = str(error) if isinstance(error, Refused) else _("The database did not take this row.")
        taken.refused.append((rows[0].line, reason))
    else:
        _merge(taken, done)


def _merge(taken: Taken, more: Taken) -> None:
    taken.new += more.new
    taken.changed += more.changed
    taken.here += more.here
    taken.refused += more.refused
    taken.remarks += more.remarks


class _Seen:
    """Which keys a file has had, and where; on disk once they are many, so that no file is too long."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("")  # a temporary file of SQLite's own, gone with the connection
        self._store.execute("PRAGMA journal_mode = OFF")
        self._store.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, line INTEGER, cells BLOB) WITHOUT ROWID")

    def add(self, key: str, line: Line) -> tuple[int | None, bool]:
        """The line that had this key before (None: none had), and whether its cells were the same."""
        row = _digest(key), line.number, _digest("\0".join(line.cells))
        if self._store.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", row).rowcount:
            return None, False
        earlier, cells = self._store.execute("SELECT line, cells FROM seen WHERE key = ?", row[:1]).fetchone()
        return earlier, cells == row[2]


def _digest(words: str) -> bytes:
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()
