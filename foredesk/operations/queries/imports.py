"""Imports as their pages show them."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit import clock
from foredesk.people.models import Person

from ..enums import RunKind, RunState
from ..importing.progress import Pace
from ..models import Run
from ..rules import IMPORTS


def imports_open_to(reader: Person) -> QuerySet[Run]:
    """Imports that were prepared on a page, the latest first.

    A file of requests may hold private ones: from whoever must not know of some kind, others' files are hidden.
    """
    found = Run.objects.filter(kind__in=IMPORTS).select_related("by")
    if classes_hidden_from(reader):
        found = found.filter(Q(by=reader) | ~Q(kind=RunKind.IMPORT_TICKETS))
    return found


def pace_of(run: Run) -> Pace:
    """How far it is and how fast; after its end, how fast it was."""
    end = run.finished_at or clock.now()
    spent = end - run.started_at if run.started_at else timedelta()
    return Pace(run.done, run.total, run.report.get("rows", 0), spent.total_seconds())


def is_under_way(run: Run) -> bool:
    return run.state in {RunState.QUEUED, RunState.RUNNING}
