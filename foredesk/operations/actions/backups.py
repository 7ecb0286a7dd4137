"""Asking for backups."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.locks import one_at_a_time
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..backups.taking import next_path
from ..effects import take_queued_backup
from ..enums import RunKind, RunState
from ..models import Run

NIGHTLY_AT = time(2, 0)


def queue_backup(*, by: Person | None) -> Run:
    """Have the worker take a backup. Raises Refused while one is being taken."""
    with one_at_a_time("backup"), transaction.atomic():
        if Run.objects.filter(kind=RunKind.BACKUP, state__in=[RunState.QUEUED, RunState.RUNNING]).exists():
            raise Refused(_("A backup is being taken already."))
        run = Run.objects.create(kind=RunKind.BACKUP, by=by)
        if by is not None:
            record(by=by, tag="backup:asked", about=run)
        take_queued_backup.enqueue(run.pk, next_path().name)
    return run


def queue_nightly_backup() -> Run | None:
    """One backup a night, from two o'clock on, or as soon afterwards as a worker runs."""
    if not settings.BACKUP_DAILY:
        return None
    if Run.objects.filter(kind=RunKind.BACKUP, by=None, created_at__gte=_latest_night()).exists():
        return None
    try:
        return queue_backup(by=None)
    except Refused:
        return None  # another worker was faster


def _latest_night() -> datetime:
    now = timezone.localtime(clock.now(), timezone.get_default_timezone())
    night = now.replace(hour=NIGHTLY_AT.hour, minute=NIGHTLY_AT.minute, second=0, microsecond=0)
    return night if night <= now else night - timedelta(days=1)
