"""How the installation does: one look for a person who is no specialist, and what to do first if all is not well."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.attachments.models import Attachment
from foredesk.intake.queries import alarms
from foredesk.kit import clock
from foredesk.mail.enums import OutboxState
from foredesk.mail.queries import SELF_TEST, last_sent, mails_open_to
from foredesk.people.models import Person

from ..enums import RunKind, RunState
from ..models import Run, Worker
from .backups import last_good_backup
from .tasks import Queue, queue_state
from .workers import living_workers

WAITS_LONG = timedelta(minutes=5)
BACKUP_IS_OLD = timedelta(days=2)
LITTLE_FREE = 1024**3  # bytes
SIZES_FOR = 300  # seconds that sizes are remembered: adding up a million files takes a moment


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and what to do about it."""

    says: str
    mend: str
    url_name: str = ""


@dataclass(frozen=True)
class Mails:
    waiting: int
    oldest: datetime | None
    failed: int
    last_sent: datetime | None


@dataclass(frozen=True)
class Disk:
    """In bytes."""

    free: int
    size: int
    database: int
    files: int


@dataclass(frozen=True)
class Watch:
    workers: list[Worker]
    queue: Queue
    mails: Mails
    disk: Disk
    backup: Run | None
    backup_under_way: Run | None
    backup_failed: Run | None  # the latest, if it failed

    @property
    def last_beat(self) -> datetime | None:
        return max((worker.seen_at for worker in self.workers), default=None)


def watch(reader: Person) -> Watch:
    """A look at everything, as far as `reader` may know of it."""
    backups = Run.objects.filter(kind=RunKind.BACKUP)
    latest = backups.first()
    under_way = {RunState.QUEUED, RunState.RUNNING}
    return Watch(
        workers=list(living_workers()),
        queue=queue_state(),
        mails=_mails(reader),
        disk=disk(),
        backup=last_good_backup(),
        backup_under_way=latest if latest and latest.state in under_way else None,
        backup_failed=latest if latest and latest.state == RunState.FAILED else None,
    )


def troubles(seen: Watch) -> list[Trouble]:
    """What is not well, the most pressing first."""
    now = clock.now()
    found = []
    if not seen.workers:
        found.append(
            Trouble(
                _("No worker runs, so no mail goes out and nobody is reminded."),
                _("Start it: foredesk worker, or systemctl start foredesk-worker@1."),
            )
        )
    if seen.disk.free < LITTLE_FREE:
        found.append(
            Trouble(
                _("The disk with the data folder is almost full."),
                _("Make room, for example by moving old backups away. When it is full, nothing more is taken in."),
            )
        )
    if seen.workers and seen.queue.oldest and seen.queue.oldest < now - WAITS_LONG:
        found.append(
            Trouble(
                _("Work has been waiting for more than five minutes."),
                _("If the number below does not fall, start a second worker."),
            )
        )
    if seen.queue.failed:
        found.append(
            Trouble(
                ngettext("%(count)d task was given up.", "%(count)d tasks were given up.", seen.queue.failed)
                % {"count": seen.queue.failed},
                _("Look at the reason below, mend it, and try again."),
            )
        )
    if seen.mails.failed:
        found.append(
            Trouble(
                ngettext("%(count)d mail could not be sent.", "%(count)d mails could not be sent.", seen.mails.failed)
                % {"count": seen.mails.failed},
                _("The outbox says why, and tries again when you say so."),
                "mail:outbox",
            )
        )
    found += [Trouble(one.says, one.mend, "mailboxes:mailboxes") for one in alarms()]
    return found + _backup_troubles(seen, now)


def _backup_troubles(seen: Watch, now: datetime) -> list[Trouble]:
    if seen.backup_failed:
        return [Trouble(_("The last backup failed."), _("The reason stands below under “Recent runs”."))]
    taken = seen.backup.finished_at if seen.backup else None
    if (taken and taken > now - BACKUP_IS_OLD) or settings.DEMO:
        return []
    says = _("There is no backup yet.") if taken is None else _("The last backup is more than two days old.")
    return [Trouble(says, _("Take one now; with BACKUP_DAILY one is taken every night."))]


def _mails(reader: Person) -> Mails:
    waiting = mails_open_to(reader).filter(state=OutboxState.QUEUED)
    return Mails(
        waiting=waiting.count(),
        oldest=waiting.aggregate(oldest=Min("queued_at"))["oldest"],
        failed=mails_open_to(reader).filter(state=OutboxState.FAILED).exclude(key=SELF_TEST).count(),
        last_sent=last_sent(),
    )


def disk() -> Disk:
    space = shutil.disk_usage(settings.HOME)
    sizes = cache.get_or_set("operations:sizes", _sizes, SIZES_FOR) or (0, 0)
    return Disk(free=space.free, size=space.total, database=sizes[0], files=sizes[1])


def _sizes() -> tuple[int, int]:
    """Of the database and of all attached files, in bytes."""
    files = Attachment.objects.aggregate(size=Sum("size"))["size"] or 0
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).stat().st_size, files
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0]), files


def recent_runs(number: int = 10) -> list[Run]:
    """The latest imports, exports and backups."""
    return list(Run.objects.exclude(state=RunState.DRAFT).select_related("by")[:number])
