import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.template.loader import render_to_string

from foredesk.attachments import actions, queries, rules
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Interview, Message, Solution

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def maya(settings: Any, tmp_path: Path) -> Person:
    settings.MEDIA_ROOT = tmp_path
    return Person.objects.create(email="maya@college.example", full_name="Maya Ortiz")


def upload(name: str = "screen.png", content: bytes = PNG, claimed: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, claimed)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_our_own_name(maya: Person, tmp_path: Path) -> None:
    attachment = actions.store_file(by=maya, upload=upload("../../etc/screen.png"))
    (path,) = files(tmp_path)
    assert path.read_bytes() == PNG
    assert path == tmp_path / attachment.path
    assert path.name == str(attachment.id)
    assert path.stat().st_mode & 0o077 == 0
    assert (attachment.name, attachment.content_type, attachment.size) == ("screen.png", "image/png", len(PNG))
    assert attachment.sha256 == hashlib.sha256(PNG).hexdigest()
    assert attachment.is_image


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "application/octet-stream"),
        (b"\0\0\0\x18ftypheic\0\0", "image/heic"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\0", "application/zip"),
        ("Grüße, Maya\r\n".encode(), "text/plain"),
        (b"a" * (rules.SNIFFED_BYTES - 1) + "é".encode(), "text/plain"),
        ("é".encode("latin-1") + b" one", "application/octet-stream"),
        (SVG, "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "text/plain"),
        (b"MZ\x90\0\x03", "application/octet-stream"),
    ],
)
def test_what_it_is_is_read_from_its_content(maya: Person, content: bytes, content_type: str) -> None:
    assert actions.store_file(by=maya, upload=upload("x.png", content, "image/png")).content_type == content_type


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\Users\\maya\\plan.docx", "plan.docx"),
        ("/etc/passwd", "passwd"),
        ("a\0b\r\nc.txt", "ab c.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("  two   spaces.txt ", "two spaces.txt"),
        ("...", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("Прайс-лист 2026.pdf", "Прайс-лист 2026.pdf"),
        ("e\u0301te\u0301.txt", "été.txt"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert rules.clean_name(name) == clean


def test_a_long_name_keeps_its_ending() -> None:
    name = rules.clean_name("x" * 500 + ".pdf")
    assert len(name) == rules.MAX_NAME
    assert name.endswith("….pdf")
    assert len(rules.clean_name("x." + "y" * 500)) <= rules.MAX_NAME


def test_empty_and_large_files_are_refused_in_words(maya: Person, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"“notes.txt” is empty"):
        actions.store_file(by=maya, upload=upload("notes.txt", b""))
    large = upload("film.mp4")
    large.size = rules.MAX_BYTES + 1
    with pytest.raises(Refused, match="up to 25"):
        actions.store_file(by=maya, upload=large)
    with pytest.raises(Refused, match="more than 10 files"):
        actions.store_files(by=maya, uploads=[upload()] * 11)
    assert not files(tmp_path)


def test_all_files_of_a_message_or_none(maya: Person, tmp_path: Path, monkeypatch: Any) -> None:
    assert len(actions.store_files(by=maya, uploads=[upload(), upload("b.png")])) == 2
    assert len(files(tmp_path)) == 2
    with pytest.raises(Refused):
        actions.store_files(by=maya, uploads=[upload(), upload("empty.txt", b"")])
    create = Attachment.objects.create
    calls: list[Any] = []

    def fails_the_second_time(**values: Any) -> Attachment:
        calls.append(values)
        if len(calls) == 2:
            raise OSError("database gone")
        return create(**values)

    monkeypatch.setattr(Attachment.objects, "create", fails_the_second_time)
    with pytest.raises(OSError, match="gone"):
        actions.store_files(by=maya, uploads=[upload(), upload("b.png")])
    assert len(files(tmp_path)) == Attachment.objects.count() == 2


def test_a_row_that_fails_takes_its_file_along(maya: Person, tmp_path: Path) -> None:
    stranger = Person(pk=None)
    with pytest.raises(ValueError, match="unsaved"), transaction.atomic():
        actions.store_file(by=stranger, upload=upload())
    assert not files(tmp_path)


@pytest.mark.parametrize(("content", "place"), [(PNG, "inline"), (SVG, "attachment"), (b"%PDF-1.7", "attachment")])
def test_files_are_served_where_nothing_runs(maya: Person, content: bytes, place: str) -> None:
    attachment = actions.store_file(by=maya, upload=upload('Grüße "a".png', content))
    answer = queries.open_file(attachment)
    assert b"".join(answer.streaming_content) == content  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"].startswith(place)
    assert "filename*=utf-8''Gr%C3%BC%C3%9Fe" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == attachment.content_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"].startswith("private")
    answer.close()


def test_a_lost_file_is_not_there(maya: Person, tmp_path: Path) -> None:
    attachment = actions.store_file(by=maya, upload=upload())
    files(tmp_path)[0].unlink()
    with pytest.raises(Http404):
        queries.open_file(attachment)


def test_the_list_shows_pictures_and_chips(maya: Person) -> None:
    picture = actions.store_file(by=maya, upload=upload("<b>jam</b>.png"))
    letter = actions.store_file(by=maya, upload=upload("letter.pdf", b"%PDF-1.7"))
    html = render_to_string(
        "attachments/list.html",
        {"attachments": [{"attachment": picture, "url": "/a/1"}, {"attachment": letter, "url": "/a/2"}]},
    )
    assert 'alt="&lt;b&gt;jam&lt;/b&gt;.png"' in html or "b&gt;.png" in html
    assert '<img src="/a/1"' in html
    assert "letter.pdf" in html
    assert "<img" not in html.split("letter.pdf")[1]
    assert not render_to_string("attachments/list.html", {"attachments": []}).strip()


def test_what_belongs_to_nothing_is_swept_after_a_day(
    maya: Person, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    kept, replied, resent = (
        actions.store_file(by=maya, upload=upload(content=PNG + word)) for word in (b"1", b"2", b"3")
    )
    draft = tickets.start_interview(by=maya, goal="Print")
    tickets.attach_to_interview(by=maya, interview=draft, attachment=kept)
    sent = tickets.send_interview(by=maya, interview=tickets.start_interview(by=maya, goal="Scan"))
    tickets.write_as_customer(by=maya, ticket=sent, body="This one", attachments=[replied])
    with clock.at(resent.at + timedelta(hours=23)):
        assert actions.sweep_attachments() == 0
    with clock.at(resent.at + timedelta(hours=25)), django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep_attachments() == 1
    assert set(Attachment.objects.all()) == {kept, replied}
    assert {path.name for path in files(tmp_path)} == {str(kept.pk), str(replied.pk)}


def test_every_table_that_points_to_attachments_is_asked() -> None:
    asked = str(queries.belonging_to_nothing(before=clock.now()).query)
    for model in (Interview, Message, Solution):
        assert f'"{model.attachments.through._meta.db_table}"' in asked
