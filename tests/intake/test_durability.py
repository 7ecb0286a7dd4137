"""“250” is said when a mail is on the disk: also after a power cut a moment later."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from foredesk.intake.actions import store
from foredesk.intake.enums import Door
from foredesk.intake.models import Incoming, Mailbox
from foredesk.kit.durability import durable_commits

from .conftest import DESK, letter


def _waits_for_the_disk() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA synchronous").fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL always waits for the disk")
def test_sqlite_waits_for_the_disk_when_a_mail_is_stored() -> None:
    mailbox = Mailbox.objects.create(name="Desk", address=DESK)
    usual, then = _waits_for_the_disk(), []

    def look(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith("INSERT") and Incoming._meta.db_table in sql:
            then.append(_waits_for_the_disk())
        return execute(sql, *more)

    with connection.execute_wrapper(look):
        store(raw=letter().as_bytes(), door=Door.SMTP, mailbox=mailbox)
    assert (then, _waits_for_the_disk()) == ([2], usual)  # 2: FULL
    with pytest.raises(ZeroDivisionError), durable_commits():
        _ = 1 / 0
    assert _waits_for_the_disk() == usual


def test_the_folders_of_a_new_day_are_written_down_too(desk, settings, tmp_path: Path, monkeypatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    synced: list[Path] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    mail = store(raw=letter().as_bytes(), door=Door.SMTP, mailbox=desk)
    file = tmp_path / "files" / mail.raw.path
    assert synced == [file, *list(file.parents)[:5]]
    assert file.parents[4] == tmp_path / "files"
