"""When something will be done, from how long its like has taken: an interval, never a single moment.

Kaplan, Meier: Nonparametric estimation from incomplete observations (J. Am. Stat. Assoc. 53, 1958): what is still open
has taken at least as long as until now. Leaving it out makes every forecast too optimistic.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LIKELY, SURE = 0.5, 0.85  # an interval goes from where half are done to where 85 of 100 are
FEWEST = 20  # cases that say something about their kind
MEMORY_DAYS = 90
# How far one outcome moves the level at which SURE is read (Gibbs, Candès: Adaptive conformal inference under
# distribution shift, NeurIPS 2021), and the levels between which it stays.
STEP = 0.005
LOWEST, HIGHEST = 0.5, 0.995


@dataclass(frozen=True, slots=True)
class Case:
    """How long one case took (any unit, the same for all), or, while it is open, has taken so far."""

    took: float
    is_done: bool


@dataclass(frozen=True)
class Curve:
    """The share of cases still open after a time: `shares[i]` from `times[i]` on, 1 before the first."""

    times: Sequence[float]
    shares: Sequence[float]
    longest: float  # the longest time that any case, done or open, has been seen for
    cases: int

    def open_after(self, time: float) -> float:
        """The share of cases still open when `time` has passed."""
        place = bisect_right(self.times, time)
        return self.shares[place - 1] if place else 1.0

    def done_by(self, level: float, age: float = 0.0) -> float:
        """The time by which the share `level` is done of those that were still open at `age`.

        Where too many are open still to know, the longest time that was seen: a lower bound. Raises ValueError for a
        level outside 0 to 1.
        """
        if not 0 < level < 1:
            raise ValueError("A level lies between 0 and 1.")
        wanted = (1 - level) * self.open_after(age)
        # Shares fall: the first place at which they are no larger than wanted.
        low, high = bisect_right(self.times, age), len(self.times)
        while low < high:
            middle = (low + high) // 2
            if self.shares[middle] <= wanted + 1e-12:
                high = middle
            else:
                low = middle + 1
        return self.times[low] if low < len(self.times) else max(self.longest, age)


def curve(cases: Iterable[Case]) -> Curve:
    """The product-limit estimate; of what happens at the same time, what is done comes before what is lost sight of."""
    known = sorted((case.took, not case.is_done) for case in cases)
    times: list[float] = []
    shares: list[float] = []
    share, at_risk, place = 1.0, len(known), 0
    while place < len(known):
        time = known[place][0]
        done = left = 0
        while place < len(known) and known[place][0] == time:
            if known[place][1]:
                left += 1
            else:
                done += 1
            place += 1
        if done:
            share *= 1 - done / at_risk
            times.append(time)
            shares.append(share)
        at_risk -= done + left
    return Curve(times, shares, known[-1][0] if known else 0.0, len(known))


def corrected(level: float, *, kept: bool) -> float:
    """The level at which the next interval's end is read, when one more of them is known to have been kept or not.

    Kept ones lower it a little, missed ones raise it more: it rests where SURE of them are kept.
    """
    moved = level + STEP * (SURE - kept)
    return min(HIGHEST, max(LOWEST, moved))
