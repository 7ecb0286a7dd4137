"""What could not be understood is looked at, tried again, made a request or set aside; nothing disappears."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.activity.queries import events_about
from foredesk.catalogue.actions import make_private
from foredesk.intake import actions, queries
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Incoming, Mailbox
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.enums import Channel
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import letter

WHY = "It has more than 1,000 parts."


@pytest.fixture
def ines(db):
    return PersonFactory(full_name="Ines Prado", lead=True)


@pytest.fixture
def quarantined(desk):
    def hold(number: int = 1, **facts: object) -> Incoming:
        raw = letter(f"Words of mail {number}", subject=f"Subject {number}").as_bytes()
        mail = actions.store(raw=raw, door=Door.SMTP, mailbox=desk, envelope_from="maya@ashgrove.example")
        usual = {"state": IncomingState.QUARANTINED, "reason": WHY, "subject": f"Subject {number}"}
        Incoming.objects.filter(pk=mail.pk).update(**{**usual, **facts})
        mail.refresh_from_db()
        return mail

    return hold


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(person: Person, name: str, *numbers: int, **asked: str) -> str:
    return " ".join(signed_in(person).get(reverse(name, args=numbers), asked).content.decode().split())


def test_quarantine_says_what_why_whence_and_how_large(quarantined, ines):
    quarantined()
    words = read(ines, "intake:quarantine")
    assert "Subject 1" in words
    assert WHY in words
    assert "maya@ashgrove.example" in words
    assert "bytes" in words
    assert "Desk" in words


def test_pages_are_for_leads(quarantined):
    mail = quarantined()
    for person, code in ((PersonFactory(agent=True), 404), (PersonFactory(), 404), (PersonFactory(lead=True), 200)):
        for name, numbers in (
            ("intake:quarantine", []),
            ("intake:log", []),
            ("intake:incoming", [mail.pk]),
            ("intake:incoming_raw", [mail.pk]),
        ):
            assert signed_in(person).get(reverse(name, args=numbers)).status_code == code


def test_empty_pages_say_what_they_are_for(ines, db):
    assert "Nothing waits here" in read(ines, "intake:quarantine")
    assert "No mail has come in yet" in read(ines, "intake:log")
    assert "Nothing was set aside" in read(ines, "intake:log", state="set_aside")
    assert "Nothing is on its way" in read(ines, "intake:log", state="stored")


def test_navigation_counts_what_waits(quarantined, ines):
    assert not re.search(r"Incoming mail</span>\s*<span class=\"count\"", read(ines, "intake:log"))
    quarantined(1)
    quarantined(2)
    assert queries.quarantine_count(ines) == 2
    words = read(ines, "intake:log")
    assert re.search(r'Incoming mail\s*(</span>)?\s*<span class="count">2<', words)


def test_raw_message_is_a_download(quarantined, ines):
    mail = quarantined()
    answer = signed_in(ines).get(reverse("intake:incoming_raw", args=[mail.pk]))
    assert b"Words of mail 1" in answer.content
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_retry_reads_it_once_more(quarantined, ines):
    mail = quarantined()
    signed_in(ines).post(reverse("intake:attempt", args=[mail.pk]))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.reason) == (IncomingState.STORED, 0, "")
    assert actions.file_mail(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.became) == (IncomingState.FILED, Became.REQUEST)
    with pytest.raises(Refused):
        actions.retry(by=ines, mail=mail)
    assert [event.tag for event in events_about(mail)] == ["intake:retried"]


def test_retry_of_all(quarantined, ines):
    for number in range(3):
        quarantined(number)
    answer = signed_in(ines).post(reverse("intake:attempts"), follow=True)
    assert "3 mails are tried once more." in answer.content.decode()
    assert actions.file_waiting() == 3


def test_request_is_made_of_it_with_the_mail_as_it_came(quarantined, ines):
    maya = PersonFactory(full_name="Maya Ortiz", email="maya@ashgrove.example")
    mail = quarantined()
    assert f'value="{maya.pk}"' in read(ines, "intake:incoming", mail.pk)  # who wrote it, as far as anybody knows
    address = reverse("intake:made_request", args=[mail.pk])
    broken = signed_in(ines).post(address, {"customer_words": "", "words": "Mend it."})
    assert broken.status_code == 422
    assert "Choose the person" in broken.content.decode()
    assert "Mend it." in broken.content.decode()
    empty = signed_in(ines).post(address, {"customer": maya.pk, "words": " "})
    assert "Write down what the mail asks for" in empty.content.decode()
    made = signed_in(ines).post(address, {"customer_words": "maya@ashgrove.example", "words": "Mend the printer."})
    mail.refresh_from_db()
    ticket = mail.ticket
    assert made["Location"] == reverse("desk:ticket", args=[ticket.pk])
    assert (ticket.customer, ticket.opened_by, ticket.channel) == (maya, maya, Channel.EMAIL)
    assert ticket.interview.goal == "Mend the printer."
    assert (mail.state, mail.became) == (IncomingState.FILED, Became.REQUEST)
    raw = signed_in(ines).get(reverse("intake:raw", args=[ticket.pk, mail.pk]))
    assert b"Words of mail 1" in raw.content
    assert "As it was sent" in read(ines, "desk:ticket", ticket.pk)
    assert "As it was sent" not in read(maya, "portal:request", ticket.pk)  # nobody knows whether she wrote it
    twice = signed_in(ines).post(address, {"customer": maya.pk, "words": "Mend it."})
    assert twice.status_code == 422
    assert maya.requests.count() == 1


def test_set_aside_needs_a_reason_and_stays_in_its_list(quarantined, ines):
    mail = quarantined()
    address = reverse("intake:aside", args=[mail.pk])
    assert "Say why in a few words" in signed_in(ines).post(address, {"reason": ""}).content.decode()
    signed_in(ines).post(address, {"reason": "Advertising"})
    assert "Subject 1" not in read(ines, "intake:quarantine")
    words = read(ines, "intake:log", state="set_aside")
    assert "Subject 1" in words
    assert "Advertising" in words
    event = events_about(mail).get(tag="intake:set_aside")
    assert event.data == {"reason": "Advertising", "why": WHY}
    # Whoever set the wrong one aside takes it up again.
    signed_in(ines).post(reverse("intake:attempt", args=[mail.pk]))
    mail.refresh_from_db()
    assert mail.state == IncomingState.STORED


def test_log_filters_and_pages_by_key(quarantined, ines, arrive):
    filed = arrive(subject="Filed one")
    mails = [quarantined(number) for number in range(1, 46)]
    words = read(ines, "intake:log", state="quarantined")
    assert "Subject 45" in words
    assert "Filed one" not in words
    assert "Subject 5<" not in words
    older = read(ines, "intake:log", state="quarantined", before=str(mails[5].pk))
    assert "Subject 5<" in older
    assert "Subject 6<" not in older
    assert f"Request {filed.ticket_id}" in read(ines, "intake:log", state="filed")
    assert read(ines, "intake:log", before="nonsense", state="nonsense")


@pytest.mark.parametrize("name", ["intake:log", "intake:quarantine"])
def test_number_of_queries_does_not_grow(name, quarantined, ines, arrive):
    def counted() -> int:
        with CaptureQueriesContext(connection) as found:
            signed.get(address)
        return len(found)

    signed, address = signed_in(ines), reverse(name)
    quarantined(1)
    arrive(words="one")
    counted()
    few = counted()
    for number in range(2, 4):
        quarantined(number)
        arrive(words=f"more {number}")
    counted()
    assert counted() == few


@pytest.fixture
def private(desk):
    """A private kind with its team, and a mailbox of its own."""
    insider = PersonFactory(lead=True)
    team = TeamFactory()
    team.members.add(insider)
    kind = ServiceClassFactory()
    make_private(by=None, service_class=kind, teams=[team])
    return insider, kind, Mailbox.objects.create(name="Staff", address="staff@ashgrove.example", service_class=kind)


def test_mails_of_private_requests_are_shown_to_nobody_else(private, quarantined, ines):
    insider, kind, mailbox = private
    waiting = quarantined(7, mailbox=mailbox)
    ticket = tickets.open_from_mail(customer=PersonFactory(), subject="Private", words="Private", service_class=kind)
    filed = quarantined(8, state=IncomingState.FILED, became=Became.REQUEST, ticket=ticket, reason="")
    for reader, sees in ((insider, True), (ines, False)):
        words = read(reader, "intake:log") + read(reader, "intake:quarantine")
        assert ("Subject 7" in words) is sees
        assert ("Subject 8" in words) is sees
        assert queries.quarantine_count(reader) == int(sees)
        for mail in (waiting, filed):
            code = 200 if sees else 404
            assert signed_in(reader).get(reverse("intake:incoming", args=[mail.pk])).status_code == code
            assert signed_in(reader).get(reverse("intake:incoming_raw", args=[mail.pk])).status_code == code
    for name in ("attempt", "aside", "made_request"):
        assert signed_in(ines).post(reverse(f"intake:{name}", args=[waiting.pk])).status_code == 404
    signed_in(ines).post(reverse("intake:attempts"))
    waiting.refresh_from_db()
    assert waiting.state == IncomingState.QUARANTINED


def test_of_their_own_request_even_a_lead_reads_what_a_customer_reads(quarantined, ines):
    ticket = tickets.open_from_mail(customer=ines, subject="Mine", words="Mine")
    facts = {"state": IncomingState.FILED, "ticket": ticket, "reason": ""}
    own = quarantined(1, became=Became.REQUEST, **facts)
    quarantined(2, became=Became.OUTSIDE, **facts)
    words = read(ines, "intake:log")
    assert "Subject 1" in words
    assert "Subject 2" not in words
    assert signed_in(ines).get(reverse("intake:incoming_raw", args=[own.pk])).status_code == 404
