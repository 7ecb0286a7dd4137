"""A thread's connection ends with the thread, and waits for no garbage collector."""

import gc
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper


@pytest.mark.django_db
def test_it_is_closed_when_its_thread_ends(tmp_path: Path):
    given = {**connection.settings_dict, "NAME": str(tmp_path / "own.sqlite3"), "OPTIONS": {}}
    opened, ended = threading.Event(), threading.Event()
    made: list[DatabaseWrapper] = []

    def work() -> None:
        made.append(DatabaseWrapper(given, "own"))
        with made[0].cursor() as cursor:
            cursor.execute("SELECT 1")
        opened.set()
        ended.wait(10)

    thread = threading.Thread(target=work)
    gc.disable()
    try:
        thread.start()
        assert opened.wait(10)
        assert made[0].connection is not None, "as long as the thread lives"
        ended.set()
        thread.join(10)
        assert made[0].connection is None
    finally:
        gc.enable()
