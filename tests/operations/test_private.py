"""What moves in and out of an installation, where requests of a private kind are among it."""

import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse

from foredesk.attachments.actions import store_file
from foredesk.catalogue.actions import make_private, remove_canned_reply, write_canned_reply
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.numbering import begin_numbers_at
from foredesk.mail.models import OutboxMessage
from foredesk.operations.exchange.archives import writing
from foredesk.operations.exchange.kinds import KINDS, line
from foredesk.operations.exchange.persons import write_person
from foredesk.operations.exchange.writing import Written
from foredesk.operations.exchange.writing import _rows as rows_of
from foredesk.operations.exchange.writing import _write_files as write_files
from foredesk.operations.queries.privacy import would_be_let_go
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.enums import FollowerReason
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .importing.world import COLUMNS, bring

pytestmark = pytest.mark.django_db
WORD = "Xylograph"


@pytest.fixture
def insider() -> Person:
    return PersonFactory(administrator=True, full_name="Ivy Insider")


@pytest.fixture
def private(insider) -> ServiceClass:
    team = TeamFactory()
    team.members.add(insider)
    made = ServiceClassFactory(name="Something confidential")
    make_private(by=None, service_class=made, teams=[team])
    return made


def exported(reader: Person, path: Path) -> str:
    """Rows and files of an export by somebody. Without its transaction, which cannot begin inside a test's own."""
    with writing(path) as target:
        for kind in KINDS:
            with target.entry(kind.file) as entry:
                entry.writelines(line(row) for row in rows_of(kind, reader))
        write_files(target, reader, Written())
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_an_administrator_takes_along_what_they_may_see(private, insider, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    customer, outsider = PersonFactory(), PersonFactory(administrator=True)
    draft = actions.start_interview(by=customer, goal=WORD, service_class=private)
    file = store_file(by=customer, upload=SimpleUploadedFile("a.txt", f"{WORD} in a file".encode()))
    actions.attach_to_interview(by=customer, interview=draft, attachment=file)
    ticket = actions.send_interview(by=customer, interview=draft)
    # As a follower they may read some of it on the portal: no reason to carry all of it away.
    actions.follow(by=customer, ticket=ticket, person=outsider, reason=FollowerReason.HELD_UP)
    actions.add_note(by=insider, ticket=ticket, body=WORD)
    replies = [write_canned_reply(by=insider, title=f"{WORD} {n}", body=WORD, service_class=private) for n in range(2)]
    remove_canned_reply(by=insider, reply=replies[1])
    assert WORD not in exported(outsider, tmp_path / "outside.zip")
    inside = exported(insider, tmp_path / "inside.zip")
    assert f"{WORD} in a file" in inside
    assert inside.count(WORD) > 4


def test_mails_that_tell_of_it_stay(private, insider, tmp_path):
    customer, tomas = PersonFactory(), PersonFactory(agent=True)
    mine = actions.send_interview(by=customer, interview=actions.start_interview(by=customer, goal="paper"))
    draft = actions.start_interview(by=customer, goal=WORD, service_class=private)
    theirs = actions.send_interview(by=customer, interview=draft)
    actions.merge(by=insider, ticket=mine, into=theirs)
    outsider = PersonFactory(administrator=True)
    rows = exported(outsider, tmp_path / "outside.zip")
    assert WORD not in rows
    assert tomas.email in rows  # people are no secret


def test_what_an_answer_to_our_mail_was_about_stays(private, insider, tmp_path):
    customer, outsider = PersonFactory(), PersonFactory(administrator=True)
    asked = [
        actions.send_interview(
            by=customer, interview=actions.start_interview(by=customer, goal="paper", service_class=kind)
        )
        for kind in (None, None, private)
    ]
    actions.note_answered(by=customer, ticket=asked[0], mail="digest", about=asked[1:])
    outside, inside = exported(outsider, tmp_path / "outside.zip"), exported(insider, tmp_path / "inside.zip")
    assert [outside.count("ticket:answers:digest"), inside.count("ticket:answers:digest")] == [1, 2]


def test_what_is_imported_into_it_is_nobody_elses(private, insider):
    tomas = PersonFactory(full_name="Tomás Reyes", agent=True)
    columns = {**COLUMNS, "kind": "kind", "assignee": "agent"}
    mapping = {"source": "Old desk", "timezone": "UTC", "columns": columns}
    header = "number,opened,closed,state,caller,mail,title,text,kind,agent\n"
    line = "INC1,2024-03-01 09:00,,In progress,Maya Ortiz,maya@example.org,Mail,Words,Something confidential,{}\n"
    report, refused = bring(header + line.format("Tomás Reyes"), said=mapping)
    assert (report.new, refused.count("\n")) == (1, 1)
    ticket = Ticket.objects.get()
    assert (ticket.service_class, ticket.assignee) == (private, None)
    bring(header + line.format("Ivy Insider").replace("INC1", "INC2"), said=mapping)
    assert Ticket.objects.latest("pk").assignee == insider
    assert not tomas.assigned.exists()


def test_a_copy_about_somebody_holds_what_its_asker_serves(private, insider):
    customer, friend, outsider = PersonFactory(), PersonFactory(), PersonFactory(administrator=True)
    begin_numbers_at(Ticket, 73421)
    draft = actions.start_interview(by=customer, goal=WORD, service_class=private)
    ticket = actions.send_interview(by=customer, interview=draft)
    for person in (outsider, friend):
        actions.follow(by=customer, ticket=ticket, person=person, reason=FollowerReason.HELD_UP)
    actions.add_note(by=insider, ticket=ticket, body=f"{WORD} for the team")
    for person in (customer, friend):
        assert "73421" not in copied(person, asker=outsider)
        assert WORD not in copied(person, asker=outsider)
        assert "73421" in copied(person, asker=insider)
        assert "73421" in copied(person, asker=person)
    assert f"{WORD} for the team" in copied(customer, asker=insider)


def copied(person: Person, *, asker: Person) -> str:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        write_person(archive, person, asker=asker, with_notes=asker != person, tell=lambda _done: None)
    with zipfile.ZipFile(file) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode(errors='replace')}" for name in archive.namelist())


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_pages_of_the_installation_count_what_their_reader_may_know_of(private, insider, state, client):
    customer, outsider = PersonFactory(), PersonFactory(administrator=True)
    draft = actions.start_interview(by=customer, goal=WORD, service_class=private)
    ticket = actions.send_interview(by=customer, interview=draft)
    OutboxMessage.objects.update(state=state)
    Ticket.objects.filter(pk=ticket.pk).update(
        state="closed", close_reason="confirmed", closed_at=clock.now() - timedelta(days=200)
    )
    for reader, mails, let_go in ((outsider, 0, None), (insider, 1, 1)):
        client.force_login(reader)
        seen = client.get(reverse("operations:watch")).context["seen"]
        assert (seen.mails.waiting, seen.mails.failed) == ((mails, 0) if state == "queued" else (0, mails))
        assert (seen.mails.oldest is not None) == (seen.mails.waiting > 0)
        assert would_be_let_go(private, 1, reader=Person.objects.get(pk=reader.pk)) == let_go


def test_who_left_the_team_carries_nothing_of_it_away(private, insider):
    agent = PersonFactory(agent=True)
    private.teams.get().members.add(agent)
    draft = actions.start_interview(by=PersonFactory(), goal="a matter", service_class=private)
    ticket = actions.send_interview(by=draft.person, interview=draft)
    actions.add_note(by=Person.objects.get(pk=agent.pk), ticket=ticket, body=WORD)
    assert WORD in copied(Person.objects.get(pk=agent.pk), asker=Person.objects.get(pk=agent.pk))
    private.teams.get().members.remove(agent)
    assert WORD not in copied(Person.objects.get(pk=agent.pk), asker=Person.objects.get(pk=agent.pk))
