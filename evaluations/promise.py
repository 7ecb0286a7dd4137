"""How well promised times are kept: python -m evaluations.promise --train DIR --score DIR [--json]

Each forecast of the ServiceNow log uses only what was known at its minute, earlier scored cases included, and goes
through `foredesk.forecasts.rules.intervals`. The other logs are forecast from the training cases alone. (The Volvo log
was cut by closing date: of one folder its oldest cases are its longest, and only two folders say anything.)
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import mean
from typing import Any

from foredesk.forecasts.rules.intervals import FEWEST, MEMORY_DAYS, SURE, Case, Curve, corrected, curve

from .folders import Folders, cases, main

MEMORY = timedelta(days=MEMORY_DAYS)
FRESH = timedelta(hours=1)  # how long a curve is used before it is drawn anew
MANY = 100  # scored cases from which on a group's coverage counts
WARM_UP = timedelta(days=60)  # of the training part, in which levels find their place
SECONDS = 3600.0  # durations are hours
LOWER, UPPER = 0.75, 0.95


@dataclass(frozen=True)
class Incident:
    group: str  # that had it at its opening
    opened: datetime
    ended: datetime | None  # None: nobody knows
    last_seen: datetime  # when the log loses sight of it

    @property
    def hours(self) -> float | None:
        return (self.ended - self.opened).total_seconds() / SECONDS if self.ended else None

    def case_at(self, moment: datetime) -> Case:
        """What was known of it at a moment after its opening."""
        if self.ended and self.ended <= moment:
            return Case((self.ended - self.opened).total_seconds() / SECONDS, is_done=True)
        return Case((min(moment, self.last_seen) - self.opened).total_seconds() / SECONDS, is_done=False)


@dataclass
class Promised:
    incident: Incident
    end: float  # hours after opening
    level: float

    @property
    def kept(self) -> bool:
        hours = self.incident.hours
        return hours is not None and hours <= self.end

    @property
    def known_at(self) -> datetime:
        """A kept promise is known when the case ends, a missed one when its time has come."""
        due = self.incident.opened + timedelta(hours=self.end)
        return min(self.incident.ended, due) if self.incident.ended else due


@dataclass
class Desk:
    """What a desk knows while time goes on: cases by group, curves, levels, promises that are still open."""

    cases: dict[str, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    levels: dict[str, float] = field(default_factory=dict)
    _curves: dict[str, tuple[datetime, Curve]] = field(default_factory=dict)
    _open: list[tuple[datetime, int, Promised]] = field(default_factory=list)
    _number: int = 0

    learns: bool = True

    ALL = ""

    def arrive(self, incident: Incident) -> None:
        self.cases[incident.group].append(incident)
        self.cases[self.ALL].append(incident)

    def promise(self, incident: Incident) -> Promised:
        """The end of the interval that is quoted at the opening of `incident`, which has not arrived yet."""
        now = incident.opened
        if self.learns:
            self._learn(now)
        known = self._curve(incident.group, now)
        group = incident.group
        if known.cases < FEWEST:
            known, group = self._curve(self.ALL, now), self.ALL
        level = self.levels.get(group, SURE)
        promised = Promised(incident, known.done_by(level), level)
        self._number += 1
        heapq.heappush(self._open, (promised.known_at, self._number, promised))
        return promised

    def _learn(self, now: datetime) -> None:
        while self._open and self._open[0][0] <= now:
            promised = heapq.heappop(self._open)[2]
            if promised.known_at >= promised.incident.last_seen and not promised.incident.ended:
                continue  # the log lost sight of it before its time came
            for group in (promised.incident.group, self.ALL):
                self.levels[group] = corrected(self.levels.get(group, SURE), kept=promised.kept)

    def _curve(self, group: str, now: datetime) -> Curve:
        drawn = self._curves.get(group)
        if drawn is None or now - drawn[0] >= FRESH:
            remembered = self.cases[group]
            since = now - MEMORY
            remembered = self.cases[group] = [one for one in remembered if one.opened >= since]
            drawn = self._curves[group] = now, curve(one.case_at(now) for one in remembered)
        return drawn[1]


def score(folders: Folders) -> dict[str, Any]:
    return {"uci": uci(folders), "bpi2013": bpi2013(folders), "helpdesk": helpdesk(folders)}


# --- The ServiceNow log -------------------------------------------------------------------------------


def uci(folders: Folders) -> dict[str, Any]:
    rows = folders.rows("eventlogs/uci_servicenow_incident_event_log.csv.gz")
    train, scored = folders.divided(_incidents(rows[0]), _incidents(rows[1]), age=lambda one: one.opened)
    desk = Desk()
    warm_from = train[-1].opened - WARM_UP
    for incident in train:
        if incident.opened >= warm_from:
            desk.promise(incident)
        desk.arrive(incident)
    promised = []
    for incident in scored:
        promised.append(desk.promise(incident))
        desk.arrive(incident)
    counted = [one for one in promised if one.incident.hours is not None or _is_missed(one)]
    coverage = mean(one.kept for one in counted)
    by_group: dict[str, list[bool]] = defaultdict(list)
    for one in counted:
        by_group[one.incident.group].append(one.kept)
    many = {group: mean(kept) for group, kept in by_group.items() if len(kept) > MANY}
    width = mean(one.end for one in counted)
    even = _even_width(train, counted, coverage)
    return {
        "coverage_p85": coverage,
        "classes_in_range": mean(LOWER <= share <= UPPER for share in many.values()),
        "classes": len(many),
        "width_ratio": width / even,
        "mean_p85_hours": width,
        "scored": len(counted),
        "without_correction": _plain(train, scored),
    }


def _is_missed(promised: Promised) -> bool:
    """The case was still open when its promised time had come, whatever the log says later."""
    return promised.incident.last_seen >= promised.incident.opened + timedelta(hours=promised.end)


def _incidents(rows: Iterable[dict[str, str]]) -> list[Incident]:
    first: dict[str, dict[str, str]] = {}
    last: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["number"] not in first or row["sys_updated_at"] < first[row["number"]]["sys_updated_at"]:
            first[row["number"]] = row
        last[row["number"]] = row
    ends = max((row["closed_at"] for row in last.values() if row["closed_at"]), default="")
    found = []
    for number, row in first.items():
        opened, ended = _moment(row["opened_at"]), _moment(last[number]["resolved_at"])
        if opened is None or (ended is not None and ended < opened):
            continue
        seen = _moment(last[number]["closed_at"]) or _moment(ends)
        found.append(Incident(row["assignment_group"] or "none", opened, ended, ended or seen or opened))
    return found


def _moment(words: str) -> datetime | None:
    return _known(words) if words else None


def _even_width(train: Sequence[Incident], scored: Sequence[Promised], coverage: float) -> float:
    """The mean promise of fixed quantiles of the training cases by group, at the level that covers as much."""
    done: dict[str, list[float]] = defaultdict(list)
    for one in train:
        if one.hours is not None:
            done[one.group].append(one.hours)
            done[Desk.ALL].append(one.hours)
    for values in done.values():
        values.sort()

    def end(group: str, level: float) -> float:
        values = done.get(group, [])
        values = values if len(values) >= FEWEST else done[Desk.ALL]
        return values[min(len(values) - 1, int(level * len(values)))]

    low, high = 0.0, 0.9999
    for _ in range(30):
        level = (low + high) / 2
        covered = mean(
            one.incident.hours is not None and one.incident.hours <= end(one.incident.group, level) for one in scored
        )
        low, high = (level, high) if covered < coverage else (low, level)
    return mean(end(one.incident.group, high) for one in scored)


def _plain(train: Sequence[Incident], scored: Sequence[Incident]) -> float:
    """Coverage of the same curves read at 85 % always: the baseline."""
    desk = Desk(learns=False)
    for incident in train:
        desk.arrive(incident)
    promised = []
    for incident in scored:
        promised.append(desk.promise(incident))
        desk.arrive(incident)
    return mean(one.kept for one in promised if one.incident.hours is not None or _is_missed(one))


# --- Logs without online knowledge ------------------------------------------------------------------------


def bpi2013(folders: Folders) -> dict[str, Any]:
    def made(events: list[dict[str, str]]) -> Incident:
        opened, ended = _known(events[0]["timestamp"]), _known(events[-1]["timestamp"])
        return Incident(events[0]["impact"], opened, ended, ended)

    return _static(folders, "eventlogs/bpi2013_volvo_incidents.csv.gz", made)


def helpdesk(folders: Folders) -> dict[str, Any]:
    def made(events: list[dict[str, str]]) -> Incident:
        closed = next((row["timestamp"] for row in events if row["activity"] == "Closed"), "")
        return Incident(
            events[0]["activity"], _known(events[0]["timestamp"]), _moment(closed), _known(events[-1]["timestamp"])
        )

    return _static(folders, "eventlogs/helpdesk_italian_4580.csv.gz", made)


def _known(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=None)


def _static(folders: Folders, name: str, made: Callable[[list[dict[str, str]]], Incident]) -> dict[str, Any]:
    parts = [[made(events) for events in cases(rows, "case")] for rows in folders.rows(name)]
    train, scored = folders.divided(*parts, age=lambda one: one.opened)
    known = defaultdict(list)
    for one in train:
        case = one.case_at(one.last_seen)
        known[one.group].append(case)
        known[Desk.ALL].append(case)
    curves = {group: curve(found) for group, found in known.items()}
    ends = {
        group: (drawn if drawn.cases >= FEWEST else curves[Desk.ALL]).done_by(SURE) for group, drawn in curves.items()
    }
    kept = [one.hours <= ends.get(one.group, ends[Desk.ALL]) for one in scored if one.hours is not None]
    return {"coverage_p85": mean(kept), "scored": len(kept)}


if __name__ == "__main__":
    main("promise", __doc__ or "", score)
