"""A desk in fast motion: the same requests, served in different orders by different hands.

Work that was begun is finished: nobody is interrupted. All times are working time in one unit, say minutes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count
from statistics import quantiles

from .order import index


@dataclass(slots=True)
class Job:
    """One request of the past. `touch` is the work that was expected of it, `work` what it was."""

    number: int
    at: float
    work: float
    held_up: float
    target: float
    touch: float
    lane: str = ""
    priority: int = 0  # 0 is P1; see `with_priorities`


# From what waits, in the order in which it came, and the time: the place of whom to serve.
Choose = Callable[[Sequence[Job], float], int]


def first_come(waiting: Sequence[Job], now: float) -> int:
    return 0


def by_priority(waiting: Sequence[Job], now: float) -> int:
    """P1 to P4, inside them who came first."""
    return min(range(len(waiting)), key=lambda place: waiting[place].priority)


def by_index_alone(waiting: Sequence[Job], now: float) -> int:
    """The index without the guard: what is heavy may go before what is old for ever."""
    return max(range(len(waiting)), key=lambda place: _index(waiting[place], now))


def by_index(waiting: Sequence[Job], now: float) -> int:
    """The product's order (rules.order): the oldest of those past their target, else the highest index."""
    overdue = next((place for place, job in enumerate(waiting) if now - job.at >= job.target), None)
    return by_index_alone(waiting, now) if overdue is None else overdue


def _index(job: Job, now: float) -> float:
    return index(job.held_up, now - job.at, job.target, job.touch)


def with_priorities(jobs: Sequence[Job]) -> None:
    """Give each job P1 to P4, by quartiles of how much stands still."""
    cuts = quantiles([job.held_up for job in jobs], n=4) if len(jobs) > 1 else []
    for job in jobs:
        job.priority = sum(job.held_up <= cut for cut in cuts)


@dataclass(frozen=True)
class Help:
    """Seats of one lane serve the other when nobody waits in their own.

    `limit`: those of the deep lane before that too, when who comes to the rapid one would wait longer (None: never).
    """

    limit: float | None = None


def simulate(
    jobs: Sequence[Job], seats: Mapping[str, int], choose: Choose, spill_over: Help | None = None
) -> dict[int, float]:
    """How long each waited until somebody sat down to it, by number.

    `jobs` in the order in which they came; `seats` by lane; without `spill_over` each lane keeps to itself.
    Raises ValueError where a lane has requests and no seat that ever serves it.
    """
    if not spill_over and {job.lane for job in jobs} - {lane for lane, number in seats.items() if number > 0}:
        raise ValueError("Every lane with requests needs a seat.")
    if not any(number > 0 for number in seats.values()):
        raise ValueError("A desk needs a seat.")
    order = count()
    free = [(0.0, next(order), lane) for lane, number in seats.items() for _seat in range(number)]
    heapify(free)
    waiting: dict[str, list[Job]] = {lane: [] for lane in {*seats, *(job.lane for job in jobs)}}
    waits: dict[int, float] = {}
    following = 0
    while len(waits) < len(jobs):
        now, _order, lane = heappop(free)
        while following < len(jobs) and jobs[following].at <= now:
            waiting[jobs[following].lane].append(jobs[following])
            following += 1
        served = _lane_to_serve(lane, waiting, seats, spill_over)
        if served is None:
            if following < len(jobs):  # idle until somebody comes
                heappush(free, (jobs[following].at, next(order), lane))
            continue
        job = waiting[served].pop(choose(waiting[served], now))
        waits[job.number] = now - job.at
        heappush(free, (now + job.work, next(order), lane))
    return waits


def _lane_to_serve(
    lane: str, waiting: Mapping[str, Sequence[Job]], seats: Mapping[str, int], spill_over: Help | None
) -> str | None:
    if spill_over is None:
        return lane if waiting[lane] else None
    if lane == "deep" and waiting.get("rapid") and spill_over.limit is not None:
        wait = sum(job.touch for job in waiting["rapid"]) / max(1, seats.get("rapid", 0))
        if wait > spill_over.limit:
            return "rapid"
    if waiting[lane]:
        return lane
    return next((other for other, found in waiting.items() if found), None)


def busy(jobs: Sequence[Job], seats: int) -> float:
    """The share of its time that a seat works, while requests come; above 1, what waits grows without end."""
    span = jobs[-1].at - jobs[0].at
    return sum(job.work for job in jobs) / (seats * span) if span else 1.0


@dataclass(frozen=True)
class Outcome:
    """What customers lost, in people's hours, and how long they waited, in the jobs' unit."""

    lost: float
    p95: float
    p999: float
    longest: float


def outcome(jobs: Iterable[Job], waits: Mapping[int, float], unit: float = 60.0) -> Outcome:
    """`unit`: how many of the jobs' units are an hour. Raises ValueError where there is no job."""
    lost = sum(job.held_up * (waits[job.number] + job.work) for job in jobs) / unit
    inorder = sorted(waits.values())
    if not inorder:
        raise ValueError("Nothing was simulated.")
    return Outcome(lost, inorder[int(0.95 * len(inorder))], inorder[int(0.999 * len(inorder))], inorder[-1])
