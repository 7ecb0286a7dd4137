"""An export of everything leaves nothing out but secrets, and comes back the same on either database."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from foredesk.kit.refusals import Refused
from foredesk.operations.exchange import loading
from foredesk.operations.exchange.archives import writing
from foredesk.operations.exchange.kinds import KINDS, LEFT_OUT
from foredesk.operations.exchange.writing import write_everything
from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from tests.operations.worlds import Desk, a_desk

DOCUMENT = Path("docs/operations/export-format.md")


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    return a_desk()


def _export(path: Path, **options: object) -> dict[str, bytes]:
    with writing(path) as target:
        write_everything(target, **options)  # type: ignore[arg-type]
    return _content(path)


def _content(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        found = {str(one.relative_to(path)): one.read_bytes() for one in path.rglob("*") if one.is_file()}
    else:
        with zipfile.ZipFile(path) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(found["manifest.json"])
    assert manifest.pop("written_at")
    return {**found, "manifest.json": json.dumps(manifest).encode()}


def _rows(content: dict[str, bytes], name: str) -> list[dict]:
    return [json.loads(line) for line in content[f"{name}.jsonl"].splitlines()]


# --- What is in it -----------------------------------------------------------------------------------
def test_every_table_of_ours_is_in_it_or_left_out_for_a_reason() -> None:
    ours = {
        model._meta.label_lower
        for config in apps.get_app_configs()
        if config.name.startswith("foredesk.")
        for model in config.get_models()
    }
    told = {kind.model._meta.label_lower for kind in KINDS}
    assert told | set(LEFT_OUT) == ours
    assert not told & set(LEFT_OUT)


def test_the_document_tells_every_file_and_field() -> None:
    chapters = re.split(r"^### `(\w+)\.jsonl`.*$", DOCUMENT.read_text(), flags=re.MULTILINE)[1:]
    told = {
        name: re.findall(r"^\| `(\w+)` \|", chapter, re.MULTILINE)
        for name, chapter in zip(chapters[::2], chapters[1::2], strict=True)
    }
    assert told == {kind.name: kind.fields for kind in KINDS}


def test_it_holds_everything_but_secrets(desk: Desk, tmp_path: Path) -> None:
    content = _export(tmp_path / "all.zip")
    assert all(content[kind.file] for kind in KINDS), [kind.name for kind in KINDS if not content[kind.file]]
    everything = b"".join(content.values())
    assert b"secret-token" not in everything
    assert desk.maya.password.encode() not in everything
    assert [row["name"] for row in _rows(content, "organisation")] == ["Ashgrove “College”"]
    ticket = next(row for row in _rows(content, "tickets") if row["id"] == desk.ticket.pk)
    assert ticket["customer"] == desk.maya.pk
    assert ticket["created_at"] == "2026-11-16T09:00:00.000000Z"
    (message,) = [row for row in _rows(content, "messages") if row["attachments"]]
    assert message["attachments"][0] in {row["id"] for row in _rows(content, "attachments")}
    assert content[f"files/{desk.shot.sha256[:2]}/{desk.shot.sha256}"] == b"the paper is wet"
    assert {row["state"] for row in _rows(content, "mails")} <= {"sent", "failed", "dropped"}


def test_a_folder_holds_the_same_as_a_zip_file(desk: Desk, tmp_path: Path) -> None:
    assert _export(tmp_path / "all.zip") == _export(tmp_path / "all")
    assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0
    assert not [path for path in (tmp_path / "all").rglob("*") if path.is_file() and path.stat().st_mode & 0o077]


def test_a_file_that_is_lost_is_named_and_costs_nothing_else(desk: Desk, tmp_path: Path) -> None:
    default_storage.delete(desk.shot.path)
    content = _export(tmp_path / "all.zip")
    assert json.loads(content["manifest.json"])["attachments"]["missing"] == [desk.shot.sha256]
    _empty()
    loading.load_everything(tmp_path / "all.zip")
    assert _export(tmp_path / "again.zip") == content


def test_what_is_there_already_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    with pytest.raises(Refused, match="exists already"):
        _export(tmp_path / "all")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        _export(tmp_path / "all.zip")
        call_command("load", tmp_path / "all.zip")


def test_a_broken_off_export_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    for name in ("all.zip", "all"):
        with pytest.raises(KeyboardInterrupt), writing(tmp_path / name) as target:
            with target.entry("people.jsonl") as entry:
                entry.write(b"{}")
            stop(1)
    assert not list(tmp_path.iterdir())


# --- There and back ----------------------------------------------------------------------------------
def _empty() -> None:
    """The test database as `migrate` leaves it, but for what the migrations made, which loading replaces."""
    call_command("flush", interactive=False, verbosity=0)
    for path in _stored():
        Path(path).unlink()


@pytest.fixture
def foredesk(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`foredesk("home", "load", …)`: a command of an installation of its own; "there" has the other database.

    On PostgreSQL the one is SQLite and the other PostgreSQL; without a server both are SQLite.
    """
    server = os.environ.get("DATABASE_URL", "")
    name = f"exchange_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"

    def on_server(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as there:
            there.execute(statement)  # type: ignore[call-overload]

    if server:
        on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        on_server(f"CREATE DATABASE {name}")
    urls = {"there": urlunsplit(urlsplit(server)._replace(path=f"/{name}")) if server else "", "here": ""}

    def run(which: str, *command: object) -> str:
        (tmp_path / which).mkdir(exist_ok=True)
        clean = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "FOREDESK_DEMO"}}
        environment = {**clean, "FOREDESK_HOME": str(tmp_path / which), "DJANGO_SETTINGS_MODULE": ""}
        environment["DJANGO_SETTINGS_MODULE"] = "foredesk.config.settings"
        if urls[which]:
            environment["DATABASE_URL"] = urls[which]
        done = subprocess.run(
            [sys.executable, "-m", "foredesk", *map(str, command)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    if server:
        on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_there_and_back_it_is_the_same(desk: Desk, tmp_path: Path, foredesk: Callable[..., str]) -> None:
    first = _export(tmp_path / "first.zip")
    for which, source, target in (("here", "first.zip", "second"), ("there", "second", "third.zip")):
        foredesk(which, "migrate", "--verbosity", "0")
        assert "Loaded 2 requests, 4 people" in foredesk(which, "load", tmp_path / source)
        assert "2 requests, 4 people" in foredesk(which, "export", tmp_path / target)
        assert _content(tmp_path / target) == first


def test_a_loaded_desk_works_on(desk: Desk, tmp_path: Path) -> None:
    from foredesk.people.queries import find_people
    from foredesk.tickets.actions import send_interview, start_interview
    from foredesk.tickets.queries import files_of

    _export(tmp_path / "all.zip")
    _empty()
    loading.load_everything(tmp_path / "all.zip")
    maya = Person.objects.get(email="maya@example.org")
    assert find_people("ortiz") == [maya]
    assert not maya.has_usable_password()
    ticket = Ticket.objects.get(pk=desk.ticket.pk)
    shot = files_of(ticket, maya).get(pk=desk.shot.pk)
    assert default_storage.open(shot.path).read() == b"the paper is wet"
    asked = send_interview(by=maya, interview=start_interview(by=maya, goal="One more"))
    assert asked.pk > desk.other.pk


# --- What others may put into a file -----------------------------------------------------------------
Change = Callable[[dict[str, bytes]], None]


def _with_hashes(content: dict[str, bytes]) -> None:
    """Make the manifest agree with files that were changed, as a careful forger would."""
    from hashlib import sha256

    manifest = json.loads(content["manifest.json"])
    for name, told in manifest["files"].items():
        told |= {"bytes": len(content[name]), "sha256": sha256(content[name]).hexdigest()}
        told["rows"] = len(content[name].splitlines())
    content["manifest.json"] = json.dumps(manifest).encode()


def _edit(name: str, old: str, new: str) -> Change:
    def change(content: dict[str, bytes]) -> None:
        before = content[f"{name}.jsonl"]
        content[f"{name}.jsonl"] = before.replace(old.encode(), new.encode())
        assert content[f"{name}.jsonl"] != before
        _with_hashes(content)

    return change


def _put(name: str, new: bytes) -> Change:
    return lambda content: content.update({name: new})


def _drop_files(content: dict[str, bytes]) -> None:
    for name in [name for name in content if name.startswith("files/")]:
        del content[name]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_put("people.jsonl", b"{}\n"), "people.jsonl has not the size"),
        (_put("../evil.jsonl", b""), "which no export has"),
        (_put("files/ab/../../etc/passwd", b""), "which no export has"),
        (_put("/etc/passwd", b""), "which no export has"),
        (_put("evil.jsonl", b""), "does not know the file evil.jsonl"),
        (_put(f"files/ab/{'ab' * 32}", b"other words"), "its hash is not its name"),
        (_put("manifest.json", b"[" * 100_000), "not readable"),
        (_put("manifest.json", b'{"format": "something"}'), "no export of Foredesk"),
        (_put("manifest.json", b'{"format": "foredesk-export", "version": 99}'), "version 99"),
        (_drop_files, "is missing"),
        (_edit("people", "Maya Ortiz", "M" * 500), "people.jsonl, line 1: “full_name” is longer than 120"),
        (_edit("people", '"joined_at":"', '"joined_at":"soon'), "people.jsonl, line 1: “joined_at”"),
        (_edit("people", '"email":', '"is_superuser":true,"email":'), "“is_superuser” is missing, or should not be"),
        (_edit("people", '"email":"maya@example.org"', '"email":null'), "“email” is empty"),
        (_edit("people", '"email":"kim@', '"email":"maya@'), "The rows do not fit together"),
        (_edit("tickets", '"customer":', '"customer":99'), "The rows do not fit together"),
        (_edit("messages", '"ticket":', '"ticket":99999999999999999999'), "The rows do not fit together"),
        (_edit("messages", '"body":"', '"body":"\\u0000'), "holds a character that no database takes"),
        (_edit("messages", '"body":"', '"body":"\\ud800'), "The rows do not fit together"),
        (_edit("messages", '"attachments":["', '"attachments":["not-an-id'), "messages.jsonl: “attachments” holds"),
        (_edit("messages", '"mentions":[]', '"mentions":[99999]'), "The rows do not fit together"),
        (_edit("messages", '"body":', '"body'), "messages.jsonl, line 1: not readable"),
        (_edit("attachments", '"size":1', '"size":9'), "has not the size that its row says"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_sentence_and_nothing_is_written(
    desk: Desk, tmp_path: Path, change: Change, sentence: str
) -> None:
    _export(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name, bytes_ in content.items():
            archive.writestr(name, bytes_)
    _empty()
    with pytest.raises(Refused, match=sentence):
        loading.load_everything(tmp_path / "bad.zip")
    assert not Person.objects.exists()
    assert not Ticket.objects.exists()
    assert not _stored()


def _stored() -> set[str]:
    return {str(path) for path in Path(default_storage.location).rglob("*") if path.is_file()}  # type: ignore[attr-defined]


def test_what_is_no_export_at_all_is_refused(transactional_db: None, tmp_path: Path) -> None:
    (tmp_path / "words.zip").write_bytes(b"no zip")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "manifest.json").symlink_to("/etc/passwd")
    for name, sentence in (("words.zip", "cannot be read"), ("none", "cannot be read"), ("linked", "symbolic link")):
        with pytest.raises(Refused, match=sentence):
            loading.load_everything(tmp_path / name)


def test_what_cannot_be_unpacked_is_refused(desk: Desk, tmp_path: Path) -> None:
    _export(tmp_path / "whole.zip")
    whole = (tmp_path / "whole.zip").read_bytes()
    central, manifest = whole.index(b"PK\x01\x02"), whole.rindex(b"PK\x03\x04")
    harm = {
        "flipped": (manifest + 80, b"\xff" * 9),
        "encrypted": (whole.rindex(b"PK\x01\x02") + 8, b"\x01"),
        "packed otherwise": (central + 10, b"c"),
    }
    _empty()
    for name, (at, words) in harm.items():
        (tmp_path / name).write_bytes(whole[:at] + words + whole[at + len(words) :])
        with pytest.raises(Refused, match="damaged"):
            loading.load_everything(tmp_path / name)


def test_an_entry_that_unpacks_to_more_than_it_says_is_refused(desk: Desk, tmp_path: Path, monkeypatch) -> None:
    """A small file that would fill the disk is seen before anything is unpacked."""
    _export(tmp_path / "all.zip")
    _empty()
    monkeypatch.setattr(loading.shutil, "disk_usage", lambda _path: type("Disk", (), {"free": 100}))
    with pytest.raises(Refused, match="there are only 100 free"):
        loading.load_everything(tmp_path / "all.zip")


def test_the_cost_in_queries_does_not_grow_with_rows_of_a_batch(desk: Desk, tmp_path: Path) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        _export(tmp_path / "few.zip")
    from tests.factories import PersonFactory

    PersonFactory.create_batch(50)
    with CaptureQueriesContext(connection) as many:
        _export(tmp_path / "many.zip")
    assert len(many) == len(few)
