"""A mail on the page of its request: who reads how much of it, and that nothing of it runs or phones home."""

import re
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Became, Door
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import MAILBOXES, raw_of
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import message_id
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.enums import Audience, FollowerReason, Prompt
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import letter

QUOTED = "Sounds right.\n\n-- \nMaya Ortiz, Library"
INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Ashgrove//Calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:1@ashgrove.example
DTSTAMP:20261125T090000Z
DTSTART:20261204T130000Z
DTEND:20261204T143000Z
SUMMARY:Look at the printer
LOCATION:B 2.14
ORGANIZER:mailto:maya@ashgrove.example
END:VEVENT
END:VCALENDAR
"""
PICTURE = "https://tracker.example/seen.png"


def html_letter(html: str = f'<p>Hello <b>there</b> <img src="{PICTURE}" alt=""></p>', **more: str) -> EmailMessage:
    mail = letter("Hello there", **more)
    mail.add_alternative(html, subtype="html")
    return mail


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def agent(db):
    return PersonFactory(full_name="Tomas Havel", agent=True)


def last_id(ticket: Ticket, person: Person) -> str:
    """The Message-ID of the last mail about a request to somebody."""
    return message_id(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", to=person.email).latest("pk"))


@pytest.fixture
def talk(arrive, maya, agent):
    """A request that came by mail, a reply of IT's, and the customer's answer to that by mail."""
    opened = arrive(html_letter(sender="Maya Ortiz <maya@ashgrove.example>", cc="Anna Kok <anna@ashgrove.example>"))
    ticket = opened.ticket
    actions.reply(by=agent, ticket=ticket, body="Is it the blue one?")
    answered = arrive(words=QUOTED, answers=last_id(ticket, maya), subject="Re: Printer")
    return ticket, opened, answered


def close_off(ticket: Ticket) -> Person:
    """Make the request private, and name somebody who serves it still."""
    insider = PersonFactory(agent=True)
    team = TeamFactory()
    team.members.add(insider)
    ticket.service_class = ServiceClassFactory()
    ticket.save()
    make_private(by=None, service_class=ticket.service_class, teams=[team])
    return insider


def page(person: Person, name: str, *numbers: int, htmx: bool = False, **asked: str):
    headers = {"HX-Request": "true"} if htmx else {}
    return signed_in(person).get(reverse(name, args=numbers), asked, headers=headers)


def test_answer_stands_on_both_pages_and_the_rest_is_one_click_away(talk, maya, agent):
    ticket, _opened, answered = talk
    assert answered.became == Became.REPLY
    for person, name in ((agent, "desk:ticket"), (maya, "portal:request")):
        words = page(person, name, ticket.pk).content.decode()
        assert "Sounds right." in words
        assert "Maya Ortiz, Library" not in words
        assert words.count("Quoted text and signature") == 1
        assert words.count("As it was sent") == 2
        rest = page(person, "intake:mail", ticket.pk, answered.pk, htmx=True, part="rest").content.decode()
        assert "Maya Ortiz, Library" in rest
        assert "Sounds right." not in rest


def test_on_copy_is_told_with_who_follows(talk, agent):
    ticket, _opened, _answered = talk
    words = page(agent, "desk:ticket", ticket.pk).content.decode()
    assert re.search(r'also to\s+<span title="anna@ashgrove.example">Anna Kok</span>\s+\(follows this\)', words)


def test_frame_is_a_sandbox_and_nothing_remote_is_loaded_before_it_is_asked_for(talk, maya):
    ticket, opened, _answered = talk
    answer = page(maya, "intake:body", ticket.pk, opened.pk)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert f'src="{PICTURE}"' not in answer.content.decode()
    asked = page(maya, "intake:body", ticket.pk, opened.pk, remote="1")
    assert "img-src data: https:;" in asked["Content-Security-Policy"]
    assert PICTURE in asked.content.decode()
    part = page(maya, "intake:mail", ticket.pk, opened.pk, htmx=True, part="sent").content.decode()
    assert "Load pictures from outside" in part
    assert PICTURE not in part


def test_without_scripts_the_whole_mail_is_a_page(talk, maya, agent):
    ticket, _opened, answered = talk
    for person in (maya, agent):
        words = page(person, "intake:mail", ticket.pk, answered.pk).content.decode()
        assert "Maya Ortiz, Library" in words
        assert "<h1>" in words


def test_raw_message_is_a_download_for_it_alone(talk, maya, agent):
    ticket, opened, _answered = talk
    answer = page(agent, "intake:raw", ticket.pk, opened.pk)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"Message-ID" in answer.content
    assert page(maya, "intake:raw", ticket.pk, opened.pk).status_code == 404
    own = actions.open_from_mail(customer=agent, subject="Mine", words="Mine")
    mine = Incoming.objects.create(
        door=Door.SMTP, size=1, fingerprint="x", state="filed", became=Became.REQUEST, ticket=own, person=agent
    )
    assert page(agent, "intake:raw", own.pk, mine.pk).status_code == 404  # of their own request they are the customer


def test_whoever_reads_the_answer_does_not_read_what_was_quoted_below_it(talk, agent):
    """What IT told the customer alone stands in the customer's mail too, quoted."""
    ticket, opened, answered = talk
    anna = Person.objects.get(email="anna@ashgrove.example")
    words = page(anna, "portal:request", ticket.pk).content.decode()
    assert "Sounds right." in words
    assert "Quoted text and signature" not in words
    for mail in (opened, answered):
        for name in ("intake:mail", "intake:body", "intake:raw"):
            assert page(anna, name, ticket.pk, mail.pk).status_code == 404


def test_strangers_and_the_curious_find_nothing(talk, agent):
    ticket, _opened, answered = talk
    other = actions.open_from_mail(customer=PersonFactory(), subject="Other", words="Other")
    for person in (PersonFactory(), PersonFactory(department=DepartmentFactory())):
        for name in ("intake:mail", "intake:body", "intake:raw", "intake:invitation"):
            assert page(person, name, ticket.pk, answered.pk).status_code == 404
    assert page(agent, "intake:mail", other.pk, answered.pk).status_code == 404  # not on that request


def test_mail_on_a_private_request_is_for_its_team(talk, agent, maya):
    ticket, opened, answered = talk
    insider = close_off(ticket)
    for mail in (opened, answered):
        for name in ("intake:mail", "intake:raw"):
            assert page(agent, name, ticket.pk, mail.pk).status_code == 404
            assert page(insider, name, ticket.pk, mail.pk).status_code == 200


def test_an_agents_mail_shows_the_customer_only_its_answer(arrive, talk, agent, maya):
    """Below it may be quoted what was told to IT alone."""
    ticket, _opened, _answered = talk
    actions.assign(by=PersonFactory(agent=True), ticket=ticket, assignee=agent)
    actions.write_as_customer(by=maya, ticket=ticket, body="And now?")
    spoken = arrive(
        words="We are on it.\n\n-- \nInternal matters",
        sender=f"{agent.full_name} <{agent.email}>",
        answers=last_id(ticket, agent),
    )
    assert spoken.message.by_it
    assert "We are on it." in page(maya, "portal:request", ticket.pk).content.decode()
    assert page(maya, "intake:mail", ticket.pk, spoken.pk).status_code == 404
    assert page(agent, "intake:mail", ticket.pk, spoken.pk).status_code == 200


def test_number_of_queries_does_not_grow_with_the_mails(arrive, talk, agent, maya):
    ticket, _opened, _answered = talk
    for person, name in ((agent, "desk:ticket"), (maya, "portal:request")):
        client, address = signed_in(person), reverse(name, args=[ticket.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for number in range(3):
            arrive(words=f"{number} more.\n\n-- \nMaya", answers=last_id(ticket, maya))
        client.get(address)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)


def machine(ticket: Ticket, **facts: object) -> Incoming:
    numbered = Incoming.objects.count()
    usual = {"door": Door.SMTP, "size": 900, "state": "filed", "became": Became.MACHINE, "fingerprint": str(numbered)}
    return Incoming.objects.create(ticket=ticket, **{**usual, **facts})


def test_machines_mail_is_one_quiet_line_for_it(talk, agent, maya):
    ticket, _opened, _answered = talk
    bounce = {"address": "anna@ashgrove.example", "is_permanent": True, "is_address_at_fault": True}
    machine(
        ticket,
        machine="bounce",
        text="Delivery failed",
        details={"bounces": [{**bounce, "status": "5.1.1", "reason": "user unknown"}]},
    )
    machine(
        ticket, machine="auto_reply", sender_name="Anna", text="\nAway until Monday.\nBest", subject="Out of office"
    )
    words = page(agent, "desk:ticket", ticket.pk).content.decode()
    assert "A mail to anna@ashgrove.example came back: user unknown" in words
    assert "Automatic reply of Anna: Away until Monday." in words
    customers = page(maya, "portal:request", ticket.pk).content.decode()
    assert "came back" not in customers
    assert "Away until Monday" not in customers


@pytest.fixture
def outside(arrive, talk, maya):
    """Somebody to whom the customer forwarded our mail answers it."""
    ticket, _opened, _answered = talk
    return ticket, arrive(
        words="I know how to mend it.", sender="Otto Out <otto@elsewhere.example>", answers=last_id(ticket, maya)
    )


def test_outsiders_words_are_for_it_until_it_lets_them_in(outside, agent, maya):
    ticket, mail = outside
    assert mail.became == Became.OUTSIDE
    words = page(agent, "desk:ticket", ticket.pk).content.decode()
    assert "I know how to mend it." in words
    assert "Otto Out (otto@elsewhere.example) answered a mail of this request and is not part of it" in " ".join(
        words.split()
    )
    assert "Add as follower and show to all" in words
    assert "I know how to mend it." not in page(maya, "portal:request", ticket.pk).content.decode()

    address = reverse("intake:outsider", args=[ticket.pk, mail.pk])
    assert signed_in(maya).post(address, {"decision": "admit"}).status_code == 404
    assert signed_in(agent).post(address, {"decision": "admit"}).status_code == 302
    assert "I know how to mend it." in page(maya, "portal:request", ticket.pk).content.decode()
    otto = Person.objects.get(email="otto@elsewhere.example")
    assert ticket.followers.get(person=otto).reason == FollowerReason.COPIED
    assert "Add as follower and show to all" not in page(agent, "desk:ticket", ticket.pk).content.decode()
    # The second of two colleagues changes nothing.
    signed_in(agent).post(address, {"decision": "leave"})
    assert ticket.messages.get(pk=mail.message_id).audience == Audience.EVERYONE


def test_outsiders_words_left_with_it_stay_there(outside, agent, maya):
    ticket, mail = outside
    signed_in(agent).post(reverse("intake:outsider", args=[ticket.pk, mail.pk]), {"decision": "leave"})
    mail.refresh_from_db()
    assert mail.settled_at is not None
    assert "Add as follower" not in page(agent, "desk:ticket", ticket.pk).content.decode()
    assert "I know how" not in page(maya, "portal:request", ticket.pk).content.decode()


def test_of_a_private_request_it_lets_nobody_in(outside, maya):
    ticket, mail = outside
    insider = close_off(ticket)
    answer = signed_in(insider).post(
        reverse("intake:outsider", args=[ticket.pk, mail.pk]), {"decision": "admit"}, follow=True
    )
    assert "This request is private" in answer.content.decode()
    mail.refresh_from_db()
    assert mail.settled_at is None
    assert ticket.messages.get(pk=mail.message_id).audience == Audience.IT


def test_invitation_is_a_card_in_the_readers_zone_with_a_file(talk, arrive, maya, agent):
    ticket, _opened, _answered = talk
    mail = letter("See the appointment.", answers=last_id(ticket, maya))
    mail.add_attachment(INVITATION.encode(), maintype="text", subtype="calendar", filename="invite.ics")
    came = arrive(mail)
    maya.timezone = "Europe/Amsterdam"
    maya.save()
    words = " ".join(page(maya, "portal:request", ticket.pk).content.decode().split())
    assert "Look at the printer" in words
    assert "Friday 4 December 2026, 14:00 to 15:30, B 2.14" in words
    anna = Person.objects.get(email="anna@ashgrove.example")
    for reader in (maya, agent, anna):  # whoever reads the words reads of the appointment too
        assert "Look at the printer" in page(reader, "portal:request", ticket.pk).content.decode()
        answer = page(reader, "intake:invitation", ticket.pk, came.pk)
        assert answer.content.startswith(b"BEGIN:VCALENDAR")
        assert answer["Content-Disposition"].startswith("attachment")
    assert page(PersonFactory(), "intake:invitation", ticket.pk, came.pk).status_code == 404


def test_open_questions_stand_on_the_customers_page_with_a_form(talk, maya, agent):
    ticket, _opened, _answered = talk
    words = page(maya, "portal:request", ticket.pk).content.decode()
    assert "Tell us a little more" in words
    assert "Tell us a little more" not in page(agent, "portal:request", ticket.pk).content.decode()
    address = reverse("portal:questions_answer", args=[ticket.pk])
    empty = signed_in(maya).post(address, {})
    assert "Please answer at least one of the questions" in empty.content.decode()
    anna = Person.objects.get(email="anna@ashgrove.example")
    assert signed_in(anna).post(address, {Prompt.TRIED: "x"}).status_code == 404
    assert signed_in(maya).post(address, {Prompt.TRIED: "Turned it off and on."}).status_code == 302
    ticket.interview.refresh_from_db()
    assert ticket.interview.tried == "Turned it off and on."


def test_mail_whose_bytes_were_let_go_still_shows_its_words(talk, maya, agent):
    ticket, opened, _answered = talk
    Incoming.objects.update(raw=None)
    assert page(agent, "intake:body", ticket.pk, opened.pk).status_code == 404
    assert page(agent, "intake:raw", ticket.pk, opened.pk).status_code == 404
    assert "Hello there" in page(agent, "intake:mail", ticket.pk, opened.pk).content.decode()


def test_same_mail_by_another_door_stands_on_the_page_once(talk, maya, desk):
    ticket, opened, _answered = talk
    another = Mailbox.objects.create(name="Other", address="other@ashgrove.example")
    MAILBOXES.forget()
    again = store(raw=raw_of(opened) or b"", door=Door.PIPE, mailbox=another)
    file_mail(again.pk)
    again.refresh_from_db()
    assert again.became == Became.COPY
    assert page(maya, "portal:request", ticket.pk).content.decode().count("As it was sent") == 2
