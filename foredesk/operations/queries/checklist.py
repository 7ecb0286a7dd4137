"""Everything that is looked at, in the order of its weight: one source for the page and for `foredesk check`."""

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError

from . import machine, service
from .findings import Finding, Weight
from .readiness import why_not_ready

_COUNTED_FOR = 60  # seconds that the number in the navigation may be old
_COUNT = "operations:serious"


def findings() -> list[Finding]:
    """What is to be mended first, then what is fine."""
    found = machine.look()
    try:
        found += service.look()
    except DatabaseError:
        found.append(_database_missing())
    return sorted(found, key=lambda one: (one.is_fine, -one.weight))


def serious_count() -> int:
    """How many serious things are open; counted anew once a minute. In a demo nothing is serious."""
    if settings.DEMO:
        return 0
    return int(cache.get_or_set(_COUNT, _count, _COUNTED_FOR) or 0)


def forget_count() -> None:
    """For whoever has just looked or mended: the navigation says the same as the page."""
    cache.delete(_COUNT)


def _count() -> int:
    return sum(1 for one in findings() if not one.is_fine and one.weight >= Weight.SERIOUS)


def _database_missing() -> Finding:
    return Finding(
        "database_ready",
        False,
        f"The {why_not_ready() or 'database does not answer'}.",
        "Everything that anybody wrote is kept there.",
        "Check DATABASE_URL, then run: foredesk prepare",
        Weight.BROKEN,
    )
