"""When the steps of a significant request will be done, from how much its lane finishes in a day: Monte Carlo.

A run walks through working days to come. Each brings as many finished things as one of the last days did, drawn at
random; with `in_hand` requests being worked on, each of them is one of ours with the chance 1 to `in_hand`. Steps are
done in their order. No pace but the lane's own goes in, and nobody estimates.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from foredesk.kit.working_time import WorkingTime

from .intervals import FEWEST, LIKELY, SURE

RUNS = 2000
MOST_DAYS = 500  # two working years: what takes longer has no date


@dataclass(frozen=True, slots=True)
class Days:
    """Working days from today within which a step is done: in half of the runs, and in 85 of 100."""

    likely: int
    sure: int


def walk(finished: Sequence[int], in_hand: int, steps: int, *, seed: int, runs: int = RUNS) -> list[Days | None]:
    """For each of the next `steps` steps the days that it takes; the same for the same `seed`.

    `finished`: things finished on each of the last working days, zeros included. None for a step that too many runs do
    not reach within MOST_DAYS, and for all of them where fewer than FEWEST things were finished. Raises ValueError
    where nothing is in hand.
    """
    if in_hand < 1:
        raise ValueError("Whoever asks has something in hand.")
    if steps < 1:
        return []
    if sum(finished) < FEWEST:
        return [None] * steps
    taken: list[list[int]] = [[] for _ in range(steps)]
    chance = random.Random(seed)  # noqa: S311
    ours, shares = _ours_in_a_day(finished, in_hand)
    for _run in range(runs):
        done = 0
        for day in range(1, MOST_DAYS + 1):
            now = min(done + ours[bisect_right(shares, chance.random())], steps)
            for step in range(done, now):
                taken[step].append(day)
            done = now
            if done == steps:
                break
    return [_days(one, runs) for one in taken]


def _ours_in_a_day(finished: Sequence[int], in_hand: int) -> tuple[list[int], list[float]]:
    """How many of a day's finished things are ours, each number with the share of the days up to it.

    A day of `n` is drawn like the days that were, and of its things each is ours with the chance 1 to `in_hand`.
    """
    chance = 1 / in_hand
    likelihood = [0.0] * (max(finished) + 1)
    for number in finished:
        term = (1 - chance) ** number
        for ours in range(number + 1):
            likelihood[ours] += (term if chance < 1 else float(ours == number)) / len(finished)
            if chance < 1 and ours < number:
                term *= (number - ours) / (ours + 1) * chance / (1 - chance)
    shares, total = [], 0.0
    for one in likelihood[:-1]:
        total += one
        shares.append(total)
    return list(range(len(likelihood))), shares


def _days(taken: Sequence[int], runs: int) -> Days | None:
    """Runs that did not reach the step took longer than all that did."""
    ranked = sorted(taken)

    def within(share: float) -> int | None:
        place = -int(-share * runs // 1) - 1
        return ranked[place] if place < len(ranked) else None

    likely, sure = within(LIKELY), within(SURE)
    return Days(likely, sure) if likely is not None and sure is not None else None


def working_day(today: date, days: int, time: WorkingTime) -> date:
    """The working day that comes `days` working days after `today` (1: the next one)."""
    found, left = today, days
    for _ in range(days * 8 + 800):
        if left <= 0:
            return found
        found += timedelta(days=1)
        if time.hours[found.weekday()] and not time.closed(found):
            left -= 1
    raise ValueError("These working hours never open again; give the calendar some opening hours.")


def working_days(first: date, last: date, time: WorkingTime) -> list[date]:
    """The working days from `first` to `last`, both included."""
    count = (last - first).days + 1
    days = (first + timedelta(days=number) for number in range(max(count, 0)))
    return [day for day in days if time.hours[day.weekday()] and not time.closed(day)]


def needs_new_date(promised: date, likely: date, sure: date, today: date, soon: date) -> bool:
    """Whether a promised date must be given anew: it is more likely missed than kept, or it comes `soon` and is not
    sure any more. Never later than on the day itself."""
    return sure > promised and (likely > promised or promised <= soon or promised <= today)


def end_of_day(day: date, time: WorkingTime) -> datetime:
    """When the doors close on a day; on a day off its last minute."""
    hours = time.hours[day.weekday()]
    closing = hours[-1][1] if hours and not time.closed(day) and hours[-1][1] > hours[-1][0] else clock_time(23, 59)
    return datetime.combine(day, closing, tzinfo=time.zone)
