"""From a curve to a promise, and when a promise needs a new one. All spans are minutes of working time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from foredesk.kit.working_time import WorkingTime

from .intervals import LIKELY, Curve

STEPS = 200  # of a kept curve
# A promise shorter than this from now on helps nobody to plan.
SHORTEST = 15.0
# The last part of a promise, in which it is renewed if it was not kept yet: a share of it within these bounds.
LAST_SHARE, LAST_AT_LEAST, LAST_AT_MOST = 0.1, 10.0, 240.0
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Interval:
    """Minutes since the request, from where half are done to where the promise ends."""

    likely: float | None
    sure: float


def thinned(known: Curve, steps: int = STEPS) -> Curve:
    """The same curve in at most about `steps` places, each a place of the old one: never earlier, hardly later."""
    if len(known.times) <= steps:
        return known
    times, shares, last = [], [], 1.0
    for place, (time, share) in enumerate(zip(known.times, known.shares, strict=True)):
        if last - share >= 1 / steps or place == len(known.times) - 1:
            times.append(time)
            shares.append(share)
            last = share
    return Curve(times, shares, known.longest, known.cases)


def knows(known: Curve, level: float, age: float = 0.0) -> bool:
    """Whether so many were seen to their end that the share `level` of those still open at `age` has a time."""
    last, still = (known.shares[-1] if known.shares else 1.0), known.open_after(age)
    return still > 0 and last <= (1 - level) * still + 1e-12


def interval(known: Curve, level: float, age: float = 0.0) -> Interval | None:
    """The interval for a request that has been open for `age`; None where history does not reach so far."""
    if not knows(known, level, age):
        return None
    likely = known.done_by(LIKELY, age)
    return Interval(likely, max(known.done_by(level, age), likely, age + SHORTEST))


def chance_to_keep(known: Curve, age: float, end: float) -> float | None:
    """The share of those still open at `age` that were done by `end`; None where none was seen so long."""
    still = known.open_after(age)
    return None if still <= 0 or not known.times else 1 - known.open_after(end) / still


def last_part(given: float, end: float) -> float:
    """The minutes before `end` in which a promise given at the age `given` has to be renewed."""
    return min(max((end - given) * LAST_SHARE, LAST_AT_LEAST), LAST_AT_MOST)


def needs_new(known: Curve | None, *, given: float, age: float, end: float) -> bool:
    """Whether a promise will more likely be missed than kept, or its last part has begun. Ages in minutes."""
    if age >= end - last_part(given, end):
        return True
    chance = chance_to_keep(known, age, end) if known is not None else None
    return chance is not None and chance < HALF


def longer_than(known: Curve, age: float) -> int:
    """Of how many in 100 like it a request that old has taken longer."""
    return round(100 * (1 - known.open_after(age)))


def rounded_up(moment: datetime, length: float) -> datetime:
    """A moment as people say it: the next five minutes for a promise of less than two hours, else the next quarter."""
    step = timedelta(minutes=5 if length < 120 else 15)
    past = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond) % step
    return moment + (step - past) if past else moment


def rounded_down(moment: datetime, length: float) -> datetime:
    up = rounded_up(moment, length)
    return up if up == moment else up - timedelta(minutes=5 if length < 120 else 15)


def moments(asked: datetime, found: Interval, time: WorkingTime) -> tuple[datetime | None, datetime]:
    """Where an interval begins and ends on the clock, at a site's working time."""
    until = rounded_up(time.add(asked, timedelta(minutes=found.sure)), found.sure)
    if found.likely is None:
        return None, until
    return rounded_down(time.add(asked, timedelta(minutes=found.likely)), found.sure), until


def minutes_between(start: datetime, end: datetime, time: WorkingTime) -> float:
    return time.between(start, end) / timedelta(minutes=1)
