"""A copy of a request holds what its reader may read, and nothing that does anything when it is opened."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import copy_of, safe_path
from tests.factories import PersonFactory
from tests.operations.worlds import Desk, a_desk


@pytest.fixture
def desk(db) -> Desk:
    return a_desk()


def _zip(reader: Person, address: str) -> zipfile.ZipFile:
    client = Client()
    client.force_login(reader)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]


def _all(copy: zipfile.ZipFile) -> str:
    return "".join(copy.read(name).decode(errors="replace") for name in copy.namelist())


def test_the_customers_copy_has_their_words_and_files_and_no_notes(desk: Desk) -> None:
    copy = _zip(desk.maya, reverse("portal:copy", args=[desk.ticket.pk]))
    facts = json.loads(copy.read("request.json"))
    assert facts["number"] == desk.ticket.pk
    assert facts["interview"]["goal"] == "Print the exam sheets"
    assert facts["customer"] == {"name": "Maya Ortiz", "email": "maya@example.org"}
    assert not facts["with_notes_of_it"]
    (shot,) = facts["interview"]["files"]
    assert copy.read(shot) == b"the paper is wet"
    assert min(copy.namelist()).startswith("files/01-")
    said = [one["text"] for one in facts["conversation"]]
    assert "You need **60 sheets** by 11." in said
    assert "in the cellar again" not in _all(copy)
    assert "tomas@example.org" not in _all(copy)


def test_a_followers_copy_has_less(desk: Desk) -> None:
    copy = _all(_zip(desk.kim, reverse("portal:copy", args=[desk.ticket.pk])))
    assert "We bring paper" in copy or "we bring paper" in copy
    assert "555 1234" not in copy  # said to IT only
    assert "maya@example.org" not in copy
    assert "the paper is wet" not in copy  # the interview's file


def test_who_only_sees_the_state_reads_no_words(desk: Desk) -> None:
    Ticket.objects.filter(pk=desk.ticket.pk).update(shares_conversation=False)
    copy = _all(_zip(desk.kim, reverse("portal:copy", args=[desk.ticket.pk])))
    assert "bring paper" not in copy
    assert "cellar" not in copy


def test_the_agents_copy_marks_the_notes(desk: Desk) -> None:
    copy = _zip(desk.tomas, reverse("desk:copy", args=[desk.ticket.pk]) + "?notes=yes")
    (note,) = [one for one in json.loads(copy.read("request.json"))["conversation"] if one["for"] == "IT only"]
    assert "in the cellar again" in note["text"]
    page = copy.read("request.html").decode()
    assert "This copy holds notes that only IT may read." in page
    assert "only for IT" in page
    assert "in the cellar again" not in _all(_zip(desk.tomas, reverse("desk:copy", args=[desk.ticket.pk])))


def test_an_agents_copy_of_their_own_request_has_no_notes(desk: Desk) -> None:
    desk.maya.role = "agent"
    desk.maya.save()
    for address in (
        reverse("desk:copy", args=[desk.ticket.pk]) + "?notes=yes",
        reverse("portal:copy", args=[desk.ticket.pk]),
    ):
        assert "in the cellar again" not in _all(_zip(desk.maya, address))


def test_strangers_get_nothing(desk: Desk) -> None:
    client = Client()
    client.force_login(PersonFactory())
    assert client.get(reverse("portal:copy", args=[desk.ticket.pk])).status_code == 404
    assert client.get(reverse("desk:copy", args=[desk.ticket.pk])).status_code == 404


def test_the_page_runs_nothing_and_fetches_nothing(desk: Desk) -> None:
    page = _zip(desk.maya, reverse("portal:copy", args=[desk.ticket.pk])).read("request.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>cellar" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src &#x27;none&#x27;" in policy[1]
    assert not re.findall(r'(?:src|href)="(?!files/)', page)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "files/01-_.._etc_passwd"),
        ("..\\..\\evil.exe", "files/01-_.._evil.exe"),
        ("/etc/passwd", "files/01-_etc_passwd"),
        ("C:\\x\x00y.txt", "files/01-C_x_y.txt"),
        ("...", "files/01-file"),
        ("Blatt ☂ 1.txt", "files/01-Blatt ☂ 1.txt"),
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, path: str) -> None:
    assert safe_path(1, name) == path


def test_a_file_that_is_lost_costs_nothing_else(desk: Desk) -> None:
    default_storage.delete(desk.shot.path)
    assert "request.html" in _zip(desk.maya, reverse("portal:copy", args=[desk.ticket.pk])).namelist()


def test_the_queries_do_not_grow_with_the_conversation(desk: Desk, django_assert_max_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from foredesk.tickets.actions import reply

    with CaptureQueriesContext(connection) as one:
        copy_of(Ticket.objects.get(pk=desk.other.pk), desk.kim)
    for words in ("one", "two", "three"):
        reply(by=desk.tomas, ticket=desk.other, body=words)
    with django_assert_max_num_queries(len(one) + 3):  # the prefetches that an empty conversation spares
        copy_of(Ticket.objects.get(pk=desk.other.pk), desk.kim)
