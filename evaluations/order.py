"""What the order of work is worth: python -m evaluations.order --train DIR --score DIR [--json]

One simulated desk is given the arrivals of real logs under three orders: first come first served, priorities P1 to P4,
and that of `foredesk.dispatch.rules.order`. Whose time is lost is drawn by chance (20 seeds); the worst variant counts.
The target is a quarter more than what the same desk keeps for 95 of 100 under first come, first served.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from itertools import pairwise, product
from multiprocessing.pool import Pool
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

from foredesk.dispatch.rules.order import held_up
from foredesk.dispatch.rules.simulation import (
    Job,
    by_index,
    by_priority,
    first_come,
    outcome,
    simulate,
    with_priorities,
)
from foredesk.kit.working_time import WorkingTime

from .folders import Folders, cases, main

SEEDS = range(20)
LOADS = (0.8, 0.95)
KEYS = ("lost_vs_fifo", "lost_vs_priority", "p999_vs_fifo")
TARGET = 1.25
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
    _train, scored = folders.divided(arrivals(rows[0]), arrivals(rows[1]), age=lambda one: one.at)
    with Pool() as pool:
        found = {variant: ratios(pool, scored, *variant) for variant in product(LOADS, TOUCHES)}
    return {
        **{key: max(one[key] for one in found.values()) for key in KEYS},
        "arrivals": len(scored),
        "variants": {
            f"load {load}, touch {touch}": ", ".join(f"{key} {value:.3f}" for key, value in one.items())
            for (load, touch), one in found.items()
        },
    }


def ratios(pool: Pool, arrivals: Sequence[Arrival], load: float, touch: str) -> dict[str, float]:
    """What the product's order costs beside the two others, over all seeds."""
    runs = pool.map(partial(compare, arrivals, load, touch), SEEDS)
    sums = {key: mean(run[key] for run in runs) for key in runs[0]}
    return {
        "lost_vs_fifo": sums["lost"] / sums["lost_fifo"],
        "lost_vs_priority": sums["lost"] / sums["lost_priority"],
        "p999_vs_fifo": sums["p999"] / sums["p999_fifo"],
    }


def _touches(arrivals: Sequence[Arrival], touch: str, chance: random.Random) -> dict[str, float]:
    """What is taken for the usual work of each class: its mean, the mean times a chance of its own, or that of all."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for one in arrivals:
        by_kind[one.kind].append(one.work)
    if touch == "one value":
        return dict.fromkeys(by_kind, mean(one.work for one in arrivals))
    noise = SIGMA if touch == "noisy" else 0.0
    return {kind: mean(work) * chance.lognormvariate(0, noise) for kind, work in by_kind.items()}


def compare(arrivals: Sequence[Arrival], load: float, touch: str, seed: int) -> dict[str, float]:
    """Hours lost and the tail of waits under the three orders, for the same tickets."""
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    seats, stretch = _seats(arrivals, load)
    touches = _touches(arrivals, touch, chance)
    jobs = [
        Job(number, one.at * stretch, one.work, _held_up(chance), 1.0, touches[one.kind])
        for number, one in enumerate(arrivals)
    ]
    with_priorities(jobs)
    seated = {"": seats}
    fifo = simulate(jobs, seated, first_come)
    target = max(1.0, outcome(jobs, fifo).p95 * TARGET)
    for job in jobs:
        job.target = target
    found = {
        "": outcome(jobs, simulate(jobs, seated, by_index)),
        "_fifo": outcome(jobs, fifo),
        "_priority": outcome(jobs, simulate(jobs, seated, by_priority)),
    }
    return {f"{key}{order}": getattr(one, key) for order, one in found.items() for key in ("lost", "p999")}


def _seats(arrivals: Sequence[Arrival], load: float) -> tuple[int, float]:
    """How many seats, and by how much time is stretched, for exactly this load."""
    work, span = sum(one.work for one in arrivals), arrivals[-1].at - arrivals[0].at
    seats = max(1, round(work / (span * load)))
    return seats, work / (span * load * seats)


def _held_up(chance: random.Random) -> float:
    severity = chance.choices(list(SEVERITIES), weights=list(SEVERITIES.values()))[0]
    low, high = chance.choices(list(PEOPLE), weights=list(PEOPLE.values()))[0]
    return held_up(chance.randint(low, high), severity)


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
