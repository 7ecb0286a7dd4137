"""What the order of work is worth: python -m evaluations.order --train DIR --score DIR [--json]

One simulated desk is given the arrivals of real logs under three orders: first come first served, priorities P1 to P4,
and that of `foredesk.dispatch.rules.order`. Whose time is lost is drawn by chance (20 seeds); the worst variant counts.
The target is what the same desk keeps for 95 of 100 under first come, first served.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import pairwise, product
from multiprocessing import Pool
from statistics import mean, quantiles
from typing import Any
from zoneinfo import ZoneInfo

from foredesk.dispatch.rules.order import held_up, index
from foredesk.kit.working_time import WorkingTime

from .folders import Folders, cases, main

SEEDS = range(20)
LOADS = (0.8, 0.95)
TOUCHES = ("exact", "noisy", "one value")
DAY = 480.0  # working minutes, the longest that one ticket is worked on
SIGMA = 0.5
SEVERITIES = {"stopped": 0.3, "slowed": 0.5, "annoyed": 0.2}
PEOPLE = {(1, 1): 0.85, (2, 10): 0.13, (11, 100): 0.02}
WEEK = WorkingTime(zone=ZoneInfo("UTC"), hours=(((time(8), time(16)),),) * 5 + ((),) * 2)
EPOCH = datetime(2009, 1, 5, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True)
class Arrival:
    at: float  # working minutes
    kind: str  # class
    work: float  # working minutes


def score(folders: Folders) -> dict[str, Any]:
    return {
        "uci": worst(folders, "eventlogs/uci_servicenow_incident_event_log.csv.gz", uci),
        "bpi2013": worst(folders, "eventlogs/bpi2013_volvo_incidents.csv.gz", bpi2013),
    }


def worst(folders: Folders, name: str, arrivals: Callable[[Iterable[dict[str, str]]], list[Arrival]]) -> dict[str, Any]:
    rows = folders.rows(name)
    train, scored = folders.divided(arrivals(rows[0]), arrivals(rows[1]), age=lambda one: one.at)
    usual = _usual(train)
    ratios: dict[str, list[float]] = defaultdict(list)
    found: dict[str, Any] = {}
    with Pool() as pool:
        for load, touch in product(LOADS, TOUCHES):
            runs = pool.map(partial(compare, scored, usual, load, touch), SEEDS)
            sums = {key: mean(run[key] for run in runs) for key in runs[0]}
            one = {
                "lost_vs_fifo": sums["lost"] / sums["lost_fifo"],
                "lost_vs_priority": sums["lost"] / sums["lost_priority"],
                "p999_vs_fifo": sums["p999"] / sums["p999_fifo"],
            }
            for key, value in one.items():
                ratios[key].append(value)
            found[f"load {load}, touch {touch}"] = ", ".join(f"{key} {value:.3f}" for key, value in one.items())
    return {**{key: max(values) for key, values in ratios.items()}, "arrivals": len(scored), "variants": found}


def _usual(train: Sequence[Arrival]) -> dict[str, float]:
    """The mean touch time of each class, as a desk has measured it; "" for all together."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for one in train:
        by_kind[one.kind].append(one.work)
        by_kind[""].append(one.work)
    return {kind: mean(work) for kind, work in by_kind.items() if len(work) >= 20}


@dataclass(slots=True)
class Job:
    number: int
    at: float
    work: float
    held_up: float
    target: float
    touch: float
    priority: int


def compare(
    arrivals: Sequence[Arrival], usual: dict[str, float], load: float, touch: str, seed: int
) -> dict[str, float]:
    """Hours lost and the tail of waits under the three orders, for the same tickets."""
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    seats, stretch = _seats(arrivals, load)
    impact = [_held_up(chance) for _ in arrivals]
    cuts = quantiles(impact, n=4)
    jobs = []
    for number, (one, lost) in enumerate(zip(arrivals, impact, strict=True)):
        expected = usual.get(one.kind, usual[""])
        expected = {
            "exact": expected,
            "noisy": expected * chance.lognormvariate(0, SIGMA),
            "one value": usual[""],
        }[touch]
        priority = sum(lost <= cut for cut in cuts)  # 0 is P1
        jobs.append(Job(number, one.at * stretch, one.work, lost, 1.0, expected, priority))
    fifo = simulate(jobs, seats, _first_come)
    # The target is part of the simulated desk: what it keeps for 95 of 100 where nobody is put before anybody.
    target = max(1.0, sorted(fifo.values())[int(0.95 * len(fifo))])
    for job in jobs:
        job.target = target
    by_priority = simulate(jobs, seats, _by_priority)
    by_index = simulate(jobs, seats, _by_index)

    def lost(waits: dict[int, float]) -> float:
        return sum(job.held_up * (waits[job.number] + job.work) for job in jobs)

    def tail(waits: dict[int, float]) -> float:
        return sorted(waits.values())[int(0.999 * len(waits))]

    return {
        "lost": lost(by_index),
        "lost_fifo": lost(fifo),
        "lost_priority": lost(by_priority),
        "p999": tail(by_index),
        "p999_fifo": tail(fifo),
    }


def _seats(arrivals: Sequence[Arrival], load: float) -> tuple[int, float]:
    """How many seats, and by how much time is stretched, for exactly this load."""
    work, span = sum(one.work for one in arrivals), arrivals[-1].at - arrivals[0].at
    seats = max(1, round(work / (span * load)))
    return seats, work / (span * load * seats)


def _held_up(chance: random.Random) -> float:
    severity = chance.choices(list(SEVERITIES), weights=list(SEVERITIES.values()))[0]
    low, high = chance.choices(list(PEOPLE), weights=list(PEOPLE.values()))[0]
    return held_up(chance.randint(low, high), severity)


Choose = Callable[[list[Job], float], int]


def simulate(jobs: Sequence[Job], seats: int, choose: Choose) -> dict[int, float]:
    """How long each waited until somebody sat down to it. Nobody who works is interrupted."""
    free = [0.0] * seats
    heapify(free)
    waiting: list[Job] = []
    waits: dict[int, float] = {}
    following, now = 0, 0.0
    while len(waits) < len(jobs):
        now = max(now, heappop(free))  # a seat that was idle does not work in the past
        if not waiting and following < len(jobs) and jobs[following].at > now:
            now = jobs[following].at
        while following < len(jobs) and jobs[following].at <= now:
            waiting.append(jobs[following])
            following += 1
        if not waiting:
            continue
        job = waiting.pop(choose(waiting, now))
        waits[job.number] = now - job.at
        heappush(free, now + job.work)
    return waits


def _first_come(waiting: list[Job], now: float) -> int:
    return 0


def _by_priority(waiting: list[Job], now: float) -> int:
    best, place = 9, 0
    for number, job in enumerate(waiting):
        if job.priority < best:
            best, place = job.priority, number
            if best == 0:
                break
    return place


def _by_index(waiting: list[Job], now: float) -> int:
    """The first in the product's order; `waiting` is in the order of arrival, and all have one target."""
    if now - waiting[0].at >= waiting[0].target:
        return 0
    return max(range(len(waiting)), key=lambda one: _index(waiting[one], now))


def _index(job: Job, now: float) -> float:
    return index(job.held_up, now - job.at, job.target, job.touch)


# --- The logs -------------------------------------------------------------------------------------------


def uci(rows: Iterable[dict[str, str]]) -> list[Arrival]:
    found = []
    for events in cases(rows, "number"):
        events.sort(key=lambda row: row["sys_updated_at"])
        work = _work(events, "incident_state", "Active", "sys_updated_at")
        found.append(Arrival(_minutes(events[0]["opened_at"]), events[0]["assignment_group"], work))
    return found


def bpi2013(rows: Iterable[dict[str, str]]) -> list[Arrival]:
    return [
        Arrival(
            _minutes(events[0]["timestamp"]),
            events[0]["product"],
            _work(events, "substatus", "In Progress", "timestamp"),
        )
        for events in cases(rows, "case")
    ]


def _work(events: Sequence[dict[str, str]], state: str, working: str, at: str) -> float:
    """Working minutes spent in a state, five at least and a day at most."""
    spent = sum(
        _minutes(following[at]) - _minutes(row[at]) for row, following in pairwise(events) if row[state] == working
    )
    return min(DAY, max(spent, 5.0))


def _minutes(words: str) -> float:
    moment = datetime.fromisoformat(words)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return WEEK.between(EPOCH, moment).total_seconds() / 60


if __name__ == "__main__":
    main("order", __doc__ or "", score)
