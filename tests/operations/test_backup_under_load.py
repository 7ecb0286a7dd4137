"""A backup taken while people write holds one moment, and restores to exactly that, on either database."""

import hashlib
import json
import random
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.operations.clients import PEOPLE, Browser, Sent, ask_for_help, write
from tests.operations.installation import Installation, new_database

FILES = """
from foredesk.attachments.models import Attachment
from foredesk.tickets.models import Ticket
answer = {
    "files": [[one.path, one.sha256] for one in Attachment.objects.all()],
    "tickets": sorted(Ticket.objects.values_list("pk", flat=True)),
}
"""


# A backup and an export of one and the same moment, while others write: their own moments give way to one around both.
AT_ONE_MOMENT = """
from contextlib import nullcontext
from pathlib import Path
from threading import Thread
from django.db import connection, connections
from foredesk.activity.models import Event
from foredesk.kit.snapshot import consistent_read
from foredesk.operations.backups import taking
from foredesk.operations.exchange import archives, writing
taking.consistent_read = writing.consistent_read = nullcontext
def elsewhere():
    seen.append(Event.objects.count())
    connections.close_all()
seen = []
with consistent_read():
    with archives.writing(Path({export!r})) as target:
        writing.write_everything(target)
    taking.take_backup(Path({backup!r}), check=False, tell=lambda done, total: None)
    beside = Thread(target=elsewhere)
    beside.start()
    beside.join()
    seen.append(Event.objects.count())
answer = seen
"""


@pytest.fixture
def new_installation(tmp_path: Path) -> Iterator[Any]:
    """Makes installations: on the database that is tested, or (`kind="sqlite"`) on a file."""
    with ExitStack() as stack:

        def make(name: str, kind: str = "") -> Installation:
            url = "" if kind == "sqlite" else stack.enter_context(new_database())
            made = Installation(tmp_path / name, url, MAIL_TRANSPORT="kept")
            stack.callback(made.close)
            return made

        yield make


def _manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    # The restored installation knows that the backup was under way, and of those that it takes itself.
    del manifest["tables"]["operations.run"]
    return manifest


def _exported(path: Path) -> dict[str, bytes]:
    """All entries of an export; of the manifest all but when it was written."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(found["manifest.json"])
    assert manifest.pop("written_at")
    return {**found, "manifest.json": json.dumps(manifest).encode()}


@pytest.mark.xdist_group("nothing-lost")
def test_a_backup_under_load_restores_to_the_same(new_installation: Any, tmp_path: Path) -> None:
    live = new_installation("live")
    live.run("prepare")
    sessions = live.ask(PEOPLE % 4)
    live.start("web")
    live.start("worker")
    live.wait_until_serving()
    over, answered = Event(), list[Sent]()

    def client(number: int) -> None:
        browser, chance = Browser(live, sessions[str(number)]), random.Random(number)
        turn = 0
        while not over.is_set():
            sent = ask_for_help(browser, f"Sheet {number}-{turn}", chance)
            write(browser, sent, "More of it", chance)
            answered.append(sent)
            turn += 1

    export, taken, told = tmp_path / "export.zip", tmp_path / "taken.zip", tmp_path / "told.zip"
    with ThreadPoolExecutor(3) as pool:
        clients = [pool.submit(client, number) for number in (1, 2, 3)]
        try:
            while len(answered) < 10 and not any(one.done() for one in clients):
                over.wait(0.05)
            said = live.run("backup", str(told)).stdout
            assert "every table came out as it went in" in said
            before = {sent.ticket for sent in list(answered)}
            elsewhere, within = live.ask(AT_ONE_MOMENT.format(export=str(export), backup=str(taken)))
        finally:
            over.set()
        for one in clients:
            one.result()
    assert elsewhere > within, "they wrote meanwhile"
    assert _manifest(told)["content"] != _manifest(taken)["content"]
    first = new_installation("first")
    _restores_to_the_same(first, taken, export, before, tmp_path / "again.zip")
    # And from there into the other kind of database (where PostgreSQL is tested; else into another file).
    second = new_installation("second", "sqlite")
    _restores_to_the_same(second, tmp_path / "again.zip", export, before, tmp_path / "third.zip")


def _restores_to_the_same(
    installation: Installation, backup: Path, export: Path, before: set[int], again: Path
) -> None:
    installation.run("restore", str(backup))
    found = installation.ask(FILES)
    assert before <= set(found["tickets"])
    assert found["files"]
    exported = again.with_name(f"exported-{again.name}")
    installation.run("export", str(exported))
    there, expected = _exported(exported), _exported(export)
    assert there.keys() == expected.keys()
    assert [name for name in expected if there[name] != expected[name]] == []
    for path, sha256 in found["files"]:
        assert hashlib.sha256((installation.home / "files" / path).read_bytes()).hexdigest() == sha256
    installation.run("backup", str(again), "--no-verify")
    assert _manifest(again)["tables"] == _manifest(backup)["tables"]
    assert _manifest(again)["files"] == _manifest(backup)["files"]
