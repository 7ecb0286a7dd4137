"""What the past teaches: curves, outcomes of promises, and the level at which the next ones are read."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth

from foredesk.kit import clock
from foredesk.tickets.enums import State
from foredesk.tickets.models import Solution

from ..enums import Outcome, Source
from ..models import Level, Measured, Quote, Tally
from ..queries.history import SITE, cases_by_class, lines_of_classes, private_classes, time_for
from ..queries.promises import CURVES
from ..rules.intervals import FEWEST, SURE, Case, corrected, curve
from ..rules.outcomes import done_at, outcome
from ..rules.quoting import minutes_between, thinned

AT_ONCE = 1000
MONTHS = 12
MEASURED = (Source.HISTORY, Source.PARENT)


def draw_curves(*, now: datetime | None = None) -> int:
    """Draw the curve of every class anew, its parts' requests included; returns the number of requests read.

    May run twice at once: the later one stands.
    """
    now = now or clock.now()
    lines, private = lines_of_classes(), private_classes()
    cases: dict[int, list[Case]] = {key: [] for key in lines}
    read = 0
    for kind, case in cases_by_class(now):
        read += 1
        for key in lines[kind]:
            # Of private requests nothing shows in the numbers of an open kind.
            if key in private or kind not in private:
                cases[key].append(case)
    _store_curves(cases, lines, now)
    return read


@transaction.atomic
def _store_curves(cases: dict[int, list[Case]], lines: dict[int, list[int]], now: datetime) -> None:
    rows = []
    for key, found in cases.items():
        drawn = thinned(curve(found))
        rows.append(
            Measured(
                service_class_id=key,
                times=[round(time, 1) for time in drawn.times],
                shares=[round(share, 5) for share in drawn.shares],
                longest=drawn.longest,
                cases=drawn.cases,
                drawn_at=now,
            )
        )
    fields = ["times", "shares", "longest", "cases", "drawn_at"]
    Measured.objects.bulk_create(rows, update_conflicts=True, unique_fields=["service_class"], update_fields=fields)
    stored = {row.service_class_id: row for row in Measured.objects.all()}
    for key, row in stored.items():
        wider = next((step for step in lines[key][1:] if stored[step].cases >= FEWEST), None)
        row.wider = stored[wider] if wider is not None else None
    Measured.objects.bulk_update(stored.values(), ["wider"])
    CURVES.forget()
    _pass_levels_on()


def learn(*, now: datetime | None = None) -> int:
    """Find out what became of promises, and correct the levels by it; returns how many outcomes were found.

    Each outcome is found by one worker only, and teaches once, also when this runs twice at once.
    """
    now = now or clock.now()
    number = 0
    while found := _find_outcomes(now):
        number += found
    _teach()
    return number


@transaction.atomic
def _find_outcomes(now: datetime) -> int:
    offered = Subquery(Solution.objects.filter(ticket=OuterRef("ticket")).order_by("-at", "-id").values("at")[:1])
    due = Q(ticket__state=State.CLOSED) | Q(until__lt=now) & ~Q(ticket__state=State.OFFERED)
    undecided = Quote.objects.filter(due, outcome="").annotate(offered_at=offered).order_by("until")
    rows = undecided.values_list(
        "pk", "until", "offered_at", "ticket__state", "ticket__close_reason", "ticket__closed_at", "ticket__created_at",
        *(f"ticket__{name}" for name in SITE),
    )[:AT_ONCE]  # fmt: skip
    found: list[Quote] = []
    for pk, until, offered_at, state, reason, closed, created, *site in rows:
        done = done_at(state, reason, closed, offered_at)
        became = outcome(until, now, state, done, closed)
        if became is None:
            continue
        took = round(max(minutes_between(created, done, time_for(*site)), 0)) if done else None
        found.append(Quote(pk=pk, outcome=became, known_at=now, took_minutes=took))
    return _claim(found)


def _claim(found: list[Quote]) -> int:
    """Write outcomes down where nobody else has; of two workers one waits here and then finds them decided."""
    undecided = Quote.objects.filter(pk__in=[one.pk for one in found], outcome="")
    free = set(undecided.select_for_update().values_list("pk", flat=True))
    Quote.objects.bulk_update(
        [one for one in found if one.pk in free], ["outcome", "known_at", "took_minutes"], batch_size=250
    )
    return len(free)


@transaction.atomic
def _teach() -> None:
    """Let the outcomes of first promises that rest on measured times move the levels, each once and in their order."""
    levels = _locked_levels()
    ready = Quote.objects.filter(
        outcome__in=[Outcome.KEPT, Outcome.MISSED], has_taught=False, is_first=True, source__in=MEASURED
    )
    outcomes = list(ready.order_by("known_at", "pk").values_list("pk", "history_of_id", "outcome"))
    if not outcomes:
        return
    for _pk, kind, became in outcomes:
        for key in (kind, None):
            row = levels.get(key)
            if row is None:
                row = levels[key] = Level(service_class_id=key, is_for_all=key is None)
            row.level = corrected(row.level, kept=became == Outcome.KEPT)
            row.outcomes += 1
    for row in levels.values():
        row.save()
    keys = [pk for pk, _kind, _became in outcomes]
    for start in range(0, len(keys), AT_ONCE):
        Quote.objects.filter(pk__in=keys[start : start + AT_ONCE]).update(has_taught=True)
    _pass_levels_on()


def _locked_levels() -> dict[int | None, Level]:
    """All levels; the row for all of them is locked first, so that one worker teaches at a time."""
    Level.objects.get_or_create(is_for_all=True)
    return {row.service_class_id: row for row in Level.objects.select_for_update().order_by("pk")}


def _pass_levels_on() -> None:
    """Each curve is read at its class's own level once enough outcomes have taught it, else at that of all classes."""
    levels = {row.service_class_id: row for row in Level.objects.all()}
    for_all = levels[None].level if None in levels else SURE
    own = {key: row.level for key, row in levels.items() if key is not None and row.outcomes >= FEWEST}
    changed = []
    for row in Measured.objects.only("pk", "service_class_id", "level"):
        level = own.get(row.service_class_id, for_all)
        if level != row.level:
            row.level = level
            changed.append(row)
    Measured.objects.bulk_update(changed, ["level"])


def count_outcomes(*, now: datetime | None = None) -> None:
    """Count anew, for each class and month of the last year, what became of the first promises given in it."""
    now = now or clock.now()
    rows = [_tally(row) for row in _counted(_first_month(now))]
    with transaction.atomic():
        Tally.objects.all().delete()
        Tally.objects.bulk_create(rows, ignore_conflicts=True)


def _first_month(now: datetime) -> date:
    months = now.year * 12 + now.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _counted(since: date) -> Iterable[Any]:
    begin = datetime(since.year, since.month, 1, tzinfo=clock.now().tzinfo)
    first = Quote.objects.filter(is_first=True, given_at__gte=begin, source__in=MEASURED)
    decided = first.filter(outcome__in=[Outcome.KEPT, Outcome.MISSED])
    return (
        decided.order_by()
        .annotate(month=TruncMonth("given_at"))
        .values("service_class_id", "month")
        .annotate(
            kept=Count("pk", filter=Q(outcome=Outcome.KEPT)),
            missed=Count("pk", filter=Q(outcome=Outcome.MISSED)),
            width=Avg(F("minutes") - F("earliest_minutes")),
            padding=Avg(F("minutes") - F("took_minutes")),
            renewed=Count("pk", filter=Q(replaced_at__lt=F("until"))),
        )
    )


def _tally(row: dict[str, Any]) -> Tally:
    return Tally(
        service_class_id=row["service_class_id"],
        month=row["month"].date().replace(day=1),
        kept=row["kept"],
        missed=row["missed"],
        width=max(round(row["width"] or 0), 0),
        padding=round(row["padding"] or 0),
        renewed=row["renewed"],
    )
