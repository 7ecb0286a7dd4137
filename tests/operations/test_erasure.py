"""Somebody who is forgotten is nowhere to be found, and what stays is told before and after."""

import io
import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from foredesk.activity.models import Event
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.operations import actions
from foredesk.operations.exchange.kinds import KINDS
from foredesk.operations.models import Run
from foredesk.people.models import Invitation, Person, PersonWord
from foredesk.people.queries import find_people
from foredesk.tickets.models import Draft, Follower, Interview, Message
from tests.factories import PersonFactory
from tests.operations.worlds import Desk, a_desk


@pytest.fixture
def desk(db) -> Desk:
    return a_desk()


def _everything() -> str:
    """All rows of the database, and the files, as one text."""
    rows = [list(kind.model._base_manager.values()) for kind in KINDS]
    rows += [list(model._base_manager.values()) for model in (PersonWord, Invitation, EmailAddress, Run)]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_nothing_in_any_table_names_them_any_more(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    client = Client()
    client.force_login(desk.maya)
    client.get("/")
    EmailAddress.objects.create(user=desk.maya, email=desk.maya.email, verified=True)
    actions.ask_for_copy_of_person(by=desk.maya, person=desk.maya)
    path = Run.objects.get().path
    before = _everything()
    assert before.count("Maya Ortiz") > 5
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_person(by=desk.olga, person=desk.maya)
    after = _everything()
    for word in ("Maya", "Ortiz", "maya@example.org", "555 1234"):
        assert word not in after, after[max(0, after.index(word) - 200) :][:400]
    maya = Person.objects.get(pk=desk.maya.pk)
    assert maya.full_name == f"Former customer {maya.pk}"
    assert maya.email == f"former-{maya.pk}@erased.invalid"
    assert maya.department is None  # fewer than five others are in it
    assert not maya.is_active
    assert not maya.has_usable_password()
    assert maya.erased_at
    assert find_people("ortiz") == []
    assert not default_storage.exists(path)
    assert client.get(reverse("people:profile")).status_code == 302  # signed out


def test_the_words_stay_readable_under_the_pseudonym(desk: Desk) -> None:
    actions.erase_person(by=desk.olga, person=desk.maya)
    name = f"Former customer {desk.maya.pk}"
    interview = Interview.objects.get(ticket=desk.ticket)
    assert interview.goal == "Print the exam sheets"
    assert interview.theory == f"{name} thinks: the damp <b>cellar</b>"
    assert Message.objects.filter(body__contains=f"Hello {name}, we bring paper").exists()
    assert not Follower.objects.filter(person=desk.maya).exists()
    assert not Interview.objects.filter(person=desk.maya, ticket=None).exists()
    assert not Draft.objects.filter(author=desk.maya).exists()
    assert desk.shot.path and default_storage.exists(desk.shot.path)
    mail = OutboxMessage.objects.filter(to=f"former-{desk.maya.pk}@erased.invalid").first()
    assert mail and mail.text == mail.html == ""


def test_on_wish_their_words_and_files_go_too(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_person(by=desk.olga, person=desk.maya, words=True, files=True)
    everything = _everything()
    for word in ("exam sheets", "cellar</b>", "Call me"):
        assert word not in everything
    assert "bring paper" in everything  # IT's own
    assert not default_storage.exists(desk.shot.path)


def test_somebody_of_the_same_first_name_elsewhere_is_left_alone(desk: Desk) -> None:
    other = PersonFactory(full_name="Maya Lind")
    Message.objects.create(ticket=desk.other, author=desk.tomas, by_it=True, body="Ask Maya Lind. Or Maya Ortizova.")
    actions.erase_person(by=desk.olga, person=desk.maya)
    assert Message.objects.filter(body="Ask Maya Lind. Or Maya Ortizova.").exists()
    other.refresh_from_db()
    assert other.full_name == "Maya Lind"


def test_a_colleague_leaves_their_work_under_a_pseudonym(desk: Desk) -> None:
    actions.erase_person(by=desk.olga, person=desk.tomas)
    tomas = Person.objects.get(pk=desk.tomas.pk)
    assert tomas.full_name == f"Former colleague {tomas.pk}"
    assert tomas.role == "customer"
    assert not tomas.teams.exists()
    desk.printing.refresh_from_db()
    assert desk.printing.owner is None
    after = _everything()
    assert "Reyes" not in after
    assert "tomas@example.org" not in after
    assert Message.objects.filter(author=tomas, body__contains="bring paper").exists()


def test_it_is_recorded_without_the_name(desk: Desk) -> None:
    actions.erase_person(by=desk.olga, person=desk.maya, words=True)
    event = Event.objects.get(tag="person:erased")
    assert (event.by, event.about_id, event.data) == (desk.olga, desk.maya.pk, {"words": True, "files": False})


def test_it_is_refused_while_requests_are_open_for_oneself_and_for_the_last_administrator(desk: Desk) -> None:
    for by, person, sentence in (
        (desk.olga, desk.kim, "An open request"),
        (desk.olga, desk.olga, "yourself"),
        (None, desk.olga, "last administrator"),
        (desk.tomas, desk.maya, "Only administrators"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.erase_person(by=by, person=person)
    actions.erase_person(by=desk.olga, person=desk.maya)
    with pytest.raises(Refused, match="already"):
        actions.erase_person(by=desk.olga, person=desk.maya)
    assert Person.objects.filter(erased_at__isnull=False).count() == 1


def test_the_page_tells_what_goes_and_stays_and_wants_the_name(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.olga)
    address = reverse("operations:erasure", args=[desk.maya.pk])
    page = client.get(address).content.decode()
    for words in ("Forget Maya Ortiz", "What goes", "What stays, and why", "cannot be undone", "Backups"):
        assert words in page
    refused = client.post(address, {"name": "Maya"})
    assert refused.status_code == 422
    assert "This is not their name" in refused.content.decode()
    assert not Person.objects.get(pk=desk.maya.pk).erased_at
    done = client.post(address, {"name": " maya  ortiz ", "their_words": "on"}, follow=True).content.decode()
    assert f"Former customer {desk.maya.pk}" in done
    assert "What stays, and why" in done
    assert "Maya" not in done
    assert client.get(reverse("people:person", args=[desk.maya.pk])).status_code == 200


def test_the_page_says_why_not_yet(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.olga)
    page = client.get(reverse("operations:erasure", args=[desk.kim.pk])).content.decode()
    assert "An open request is still theirs" in page
    assert "Forget them for good" not in page


def test_the_pages_queries_do_not_grow(desk: Desk) -> None:
    from django.test.utils import CaptureQueriesContext

    from foredesk.operations.queries.erasure import what_goes, what_stays

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            what_goes(desk.maya), what_stays(desk.maya)
        return len(counted)

    before = queries()
    for number in range(3):
        Message.objects.create(ticket=desk.other, author=desk.maya, by_it=False, body=str(number))
    assert queries() == before


# --- The command, and doing it again after a backup was restored ---------------------------------------
def _command(*arguments: str) -> str:
    said = io.StringIO()
    call_command("forget", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_says_first_and_does_it_with_yes(desk: Desk, tmp_path: Any) -> None:
    said = _command("maya@example.org")
    assert "Nothing is done yet" in said
    assert "What stays:" in said
    assert not Person.objects.get(pk=desk.maya.pk).erased_at
    assert "forgotten" in _command("maya@example.org", "--words", "--yes")
    listed = _command("--list")
    assert listed == f"{desk.maya.pk} words\n"
    (tmp_path / "forgotten.txt").write_text(listed + "99999\n")
    # As after restoring a backup from before:
    Person.objects.filter(pk=desk.maya.pk).update(full_name="Maya Ortiz", email="maya@example.org", erased_at=None)
    assert "forgotten" in _command("--again", str(tmp_path / "forgotten.txt"), "--yes")
    assert Person.objects.get(pk=desk.maya.pk).erased_at
    assert "already" in _command("--again", str(tmp_path / "forgotten.txt"), "--yes")
    for bad in (("nobody@example.org",), (), (str(desk.olga.pk),)):
        with pytest.raises(CommandError):
            _command(*bad)
