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

    taken = []
    with ThreadPoolExecutor(3) as pool:
        clients = [pool.submit(client, number) for number in (1, 2, 3)]
        try:
            while len(answered) < 10 and not any(one.done() for one in clients):
                over.wait(0.05)
            for number in range(2):
                before = {sent.ticket for sent in list(answered)}
                path = tmp_path / f"{number}.zip"
                said = live.run("backup", str(path)).stdout
                assert "every table came out as it went in" in said
                taken.append((path, before))
        finally:
            over.set()
        for one in clients:
            one.result()
    assert _manifest(taken[0][0])["content"] != _manifest(taken[1][0])["content"], "they wrote meanwhile"
    path, before = taken[0]
    first = new_installation("first")
    _restores_to_the_same(first, path, before, tmp_path / "again.zip")
    # And from there into the other kind of database (where PostgreSQL is tested; else into another file).
    _restores_to_the_same(new_installation("second", "sqlite"), tmp_path / "again.zip", before, tmp_path / "third.zip")


def _restores_to_the_same(installation: Installation, backup: Path, before: set[int], again: Path) -> None:
    installation.run("restore", str(backup))
    found = installation.ask(FILES)
    assert before <= set(found["tickets"])
    assert found["files"]
    for path, sha256 in found["files"]:
        assert hashlib.sha256((installation.home / "files" / path).read_bytes()).hexdigest() == sha256
    installation.run("backup", str(again), "--no-verify")
    assert _manifest(again)["tables"] == _manifest(backup)["tables"]
    assert _manifest(again)["files"] == _manifest(backup)["files"]
