"""How far an import is: for a terminal a line that is written over, for a page the same figures."""

import sys
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from .reading import Source
from .running import Report

WIDTH = 24  # characters of the bar


@dataclass(frozen=True)
class Pace:
    """`done` of `total` (bytes) in `seconds`, with `rows` rows."""

    done: int
    total: int
    rows: int
    seconds: float

    @property
    def share(self) -> float:
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    @property
    def minutes_left(self) -> float | None:
        return None if self.seconds_left is None else self.seconds_left / 60

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """None as long as nothing can be said."""
        return self.seconds * (1 - self.share) / self.share if self.share > 0.005 and self.seconds > 1 else None


class Bar:
    """A line on the terminal, drawn anew up to five times a second."""

    def __init__(self, source: Source) -> None:
        self._source, self._began, self._drawn = source, time.monotonic(), 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stderr.write("\r\033[K")

    def show(self, report: Report) -> None:
        now = time.monotonic()
        if now - self._drawn < 0.2:
            return
        self._drawn = now
        pace = Pace(self._source.done, self._source.size, report.rows, now - self._began)
        full = round(pace.share * WIDTH)
        left = "" if pace.seconds_left is None else f", {_clock(pace.seconds_left)} left"
        sys.stderr.write(
            f"\r\033[K[{'#' * full}{'.' * (WIDTH - full)}] {pace.share:4.0%}  {report.rows} rows, "
            f"{pace.rows_per_second:.0f}/s{left}"
        )
        sys.stderr.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
