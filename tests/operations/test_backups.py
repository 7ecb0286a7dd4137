"""Backups: what goes in comes out, and what is damaged, newer or in the way is refused with a sentence."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from foredesk.attachments.actions import store_file
from foredesk.attachments.models import Attachment
from foredesk.mail.models import OutboxMessage
from foredesk.operations.actions.heartbeat import beat, leave
from foredesk.operations.backups import scratch, taking
from foredesk.operations.backups.archive import open_archive
from foredesk.operations.backups.recording import run_backup
from foredesk.operations.backups.restoring import _bring_file, restore_backup
from foredesk.operations.backups.rows import Unusable, applied_migrations
from foredesk.operations.enums import RunState
from foredesk.operations.models import Run
from foredesk.operations.queries.backups import last_good_backup
from foredesk.people.models import Person
from tests.factories import PersonFactory, TeamFactory


@pytest.fixture
def filled(transactional_db: None) -> Attachment:
    """Some of everything that is hard to carry: files, moments, JSON, many-to-many, letters from all over."""
    maya = PersonFactory(full_name="Maya Ørtiz 木村 \u2028 \\N “x”", email="maya@example.org")
    TeamFactory(name="Rapid").members.add(maya)
    OutboxMessage.objects.create(
        to=maya.email, sender="d@x.org", subject="s", text="\r\n\t\0"[:3], key="k", kind="reply"
    )
    OutboxMessage.objects.update(headers={"b": ["é", 1.5, None], "a": {}})
    return store_file(by=maya, upload=SimpleUploadedFile("é.txt", b"words of hers"))


@pytest.fixture
def backup(filled: Attachment, tmp_path: Path) -> Path:
    path = tmp_path / "b.zip"
    run_backup(path=path, check=False)
    return path


def _rewritten(backup: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same ZIP with other content, whole by its own measure."""
    other = backup.with_name("other.zip")
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return other


def test_what_goes_in_comes_out(filled: Attachment, tmp_path: Path) -> None:
    report = run_backup(path=tmp_path / "b.zip")
    assert report["checked"] == "restored"
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    Person.objects.update(full_name="Somebody else")
    default_storage.delete(filled.path)
    PersonFactory()
    manifest = restore_backup(tmp_path / "b.zip", replace=True)
    maya = Person.objects.get()
    assert maya.full_name == "Maya Ørtiz 木村 \u2028 \\N “x”"
    assert [team.name for team in maya.teams.all()] == ["Rapid"]
    assert OutboxMessage.objects.get().headers == {"b": ["é", 1.5, None], "a": {}}
    with default_storage.open(filled.path) as file:
        assert file.read() == b"words of hers"
    assert manifest["content"] == report["content"]
    assert PersonFactory().pk > maya.pk, "new rows take the next numbers"
    assert Run.objects.get().state == RunState.FAILED, "a backup that was under way then is not under way now"


def test_nothing_is_put_in_the_place_of_rows_that_a_worker_works_on(backup: Path) -> None:
    beat()
    PersonFactory()
    with pytest.raises(Unusable, match=r"A worker is running .* Stop web and worker first"):
        restore_backup(backup, replace=True)
    assert Person.objects.count() == 2
    leave()
    restore_backup(backup, replace=True)
    assert Person.objects.count() == 1


def test_no_scratch_place_is_left(backup: Path, settings: Any) -> None:
    restore_backup(backup, replace=True)
    assert not list(Path(settings.HOME).glob("restore-*"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'foredesk_scratch%'")
            assert cursor.fetchone() == (0,)


def test_an_installation_in_use_is_not_overwritten_unasked(backup: Path) -> None:
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(backup))
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("rows/people.person.jsonl", lambda content: content.replace(b"Maya", b"Mara")),
        ("rows/people.person.jsonl", lambda content: b""),
        ("files/", lambda content: b"other words"),
        ("files.jsonl", lambda content: b""),
        ("manifest.json", lambda content: b"{}"),
        ("manifest.json", lambda content: b"no json"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_has_changed(
    backup: Path, part: str, broken: Callable[[bytes], bytes]
) -> None:
    bad = _rewritten(backup, lambda name, content: broken(content) if name.startswith(part) else content)
    Person.objects.update(full_name="As it is now")
    with pytest.raises(Unusable):
        restore_backup(bad, replace=True)
    assert Person.objects.get().full_name == "As it is now"


@pytest.mark.parametrize("garbage", [b"\x99{\n", b"no json\n", b"[1, 2]\n", b"7\n"])
def test_rows_that_are_none_get_a_sentence_too(backup: Path, garbage: bytes) -> None:
    bad = _rewritten(backup, lambda name, content: garbage + content if name.startswith("rows/people.p") else content)
    with pytest.raises(CommandError, match=r"The backup is damaged|came out otherwise"):
        call_command("restore", str(bad), "--replace")


def test_an_export_is_told_from_a_backup(backup: Path) -> None:
    manifest = b'{"format": "foredesk-export", "version": 1}'
    export = _rewritten(backup, lambda name, content: manifest if name == "manifest.json" else content)
    with pytest.raises(CommandError, match="foredesk load"):
        call_command("restore", str(export), "--replace")


def test_half_a_file_and_no_file_get_a_sentence(backup: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    for wrong in (half, tmp_path / "none.zip"):
        with pytest.raises(CommandError, match=r"no backup of Foredesk|no file"):
            call_command("restore", str(wrong), "--replace")


def test_a_newer_version_is_refused(backup: Path) -> None:
    def newer(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        manifest["migrations"].append(["tickets", "9999_of_tomorrow"])
        return json.dumps(manifest).encode()

    with pytest.raises(Unusable, match="newer Foredesk"):
        restore_backup(_rewritten(backup, newer), replace=True)


def test_a_missing_file_is_told_and_the_rest_is_kept(filled: Attachment, tmp_path: Path) -> None:
    default_storage.delete(filled.path)
    report = run_backup(path=tmp_path / "b.zip")
    assert (report["missing_files"], report["files"], report["checked"]) == (1, 0, "restored")


def test_a_file_let_go_meanwhile_is_not_missed(
    filled: Attachment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows = taking._write_rows

    def then_delete(*given: Any) -> Any:
        written = write_rows(*given)
        Attachment.objects.all().delete()
        default_storage.delete(filled.path)
        return written

    monkeypatch.setattr(taking, "_write_rows", then_delete)
    assert run_backup(path=tmp_path / "b.zip")["missing_files"] == 0


def test_without_the_right_to_make_a_schema_it_is_read_again(
    filled: Attachment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Any:
        raise scratch.NotAllowed("no")

    monkeypatch.setattr(taking, "scratch_place", refuse)
    assert run_backup(path=tmp_path / "b.zip")["checked"] == "read"


def test_the_last_good_backup_is_known_and_a_failed_one_is_told(filled: Attachment, tmp_path: Path) -> None:
    assert last_good_backup() is None
    (tmp_path / "there.zip").touch()
    with pytest.raises(Unusable, match="already"):
        run_backup(path=tmp_path / "there.zip")
    assert last_good_backup() is None
    assert "already" in Run.objects.get().error
    run_backup(path=tmp_path / "b.zip", check=False)
    good = last_good_backup()
    assert good
    assert good.report["file"] == str(tmp_path / "b.zip")


def test_only_the_newest_are_kept(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    taking.backup_folder().mkdir()
    for day in range(1, 6):
        (taking.backup_folder() / f"foredesk-2026-11-0{day}-020000.zip").touch()
    (taking.backup_folder() / "mine.zip").touch()
    taking.rotate(2)
    left = sorted(path.name for path in taking.backup_folder().iterdir())
    assert left == ["foredesk-2026-11-04-020000.zip", "foredesk-2026-11-05-020000.zip", "mine.zip"]


def test_a_database_of_a_newer_version_is_not_backed_up(transactional_db: None) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder(connection).record_applied("tickets", "9999_of_tomorrow")
    try:
        with pytest.raises(Unusable, match="newer Foredesk"):
            applied_migrations()
    finally:
        MigrationRecorder(connection).record_unapplied("tickets", "9999_of_tomorrow")


def test_the_password_of_the_database_reaches_the_scratch_place_unharmed(monkeypatch: pytest.MonkeyPatch) -> None:
    import dj_database_url

    known = {"NAME": "desk", "USER": "d@sk", "PASSWORD": "p/w:%@?#", "HOST": "db.example.org", "PORT": 5433}
    for name, value in {**known, "OPTIONS": {"sslmode": "require"}}.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    found = dj_database_url.parse(scratch._url_of_schema("there"))
    assert {name: found[name] for name in known} == known
    assert found["OPTIONS"] == {"sslmode": "require", "options": "-c search_path=there"}
    assert os.environ.get("DATABASE_URL", "") != scratch._url_of_schema("there")


@pytest.mark.parametrize("path", ["../secret_key", "/tmp/elsewhere"])
def test_nothing_is_written_outside_the_storage(path: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("manifest.json", '{"format": 1}')
        archive.writestr(f"files/{path}", b"x")
    entry = {"path": path, "sha256": hashlib.sha256(b"x").hexdigest()}
    with open_archive(tmp_path / "b.zip") as reader, pytest.raises(Unusable, match="outside the storage"):
        _bring_file(reader, entry)
