"""What the page on the order of work tells: what is usual, and what was left to colleagues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from, classes_in_use
from foredesk.kit import clock
from foredesk.people.models import Person

from ..enums import SkipReason
from ..models import Skill, Skip
from .usual import Usual, usual_work

LOOKED_BACK = timedelta(days=28)


@dataclass(frozen=True)
class ClassWork:
    service_class: ServiceClass
    usual: Usual


def usual_by_class(person: Person) -> list[ClassWork]:
    """The usual work of every class that `person` may know of, by lane and position."""
    known = classes_in_use().exclude(pk__in=classes_hidden_from(person)).order_by("-lane__key", "position", "name")
    return [ClassWork(one, usual_work(one)) for one in known]


@dataclass(frozen=True)
class Skipped:
    reason: SkipReason
    times: int
    share: float  # of the most frequent one


def skipped_by_reason(person: Person) -> list[Skipped]:
    """How often requests were left to a colleague in the last four weeks, by reason, never by person; most first."""
    counted = dict(_lately(person).order_by().values_list("reason").annotate(Count("pk")))
    most = max(counted.values(), default=1)
    found = [Skipped(reason, counted.get(reason, 0), counted.get(reason, 0) / most) for reason in SkipReason]
    return sorted((one for one in found if one.times), key=lambda one: -one.times)


def skipped_classes(person: Person, limit: int = 5) -> Sequence[tuple[str, int]]:
    """The kinds of requests that were left most often in the last four weeks, and how often."""
    counted = _lately(person).order_by().values_list("ticket__service_class__name").annotate(times=Count("pk"))
    return list(counted.order_by("-times", "ticket__service_class__name")[:limit])


def _lately(person: Person) -> QuerySet[Skip]:
    since = clock.now() - LOOKED_BACK
    return Skip.objects.filter(at__gt=since).exclude(ticket__service_class__in=classes_hidden_from(person))


def skills() -> QuerySet[Skill]:
    return Skill.objects.prefetch_related("people", "service_classes")
