"""Whether promises are kept: the figures by kind and month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.people.models import Person

from ..models import Tally

FEW = 5  # below, a share says nothing of promises and too much of people
GOOD_FROM, GOOD_TO = 80, 90  # of 100: fewer are broken promises, more are padded ones


@dataclass(frozen=True)
class Cell:
    """The first promises of one kind (None: all kinds) in one month. Minutes of working time."""

    kind: ServiceClass | None
    month: date
    number: int
    kept: int | None  # of 100; None for fewer than FEW
    width: int
    padding: int
    renewed: int

    @property
    def short(self) -> int:
        """By how much too little was promised."""
        return max(-self.padding, 0)

    @property
    def state(self) -> str:
        """How its chip looks: broken promises are bad, padded ones worth a look."""
        if self.kept is None:
            return "plain"
        return "bad" if self.kept < GOOD_FROM else "good" if self.kept <= GOOD_TO else "warn"


@dataclass(frozen=True)
class Point:
    """A month of the drawing, in the units of its view box."""

    cell: Cell
    x: int
    y: int


@dataclass(frozen=True)
class Calibration:
    cells: list[Cell]
    months: list[Cell]  # all kinds together, oldest first

    WIDE, HIGH = 640, 160  # of the drawing, whose foot is 50 of 100
    FOOT = 50

    @property
    def points(self) -> list[Point]:
        """The months of which enough is known, from left to right."""
        shown = [cell for cell in self.months if cell.kept is not None]
        step = self.WIDE / max(len(shown), 1)
        return [Point(cell, round(step * (place + 0.5)), self._y(cell.kept or 0)) for place, cell in enumerate(shown)]

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def band(self) -> tuple[int, int]:
        """Where promises are neither broken too often nor padded: top and height."""
        top = self._y(GOOD_TO)
        return top, self._y(GOOD_FROM) - top

    def _y(self, share: int) -> int:
        return round(self.HIGH * (1 - (max(share, self.FOOT) - self.FOOT) / (100 - self.FOOT)))


def calibration_for(person: Person) -> Calibration:
    """All kinds but those that are hidden from `person`, the newest month first. Reads a narrow table only."""
    hidden = classes_hidden_from(person)
    rows = list(
        Tally.objects.exclude(service_class__in=hidden)
        .select_related("service_class")
        .order_by("-month", "service_class__position", "service_class__name")
    )
    by_month: dict[date, list[Tally]] = {}
    for row in rows:
        by_month.setdefault(row.month, []).append(row)
    cells = [_cell(row.service_class, row.month, [row]) for row in rows]
    return Calibration(cells, [_cell(None, month, by_month[month]) for month in sorted(by_month)])


def _cell(kind: ServiceClass | None, month: date, rows: Iterable[Tally]) -> Cell:
    found = list(rows)
    kept = sum(row.kept for row in found)
    number = kept + sum(row.missed for row in found)
    each = [(row.kept + row.missed, row) for row in found]
    return Cell(
        kind,
        month,
        number,
        round(100 * kept / number) if number >= FEW else None,
        round(sum(count * row.width for count, row in each) / number) if number else 0,
        round(sum(count * row.padding for count, row in each) / number) if number else 0,
        sum(row.renewed for row in found),
    )
