"""Imports as their pages show them."""

from datetime import timedelta

from django.db.models import QuerySet

from foredesk.kit import clock

from ..enums import RunState
from ..importing.progress import Pace
from ..models import Run
from ..rules import IMPORTS


def imports() -> QuerySet[Run]:
    """All imports that were prepared on a page, the latest first."""
    return Run.objects.filter(kind__in=IMPORTS).select_related("by")


def import_of(pk: int) -> Run | None:
    return imports().filter(pk=pk).first()


def pace_of(run: Run) -> Pace:
    """How far it is and how fast; after its end, how fast it was."""
    end = run.finished_at or clock.now()
    spent = end - run.started_at if run.started_at else timedelta()
    return Pace(run.done, run.total, run.report.get("rows", 0), spent.total_seconds())


def is_under_way(run: Run) -> bool:
    return run.state in {RunState.QUEUED, RunState.RUNNING}
