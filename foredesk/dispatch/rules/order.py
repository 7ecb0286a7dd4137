"""Who is served next, and why: one order that can be explained.

The generalised c-mu rule (van Mieghem: Dynamic scheduling with convex delay costs, Annals of Applied Probability 5,
1995) in tiers. All times are working time in one unit, say minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

LEAST_HELD_UP = 0.2
WEIGHTS = {"annoyed": 0.05, "slowed": 0.3, "stopped": 1.0}


class Tier(IntEnum):
    """Stretches of a lane; an earlier one is served first."""

    OUTAGE = 0  # an agent marked it as part of one
    OVERDUE = 1  # its target has passed
    REOPENED = 2
    OTHER = 3


@dataclass(slots=True)
class Standing:
    """What decides a ticket's place in its lane. `age`, `target` and `touch` are working time, `asked` is a moment.

    `touch` is the mean work on a ticket of its class, and not the median: where most are a matter of minutes and a few
    take a day, the median sends the day's work ahead of all (`evaluations/order.py` shows by how much).
    """

    number: int
    held_up: float
    asked: float
    age: float
    target: float
    touch: float
    is_outage: bool = False
    is_reopened: bool = False

    @property
    def tier(self) -> Tier:
        return Tier(self.place[0])

    @property
    def place(self) -> tuple[int, float]:
        """Tier, and the weight inside it; smaller is served first.

        The overdue go by when they were asked alone. So only those that came earlier are served before one of them,
        whatever else arrives: nobody waits for ever, and the longest wait stays near that of first come, first served.
        """
        if self.is_outage:
            return _OUTAGE, -self.index
        if self.age >= self.target:
            return _OVERDUE, self.asked
        return _REOPENED if self.is_reopened else _OTHER, -self.index

    @property
    def index(self) -> float:
        return index(self.held_up, self.age, self.target, self.touch)

    @property
    def key(self) -> tuple[int, float, int]:
        """Smaller is served first, and no two tickets have the same."""
        return *self.place, self.number


# Plain numbers: ten thousand are ordered every minute.
_OUTAGE, _OVERDUE, _REOPENED, _OTHER = map(int, Tier)


def held_up(people: int, severity: str) -> float:
    """B: how much work stands still. Raises KeyError for a severity that is none."""
    return max(LEAST_HELD_UP, people * WEIGHTS[severity])


def index(held_up: float, age: float, target: float, touch: float) -> float:
    """What serving a ticket now saves for each unit of work on it. Raises ValueError without a target or touch time."""
    if target <= 0 or touch <= 0:
        raise ValueError("A class needs a target and a touch time above 0.")
    return held_up * (1 + age / target) / touch


def in_order(waiting: Iterable[Standing]) -> list[Standing]:
    return sorted(waiting, key=lambda one: one.key)
