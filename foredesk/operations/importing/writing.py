"""Rows that were refused, as a file to mend and bring again."""

import csv
from collections.abc import Sequence
from typing import TextIO

from django.utils.translation import gettext as _

from .reading import FORMULA_STARTS, Line

REASON = "reason"


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula (OWASP, CSV injection); reading the file takes the ' off again."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


class RefusedFile:
    """Writes the header and then each refused row with the reason before its own cells.

    `used`: the columns that the map names. A reason from the time before, which no map names, is left out.
    """

    def __init__(self, file: TextIO, columns: Sequence[str], used: set[str], delimiter: str) -> None:
        self._skips = 1 if columns[:1] == [REASON] and REASON not in used else 0
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        self._writer.writerow([REASON, *map(safe, columns[self._skips :])])

    def add(self, line: Line, reason: str) -> None:
        cells = line.cells[self._skips :] if len(line.cells) > 1 else line.cells
        self._writer.writerow([safe(told(line.number, reason)), *map(safe, cells)])


def told(number: int, reason: str) -> str:
    return _("Line %(number)d: %(reason)s") % {"number": number, "reason": reason}
