"""What is possible and how long it takes, for those who plan."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Sum

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from, kinds_offered
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from ..models import Measured, Tally
from ..rules.intervals import FEWEST, LIKELY
from ..rules.quoting import knows
from .history import curve_of

MONTHS = 3  # whose promises are told on a card
FEW = 5  # below, no share is told: it would tell of single people


@dataclass(frozen=True)
class Card:
    """One kind of request. Minutes of working time; None where too few were measured."""

    kind: ServiceClass
    likely: float | None
    sure: float | None
    cases: int
    promises: int
    kept: int | None  # of 100

    @property
    def reason(self) -> str:
        """Why it takes that long, as a sentence of its own."""
        words = self.kind.size_reason.strip().rstrip(".")
        return f"{words[:1].upper()}{words[1:]}."

    @property
    def wide(self) -> int:
        """How far along its rail half are done, in hundredths."""
        return 100 if not self.sure else min(100, round(100 * (self.likely or 0) / self.sure))


def cards_for(person: Person) -> list[Card]:
    """A card for each kind that is offered. Private kinds are on the page of those who serve them only."""
    hidden = classes_hidden_from(person) if is_agent(person) else None
    kinds = [one for one in kinds_offered() if not one.is_private or (hidden is not None and one.pk not in hidden)]
    measured = {row.service_class_id: row for row in Measured.objects.filter(service_class__in=kinds)}
    kept = _kept(kinds)
    return [_card(kind, measured.get(kind.pk), *kept.get(kind.pk, (0, 0))) for kind in kinds]


def _kept(kinds: list[ServiceClass]) -> dict[int, tuple[int, int]]:
    """Of each kind with its parts: promises that were decided, and those of them that were kept."""
    since = _months_before(clock.now().date(), MONTHS)
    family = {one.pk: one.pk for one in kinds}
    family |= dict(ServiceClass.objects.filter(parent__in=kinds, is_private=False).values_list("pk", "parent_id"))
    rows = Tally.objects.filter(service_class__in=family, month__gte=since).order_by().values_list("service_class_id")
    found: dict[int, tuple[int, int]] = {}
    for key, kept, missed in rows.annotate(all_kept=Sum("kept"), all_missed=Sum("missed")):
        all_, good = found.get(family[key], (0, 0))
        found[family[key]] = (all_ + kept + missed, good + kept)
    return found


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _card(kind: ServiceClass, row: Measured | None, promises: int, kept: int) -> Card:
    share = round(100 * kept / promises) if promises >= FEW else None
    cases = row.cases if row else 0
    if row is None or cases < FEWEST or not knows(curve_of(row), row.level):
        return Card(kind, None, None, cases, promises, share)
    drawn = curve_of(row)
    return Card(kind, drawn.done_by(LIKELY), drawn.done_by(row.level), cases, promises, share)


def drawn_at() -> datetime | None:
    """When times were measured last; None when they never were."""
    found: datetime | None = Measured.objects.aggregate(at=Max("drawn_at"))["at"]
    return found
