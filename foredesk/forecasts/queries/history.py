"""What the measured past says: the cases behind the curves, and the curves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from foredesk.calendars.queries import working_time_at
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.working_time import WorkingTime
from foredesk.tickets.enums import Channel
from foredesk.tickets.models import Solution, Ticket

from ..models import Measured
from ..rules.intervals import FEWEST, MEMORY_DAYS, Case, Curve
from ..rules.outcomes import done_at
from ..rules.quoting import Interval, interval, minutes_between

SITE = ("customer__department_id", "customer__department__site_id", "customer__place__site_id")
LAST_OFFER = Subquery(Solution.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-id").values("at")[:1])


def time_for(department: int | None, its_site: int | None, place_site: int | None) -> WorkingTime:
    """The working time of a customer, from the columns SITE: the same as `working_time_of`, without the rows."""
    return working_time_at(its_site if department is not None else place_site)


def cases_by_class(now: datetime | None = None) -> Iterator[tuple[int, Case]]:
    """Every request of the last 90 days as (class, case), in working minutes; read in pieces.

    What was brought here from another desk is left out: when that desk closed something says little about when it was
    done. What was withdrawn or joined with another one is lost sight of at that moment (censored), as what is open is
    now: leaving them out would make the forecasts too optimistic.
    """
    now = now or clock.now()
    asked = (
        Ticket.objects.filter(created_at__gte=now - timedelta(days=MEMORY_DAYS), created_at__lte=now)
        .exclude(channel=Channel.IMPORT)
        .annotate(offered_at=LAST_OFFER)
        .order_by()
        .values_list("service_class_id", "created_at", "state", "close_reason", "closed_at", "offered_at", *SITE)
    )
    for kind, created, state, reason, closed, offered, *site in asked.iterator(chunk_size=5000):
        done = done_at(state, reason, closed, offered)
        took = minutes_between(created, done or closed or now, time_for(*site))
        yield kind, Case(max(took, 0.0), is_done=done is not None)


def curve_of(measured: Measured) -> Curve:
    return Curve(measured.times, measured.shares, measured.longest, measured.cases)


def lines_of_classes() -> dict[int, list[int]]:
    """Of every class, itself and what it is part of, from the particular to the general."""
    above = dict(ServiceClass.objects.values_list("pk", "parent_id"))

    def line(kind: int) -> list[int]:
        found: list[int] = []
        step: int | None = kind
        while step is not None and step not in found:
            found.append(step)
            step = above[step]
        return found

    return {kind: line(kind) for kind in above}


def private_classes() -> frozenset[int]:
    return frozenset(ServiceClass.objects.filter(is_private=True).values_list("pk", flat=True))


@dataclass(frozen=True)
class Known:
    """What is known of a class: its own curve or a wider one's, and the level at which it is read."""

    of_class: int
    curve: Curve
    level: float
    is_wider: bool

    def interval(self, age: float) -> Interval | None:
        return interval(self.curve, self.level, age)


def known_of(service_class: int) -> list[Known]:
    """The curves that speak for a class, the closest first; none where too few requests have been seen. One query."""
    return known_of_all([service_class]).get(service_class, [])


def known_of_all(classes: list[int] | None = None) -> dict[int, list[Known]]:
    """The same for several classes (None: all), in one query."""
    rows: QuerySet[Measured] = Measured.objects.select_related("wider__wider")
    if classes is not None:
        rows = rows.filter(service_class__in=classes)
    return {row.service_class_id: _line(row) for row in rows.filter(Q(cases__gte=FEWEST) | Q(wider__isnull=False))}


def _line(row: Measured) -> list[Known]:
    steps = [row, row.wider, row.wider.wider if row.wider else None]
    return [
        Known(step.service_class_id, curve_of(step), step.level, is_wider=step is not row)
        for step in steps
        if step is not None and step.cases >= FEWEST
    ]


def measured_with_classes() -> QuerySet[Measured]:
    """Of each class in use what was measured, the wider kinds first."""
    found = Measured.objects.filter(service_class__is_active=True).select_related("service_class__lane")
    return found.order_by(F("service_class__parent").asc(nulls_first=True), "service_class__position")
