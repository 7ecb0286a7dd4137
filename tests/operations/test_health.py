"""What load balancers ask, by number and by plain http."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from foredesk.operations.queries import readiness


def test_alive_without_any_database(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["desk.example.edu"])
def test_any_host_by_plain_http_while_pages_stay_strict(db: None) -> None:
    for address in ("/healthz", "/readyz"):
        assert Client().get(address, headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert Client().get("/", headers={"host": "10.0.0.7:8000"}).status_code == 400
    assert Client().get("/", headers={"host": "desk.example.edu"}).status_code == 301


def test_a_database_that_lacks_migrations(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    monkeypatch.setattr(readiness, "_is_migrated", False)
    MigrationRecorder.Migration.objects.filter(app="operations").delete()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database is not migrated\n")


def test_a_folder_that_is_gone_or_full(
    settings: Any, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path / "gone"
    assert Client().get("/readyz").content == b"storage cannot be written\n"
    settings.HOME = tmp_path
    monkeypatch.setattr(readiness, "LEAST_FREE", 2**62)
    assert Client().get("/readyz").content == b"storage is full\n"
