"""Working time: how long doors were open between two moments, exact to the second across daylight saving.

Hours are what the clock on the wall shows; durations are real ones. An interval that spans a change of the clock is
therefore as long as it really is: 00:00-06:00 lasts five hours in the spring night and seven in the autumn night.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[time, time]
Week = tuple[tuple[Interval, ...], ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_DAYS_IN_PAGE = 32
_PAGES_AHEAD = 50 * 366 // _DAYS_IN_PAGE
# Nobody closes for longer and still promises anything; without an end to the search a closed desk would hang a page.
_HORIZON = timedelta(days=800)


def _never_closed(_day: date) -> bool:
    return False


@dataclass(frozen=True)
class _Page:
    """The opening spans that begin on 32 consecutive days, in order, as time since 1970 (UTC)."""

    opens: tuple[timedelta, ...]
    closes: tuple[timedelta, ...]
    before: tuple[timedelta, ...]  # open time of this page before each span
    total: timedelta


@dataclass(frozen=True)
class WorkingTime:
    """The hours of a site.

    `hours` holds for each weekday (Monday first) its intervals of local time, in order. An interval that closes at or
    before its own opening ends on the following day: (22:00, 06:00) is a night, (00:00, 00:00) a whole day.
    `closed` says which dates are days off; a night belongs to the date on which it begins.
    Where the clock shows a time twice, the first is meant; a time that it skips is the moment of the change.

    Raises `ValueError` when there are not seven weekdays or when intervals overlap.
    """

    zone: ZoneInfo
    hours: Week
    closed: Callable[[date], bool] = _never_closed
    _pages: dict[int, _Page] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.hours) != 7:
            raise ValueError("Working time needs the hours of seven weekdays.")
        if overlap := first_overlap(self.hours):
            raise ValueError(f"The hours of weekday {overlap[0]} overlap at {overlap[1]:%H:%M}.")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`, both aware; negative when `end` comes first.

        Raises `ValueError` for a moment without a time zone.
        """
        first, last = _since_epoch(start), _since_epoch(end)
        if last < first:
            return -self._open_time(last, first)
        return self._open_time(first, last)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment (in UTC) at which `duration` of open time has passed since `start`; `start` itself for none.

        Raises `ValueError` for a negative duration, and when the doors never open again within 800 days.
        """
        if duration < timedelta():
            raise ValueError("Only time to come can be added.")
        position = _since_epoch(start)
        if not duration:
            return _EPOCH + position
        number = first = self._first_page(position)
        left = duration + self._before(number, position)
        last_open = position
        while left > (page := self._page(number)).total:
            left -= page.total
            if page.total:
                last_open = page.closes[-1]
            number += 1
            self._give_up_after(last_open, number)
            if number - first > _PAGES_AHEAD:
                raise ValueError("That is more working time than the next fifty years hold.")
        span = max(bisect_right(page.before, left) - 1, 0)
        if span and page.before[span] == left:
            span -= 1  # the end of one span, not the beginning of the next
        return _EPOCH + page.opens[span] + (left - page.before[span])

    def is_open(self, at: datetime) -> bool:
        """Whether the doors are open at the aware moment `at`; at the closing time they are not."""
        position = _since_epoch(at)
        return any(page.opens[span] <= position < page.closes[span] for page, span in self._spans_near(position))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the next moment (in UTC) when the doors open.

        Raises `ValueError` when that is more than 800 days away.
        """
        position = _since_epoch(at)
        number = self._first_page(position)
        while True:
            page = self._page(number)
            span = bisect_right(page.closes, position)
            if span < len(page.opens):
                return _EPOCH + max(position, page.opens[span])
            number += 1
            self._give_up_after(position, number)

    def spans(self, first: date, last: date) -> list[tuple[datetime, datetime]]:
        """When the doors open and close on the dates from `first` to `last`, in order, in UTC."""
        found = []
        for number in range(first.toordinal() // _DAYS_IN_PAGE, last.toordinal() // _DAYS_IN_PAGE + 1):
            page = self._page(number)
            found += [(_EPOCH + opens, _EPOCH + closes) for opens, closes in zip(page.opens, page.closes, strict=True)]
        return [span for span in found if first <= span[0].astimezone(self.zone).date() <= last]

    def _open_time(self, start: timedelta, end: timedelta) -> timedelta:
        first, last = self._first_page(start), self._first_page(end)
        spent = self._before(last, end) - self._before(first, start)
        for number in range(first, last):
            spent += self._page(number).total
        return spent

    def _before(self, number: int, position: timedelta) -> timedelta:
        """Open time from the beginning of page `number` to `position`, of which it is the first page."""
        return self._within(number, position) + self._within(number + 1, position)

    def _within(self, number: int, position: timedelta) -> timedelta:
        """Open time of page `number` before `position`."""
        page = self._page(number)
        span = bisect_right(page.opens, position) - 1
        if span < 0:
            return timedelta()
        return page.before[span] + min(position, page.closes[span]) - page.opens[span]

    def _first_page(self, position: timedelta) -> int:
        """The earliest page that can have a span ending after `position`.

        Two days of margin: one for the farthest time zones, one for a night that began the day before.
        """
        return ((_EPOCH + position).toordinal() - 2) // _DAYS_IN_PAGE

    def _spans_near(self, position: timedelta) -> list[tuple[_Page, int]]:
        number = self._first_page(position)
        found = []
        for page in (self._page(number), self._page(number + 1)):
            span = bisect_right(page.opens, position) - 1
            if span >= 0:
                found.append((page, span))
        return found

    def _give_up_after(self, last_open: timedelta, number: int) -> None:
        beginning = timedelta(days=number * _DAYS_IN_PAGE - _EPOCH.toordinal())
        if beginning - last_open > _HORIZON or number * _DAYS_IN_PAGE >= date.max.toordinal() - 3 * _DAYS_IN_PAGE:
            raise ValueError("These working hours never open again; give the calendar some opening hours.")

    def _page(self, number: int) -> _Page:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._build_page(number)
        return page

    def _build_page(self, number: int) -> _Page:
        opens, closes, before, total = [], [], [], timedelta()
        for ordinal in range(max(number * _DAYS_IN_PAGE, 2), (number + 1) * _DAYS_IN_PAGE):
            day = date.fromordinal(ordinal)
            intervals = self.hours[day.weekday()]
            if not intervals or self.closed(day):
                continue
            for opening, closing in intervals:
                begin = _moment(day, opening, self.zone)
                end = _moment(day + _DAY if closing <= opening else day, closing, self.zone)
                if begin < end:  # an interval inside the skipped hour of spring does not happen
                    opens.append(begin)
                    closes.append(end)
                    before.append(total)
                    total += end - begin
        return _Page(tuple(opens), tuple(closes), tuple(before), total)


def first_overlap(hours: Week) -> tuple[int, time] | None:
    """Weekday and opening time of the first interval that begins before another one has ended; None when there is none.

    Sunday night runs into Monday. Intervals that only touch do not overlap.
    """
    spans = sorted(
        (weekday * 1440 + _minutes(opening), _length(opening, closing), weekday, opening)
        for weekday, intervals in enumerate(hours)
        for opening, closing in intervals
    )
    if not spans:
        return None
    begin, length, weekday, opening = spans[0]
    for this, following in zip(spans, [*spans[1:], (begin + 7 * 1440, length, weekday, opening)], strict=True):
        if this[0] + this[1] > following[0]:
            return following[2], following[3]
    return None


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When the clocks of `zone` first show `clock` on `day`, in UTC; where they skip it, the moment of the change."""
    return _EPOCH + _moment(day, clock, zone)


def _minutes(moment: time) -> float:
    return moment.hour * 60 + moment.minute + moment.second / 60


def _length(opening: time, closing: time) -> float:
    return (_minutes(closing) - _minutes(opening)) + (1440 if closing <= opening else 0)


def _since_epoch(at: datetime) -> timedelta:
    if at.utcoffset() is None:
        raise ValueError("A moment needs a time zone.")
    return at.astimezone(UTC) - _EPOCH


def _moment(day: date, clock: time, zone: ZoneInfo) -> timedelta:
    """When the clocks of `zone` first show `clock` on `day`; where they skip it, the moment at which they skip."""
    local = datetime.combine(day, clock)
    earlier = local.replace(tzinfo=zone).astimezone(UTC)
    later = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if earlier <= later:
        return earlier - _EPOCH
    low, high = later, earlier  # the clock skips `local`: before the change at `low`, after it at `high`
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high - _EPOCH


ALWAYS = WorkingTime(zone=ZoneInfo("UTC"), hours=(((time(0), time(0)),),) * 7)
