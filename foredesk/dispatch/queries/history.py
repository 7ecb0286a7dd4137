"""What was asked of a desk and what it took, as jobs for rules.simulation. Times in minutes of working time."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from foredesk.calendars.queries import working_time_at
from foredesk.catalogue.enums import LaneKey
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.tickets.enums import CloseReason, State
from foredesk.tickets.models import Ticket

from ..models import Effort
from ..rules.order import held_up
from ..rules.simulation import Job
from .usual import usual_work

_NOT_DONE = (CloseReason.MERGED, CloseReason.IMPORTED)  # no work of this desk, or counted where it went on


def past_jobs(days: int) -> tuple[list[Job], int]:
    """The requests of the last `days` days in the order in which they came; of how many the work was measured.

    What was not measured counts as usual for its class. All of the desk's, private ones too: only sums are told.
    """
    since = clock.now() - timedelta(days=days)
    hours = working_time_at(None)
    measured = dict(
        Effort.objects.filter(seconds__gt=0, ticket__created_at__gte=since).values_list("ticket", "seconds")
    )
    asked = (
        Ticket.objects.filter(created_at__gte=since)
        .exclude(state=State.CLOSED, close_reason__in=_NOT_DONE)
        .select_related("service_class", "lane")
        .order_by("created_at", "pk")
    )
    jobs = [
        Job(
            number=one.pk,
            at=_minutes(hours.between(since, one.created_at)),
            work=measured.get(one.pk, 60 * usual_work(one.service_class).minutes) / 60,
            held_up=held_up(one.people_held_up, one.severity),
            target=float(one.service_class.solution_minutes),
            touch=usual_work(one.service_class).minutes,
            lane=one.lane.key,
        )
        for one in asked.iterator(2_000)
    ]
    return jobs, sum(job.number in measured for job in jobs)


COLUMNS = ("asked", "work", "lane", "severity", "people", "target", "usual")


def jobs_of_log(path: Path) -> list[Job]:
    """The same from a CSV file: when somebody `asked` (ISO 8601), the minutes of `work` it took, the rest where known.

    Raises Refused with the line that says what is wrong with it.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := {"asked", "work"} - set(rows.fieldnames or ()):
            raise Refused(
                _("%(file)s needs the columns asked and work; it lacks %(missing)s.")
                % {"file": path.name, "missing": ", ".join(sorted(missing))}
            )
        return _in_order(_logged(rows, path.name))


def _logged(rows: Iterable[dict[str, str]], name: str) -> Iterator[tuple[datetime, Job]]:
    for line, row in enumerate(rows, start=2):
        try:
            asked, job = datetime.fromisoformat(row["asked"]), _job(line, row)
        except (KeyError, TypeError, ValueError) as wrong:
            raise Refused(
                _("Line %(line)d of %(file)s: asked is a moment such as 2026-03-02T09:15, work a number of minutes.")
                % {"line": line, "file": name}
            ) from wrong
        yield (asked if asked.tzinfo else asked.replace(tzinfo=UTC)), job


def _job(number: int, row: dict[str, str]) -> Job:
    """Raises KeyError for a severity that is none, ValueError for what is no number."""
    return Job(
        number=number,
        at=0.0,
        work=max(0.1, float(row["work"])),
        held_up=held_up(int(row.get("people") or 1), row.get("severity") or "slowed"),
        target=float(row.get("target") or 480),
        touch=float(row.get("usual") or 0),
        lane=row.get("lane") or LaneKey.RAPID.value,
    )


def _in_order(logged: Iterable[tuple[datetime, Job]]) -> list[Job]:
    """The jobs as they came; where what is usual was not told, it is the mean of all."""
    found = sorted(logged, key=lambda one: one[0])
    hours = working_time_at(None)
    usual = sum(job.work for _asked, job in found) / max(1, len(found))
    for asked, job in found:
        job.at = _minutes(hours.between(found[0][0], asked))
        job.touch = job.touch or usual
    return [job for _asked, job in found]


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
