"""An import that a worker runs: its progress, its report and its refused rows live in the row of the run."""

import logging
import tempfile
import time
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.tickets.models import Ticket

from ..enums import RunState
from ..models import Run
from .fields import Target
from .mapping import BadMap, from_dict
from .reading import Source, Unreadable
from .running import Report, run
from .takers import taker_for
from .writing import RefusedFile

logger = logging.getLogger("foredesk.import")
_PAUSE = 0.5  # seconds between two signs of progress


class _Stopped(Exception):
    pass


def bring_in(run_id: int) -> None:
    """Run an import that was queued, or go on with one that a worker left.

    It begins at the first line again: what is here already is passed over quickly, and the counts and the file of
    refused rows come out whole. Safe to run twice.
    """
    now = clock.now()
    mine = Run.objects.filter(pk=run_id, state__in=[RunState.QUEUED, RunState.RUNNING])
    if not mine.update(state=RunState.RUNNING, started_at=now):
        return
    one = Run.objects.select_related("by").get(pk=run_id)
    if "newest" not in one.options:
        newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        one.options["newest"] = newest
        Run.objects.filter(pk=run_id).update(options=one.options)
    try:
        report, refused_path = _run(one)
    except (Unreadable, BadMap) as error:
        _end(one, RunState.FAILED, error=str(error))
    except _Stopped:
        return  # its state says so already
    except Exception:
        logger.exception("Import %d broke off.", run_id)
        _end(one, RunState.FAILED, error=_("Something went wrong; the log of the worker says what."))
    else:
        ended = RunState.FAILED if report.broke_off else RunState.DRAFT if one.options.get("dry") else RunState.DONE
        _end(one, ended, error=report.broke_off, report=_told(one, report), refused_path=refused_path, done=one.total)


def _run(one: Run) -> tuple[Report, str]:
    dry = bool(one.options.get("dry"))
    mapping = from_dict(one.options["map"], target_of(one))
    with default_storage.open(one.path, "rb") as stored, _spool() as out:
        source = Source(
            cast(BinaryIO, stored.file),
            encoding=one.options.get("encoding", ""),
            delimiter=one.options.get("delimiter", ""),
        )
        refused = RefusedFile(out, source.columns, mapping.used(), source.delimiter)
        taker = taker_for(mapping, source.columns, by=one.by, dry=dry, newest=one.options["newest"])
        shown = 0.0

        def progress(report: Report) -> None:
            nonlocal shown
            if time.monotonic() - shown < _PAUSE:
                return
            shown = time.monotonic()
            running = Run.objects.filter(pk=one.pk, state=RunState.RUNNING)
            if not running.update(done=source.done, total=source.size, report=_told(one, report)):
                raise _Stopped
            one.total = source.size

        report = run(source, taker, refused, progress=progress)
        if not report.refused:
            return report, ""
        out.flush()
        with open(out.name, "rb") as whole:  # noqa: PTH123 (the name of a temporary file)
            return report, default_storage.save(f"imports/{one.pk}/refused.csv", File(whole))


def _spool() -> Any:
    return tempfile.NamedTemporaryFile("w", encoding="utf-8-sig", newline="", suffix=".csv")


def _told(one: Run, report: Report) -> dict[str, Any]:
    return asdict(report) | {"dry": bool(one.options.get("dry"))}


def _end(one: Run, state: RunState, **fields: Any) -> None:
    Run.objects.filter(pk=one.pk, state=RunState.RUNNING).update(state=state, finished_at=clock.now(), **fields)


def target_of(one: Run) -> Target:
    return Target.PEOPLE if one.kind == "import_people" else Target.TICKETS
