"""Everybody gets what is known about them: theirs, and of others no more than they could read."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.operations import actions
from foredesk.operations.enums import RunState
from foredesk.operations.models import Run
from foredesk.operations.worker import DeskWorker
from foredesk.people.models import Person
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory
from tests.operations.worlds import Desk, a_desk


@pytest.fixture
def desk(db) -> Desk:
    return a_desk()


def _client(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _zip(client: Client, run: Run) -> zipfile.ZipFile:
    answer = client.get(reverse("operations:copy_file", args=[run.pk]))
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]


def _all(copy: zipfile.ZipFile) -> str:
    return "".join(copy.read(name).decode(errors="replace") for name in copy.namelist())


def _own_copy(person: Person) -> zipfile.ZipFile:
    client = _client(person)
    answer = client.post(reverse("operations:own_copies"))
    run = Run.objects.latest("pk")
    assert answer["Location"] == reverse("operations:copy", args=[run.pk])
    assert b"Download the ZIP file" in client.get(answer["Location"]).content
    return _zip(client, run)


def test_somebody_gets_what_is_known_about_them(desk: Desk) -> None:
    copy = _own_copy(desk.maya)
    facts = json.loads(copy.read("person.json"))
    assert facts["email"] == "maya@example.org"
    assert facts["phone"] == "555 1234"
    assert facts["heads"] == ["Biology"]
    assert facts["signed_in_at"] is not None
    assert [one["goal"] for one in facts["unsent"]] == ["Not sent yet"]
    request = json.loads(copy.read(f"requests/{desk.ticket.pk}/request.json"))
    assert request["interview"]["goal"] == "Print the exam sheets"
    subjects = [json.loads(line)["subject"] for line in copy.read("mails.jsonl").splitlines()]
    assert "Sign in" in subjects
    assert any(name.startswith("files/") for name in copy.namelist())
    assert "README.txt" in copy.namelist()
    everything = _all(copy)
    assert "secret-token" not in everything
    assert desk.maya.password not in everything
    assert "in the cellar again" not in everything  # a note of IT
    assert "tomas@example.org" not in everything
    assert "kim@example.org" not in everything


def test_mails_from_them_come_too_and_those_on_no_request_to_nobody_else(desk: Desk) -> None:
    row = {"door": "smtp", "size": 1, "sender": desk.maya.email, "person": desk.maya}
    Incoming.objects.create(**row, fingerprint="1", subject="On it", text="By mail", ticket=desk.ticket, state="filed")
    Incoming.objects.create(**row, fingerprint="2", subject="Alone", text="I am away", state="set_aside")
    own = [json.loads(line)["subject"] for line in _own_copy(desk.maya).read("mails-written.jsonl").splitlines()]
    assert {"On it", "Alone"} <= set(own)
    asked = actions.ask_for_copy_of_person(by=desk.olga, person=desk.maya)
    theirs = _zip(_client(desk.olga), asked).read("mails-written.jsonl").decode()
    assert "On it" in theirs
    assert "Alone" not in theirs


def test_of_others_requests_they_get_what_they_could_read(desk: Desk) -> None:
    copy = _own_copy(desk.kim)
    everything = _all(copy)
    assert f"requests/{desk.ticket.pk}/request.json" in copy.namelist()
    assert "bring paper" in everything
    assert "555 1234" not in everything  # Maya said that to IT alone
    assert "maya@example.org" not in everything


def test_an_administrator_decides_on_the_notes_and_colleagues_are_not_named_in_them(desk: Desk) -> None:
    client = _client(desk.olga)
    for notes in ("no", "yes"):
        client.post(reverse("operations:copy_of_person", args=[desk.maya.pk]), {"notes": notes})
        copy = _zip(client, Run.objects.latest("pk"))
        name = f"requests/{desk.ticket.pk}/notes.json"
        assert (name in copy.namelist()) == (notes == "yes")
        assert ("in the cellar again" in _all(copy)) == (notes == "yes")
        assert "Not sent yet" not in _all(copy)  # nobody sees what is not sent
    assert "Tomás" not in copy.read(name).decode()


def test_private_requests_come_with_ones_own_copy_only(desk: Desk) -> None:
    hr = ServiceClassFactory(name="Trouble at work", is_private=True)
    hr.teams.add(TeamFactory(name="HR"))
    desk.ticket.service_class = hr
    desk.ticket.save()
    assert f"requests/{desk.ticket.pk}/request.json" in _own_copy(desk.maya).namelist()
    client = _client(desk.olga)
    client.post(reverse("operations:copy_of_person", args=[desk.maya.pk]), {"notes": "yes"})
    everything = _all(_zip(client, Run.objects.latest("pk")))
    for words in ("exam sheets", "bring paper", "the paper is wet", "cellar"):
        assert words not in everything


def test_nobody_else_gets_to_a_copy(desk: Desk) -> None:
    _own_copy(desk.maya)
    run = Run.objects.latest("pk")
    for stranger in (desk.kim, desk.tomas, desk.olga):
        for name in ("operations:copy", "operations:copy_file"):
            assert _client(stranger).get(reverse(name, args=[run.pk])).status_code == 404
    with pytest.raises(Refused):
        actions.ask_for_copy_of_person(by=desk.tomas, person=desk.maya)
    with pytest.raises(Refused):
        actions.ask_for_copy_of_person(by=desk.maya, person=desk.maya, with_notes=True)
    with pytest.raises(Refused):
        actions.ask_for_copy_of_everything(by=desk.tomas)


def test_who_is_no_administrator_any_more_has_lost_others_copies(desk: Desk) -> None:
    run = actions.ask_for_copy_of_person(by=desk.olga, person=desk.maya)
    desk.olga.role = "agent"
    desk.olga.save()
    assert _client(desk.olga).get(reverse("operations:copy_file", args=[run.pk])).status_code == 404


def test_a_copy_is_deleted_after_a_week(desk: Desk) -> None:
    _own_copy(desk.maya)
    run = Run.objects.latest("pk")
    path = run.path
    assert actions.forget_copies() == 0
    with clock.at(clock.now() + timedelta(days=8)):
        late = _client(desk.maya).get(reverse("operations:copy_file", args=[run.pk]))
        assert late.status_code == 404, "also while no worker tidies up"
        assert actions.forget_copies() == 1
    assert not default_storage.exists(path)
    client = _client(desk.maya)
    assert client.get(reverse("operations:copy_file", args=[run.pk])).status_code == 404
    assert b"was deleted after a week" in client.get(reverse("operations:copy", args=[run.pk])).content


def test_asking_twice_at_once_makes_one(desk: Desk, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    first, second = (actions.ask_for_copy_of_person(by=desk.maya, person=desk.maya) for _ in range(2))
    assert first == second
    assert b"being put together" in _client(desk.maya).get(reverse("operations:copy", args=[first.pk])).content


def test_the_copy_grows_by_its_requests_only(desk: Desk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from foredesk.tickets.actions import reply

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            actions.ask_for_copy_of_person(by=desk.kim, person=desk.kim)
        return len(counted)

    reply(by=desk.tomas, ticket=desk.other, body="zero")
    before = queries()
    for words in ("one", "two", "three"):
        reply(by=desk.tomas, ticket=desk.other, body=words)
    assert queries() == before


# --- Everything --------------------------------------------------------------------------------------
@pytest.fixture
def whole_desk(transactional_db: None, settings: Any) -> Desk:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return a_desk()


def test_a_copy_of_everything_holds_what_the_administrator_may_see(whole_desk: Desk) -> None:
    desk = whole_desk
    hr = ServiceClassFactory(name="Trouble at work", is_private=True)
    hr.teams.add(TeamFactory(name="HR"))
    desk.ticket.service_class = hr
    desk.ticket.save()
    run = actions.ask_for_copy_of_everything(by=desk.olga)
    DeskWorker(until_idle=True).run()
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.error
    copy = _zip(_client(desk.olga), run)
    everything = _all(copy)
    for words in ("exam sheets", "60 sheets", "bring paper", "the paper is wet", "cellar", "Not sent yet", "Dear Kim"):
        assert words not in everything
    tickets = [json.loads(line)["id"] for line in copy.read("tickets.jsonl").splitlines()]
    assert tickets == [desk.other.pk]
    assert not copy.read("links.jsonl")
    assert json.loads(copy.read("manifest.json"))["complete"] is False


def test_it_can_be_loaded_too(whole_desk: Desk, tmp_path: Any) -> None:
    from django.core.management import call_command

    from foredesk.operations.exchange.loading import load_everything

    run = actions.ask_for_copy_of_everything(by=PersonFactory(administrator=True))
    DeskWorker(until_idle=True).run()
    run.refresh_from_db()
    (tmp_path / "all.zip").write_bytes(default_storage.open(run.path).read())
    call_command("flush", interactive=False, verbosity=0)
    assert load_everything(tmp_path / "all.zip")["tickets"] == 2


def test_the_page_is_for_administrators(desk: Desk) -> None:
    page = _client(desk.olga).get(reverse("operations:privacy"))
    assert page.status_code == 200
    assert b"foredesk export everything.zip" in page.content
    assert _client(desk.tomas).get(reverse("operations:privacy")).status_code == 404


def test_whoever_hears_of_every_request_gets_a_copy_too(desk: Desk) -> None:
    """PostgreSQL takes 65,535 values in one statement, and the owner of a busy kind has more mails than that."""
    many = 66_000
    mails = (
        OutboxMessage(key=f"many:{n}", kind="closed", to=desk.maya.email, about=f"ticket:{10**6 + n}", state="sent")
        for n in range(many)
    )
    OutboxMessage.objects.bulk_create(mails, batch_size=2_000)
    assert _own_copy(desk.maya).read("mails.jsonl")
