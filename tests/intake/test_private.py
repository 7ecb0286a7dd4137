"""Of a private request nothing is told by mail that came in, nor by what is written about it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.intake import queries
from foredesk.intake.actions import admit, leave_with_it, open_from_quarantine, retry, retry_all, set_aside
from foredesk.intake.enums import Became, IncomingState
from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import message_id
from foredesk.people.models import Person
from foredesk.tickets.actions import unfollow, withdraw
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import tickets_served_by, tickets_visible_to
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import letter, our_mail

BEN = "Ben Osei <ben@ashgrove.example>"


@pytest.fixture
def insider(db) -> Person:
    return PersonFactory(full_name="Inga Brandt", lead=True)


@pytest.fixture
def outsider(db) -> Person:
    """Leads the desk, and is in no team of the private kind."""
    return PersonFactory(full_name="Otto Lind", lead=True)


@pytest.fixture
def secret(arrive, desk, maya, insider) -> Ticket:
    """A request of a private kind, by mail; what comes to the mailbox later is of no kind."""
    kind, team = ServiceClassFactory(name="Pay"), TeamFactory()
    team.members.add(insider)
    make_private(by=None, service_class=kind, teams=[team])
    desk.service_class = kind
    desk.save()
    ticket = arrive(words="My pay is wrong.", subject="My pay").ticket
    desk.service_class = None
    desk.save()
    return ticket


def page(reader: Person, name: str, *numbers: int) -> str:
    client = Client()
    client.force_login(reader)
    return client.get(reverse(name, args=numbers)).content.decode()


def log_of(reader: Person) -> str:
    return page(reader, "intake:log") + page(reader, "intake:quarantine") + page(reader, "mail:outbox")


def test_a_late_answer_stays_with_those_who_knew(arrive, secret, maya, insider, outsider):
    withdraw(by=maya, ticket=secret)
    with clock.at(clock.now() + timedelta(days=secret.service_class.reopens_days, hours=1)):
        mail = arrive(
            words="My pay is wrong again.", answers=our_mail(secret, maya, "acknowledged"), subject="Pay again"
        )
    assert mail.became == Became.REQUEST
    assert mail.ticket.service_class == secret.service_class
    assert "Pay again" in log_of(insider)
    assert "Pay again" not in log_of(outsider)


@pytest.mark.parametrize("by", ["number", "id"])
def test_what_could_not_be_read_is_shown_to_those_who_know(arrive, desk, secret, maya, insider, outsider, by):
    words = {"subject": f"Pay again [{secret.pk}]"} if by == "number" else {"subject": "Pay again"}
    if by == "id":
        words["answers"] = our_mail(secret, maya, "acknowledged")
    maya.is_active = False
    maya.save()
    mail = arrive(words="My pay.", **words)
    assert (mail.state, mail.ticket) == (IncomingState.QUARANTINED, secret)
    assert "Pay again" in log_of(insider)
    assert "Pay again" not in log_of(outsider)
    for act, more in (
        (retry, {}),
        (set_aside, {"reason": "Advertising"}),
        (open_from_quarantine, {"customer": maya, "words": "Pay"}),
    ):
        with pytest.raises(Refused):
            act(by=outsider, mail=mail, **more)
    assert retry_all(by=outsider) == 0


def test_a_request_made_of_such_a_mail_is_as_private(arrive, secret, maya, insider):
    maya.is_active = False
    maya.save()
    mail = arrive(words="My pay.", subject=f"Pay again [{secret.pk}]")
    made = open_from_quarantine(by=insider, mail=mail, customer=PersonFactory(), words="Her pay is wrong.")
    assert made.service_class == secret.service_class


def test_an_outsider_of_it_neither_speaks_there_nor_is_told(arrive, secret, maya, outsider):
    """An answer to a mail of ours to the very agent, from when they served it."""
    assert not tickets_served_by(outsider).filter(pk=secret.pk).exists()
    sent = OutboxMessage.objects.create(
        to=outsider.email, person=outsider, sender="desk@ashgrove.example", subject="My pay", text="x",
        kind="customer_wrote", key="old", about=f"ticket:{secret.pk}", scope=f"class:{secret.service_class_id}",
    )  # fmt: skip
    mail = arrive(words="What is this about?", sender=outsider.email, answers=message_id(sent), subject="Re: My pay")
    assert mail.became == Became.OUTSIDE
    assert mail.message.by_it is False
    assert "My pay" not in log_of(outsider)


def test_whoever_does_not_serve_it_opens_none_of_its_mails(arrive, secret, maya, insider, outsider):
    note = arrive(words="I am away.", answers=our_mail(secret, maya, "acknowledged"), Auto_Submitted="auto-replied")
    alien = arrive(words="It was sent to me.", sender=BEN, answers=our_mail(secret, maya, "acknowledged"))
    request = Incoming.objects.get(became=Became.REQUEST)
    addresses = [
        reverse(f"intake:{name}", args=[secret.pk, mail.pk])
        for mail in (note, alien, request)
        for name in ("mail", "body", "raw", "invitation")
    ] + [
        reverse(f"intake:{name}", args=[mail.pk])
        for mail in (note, alien, request)
        for name in ("incoming", "incoming_raw", "incoming_body")
    ]
    client = Client()
    client.force_login(outsider)
    assert {client.get(address).status_code for address in addresses} == {404}
    deciding = reverse("intake:outsider", args=[secret.pk, alien.pk])
    assert client.post(deciding, {"decision": "admit"}).status_code == 404
    for mail in (note, alien, request):
        assert client.post(reverse("intake:attempt", args=[mail.pk])).status_code == 404
    for decide in (admit, leave_with_it):
        with pytest.raises(Refused):
            decide(by=outsider, mail=alien)
    alien.refresh_from_db()
    assert alien.settled_at is None
    client.force_login(insider)
    assert client.get(reverse("intake:mail", args=[secret.pk, alien.pk])).status_code == 200


def _status(reader: Person, name: str, ticket: Ticket, mail: Incoming) -> int:
    client = Client()
    client.force_login(reader)
    return client.get(reverse(f"intake:{name}", args=[ticket.pk, mail.pk])).status_code


CALENDAR = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Talk\nDTSTART:20260301T100000Z\nEND:VEVENT\nEND:VCALENDAR\n"


def test_whom_the_customer_names_does_not_work_on_it(arrive, secret, maya, insider, outsider):
    """Somebody of IT on copy reads along as anybody else would: not what machines say, nor what others quoted."""
    ours = our_mail(secret, maya, "acknowledged")
    asked = arrive(words="One more thing.", answers=ours, cc=outsider.email)
    away = letter("I am away.", answers=ours, Auto_Submitted="auto-replied")
    away.add_attachment(CALENDAR.encode(), maintype="text", subtype="calendar")
    note = arrive(away)
    own = arrive(words="I know of it.", sender=outsider.email, answers=asked.mail_id, subject="Re: My pay")
    assert (own.ticket, own.became) == (secret, Became.REPLY)
    ticket = tickets_visible_to(outsider).get(pk=secret.pk)
    assert queries.mails_of(ticket, outsider).beside == []
    assert len(queries.mails_of(ticket, insider).beside) == 1
    assert _status(outsider, "mail", secret, own) == 200
    for name, mail in (("raw", own), ("mail", asked), ("mail", note), ("invitation", note)):
        assert _status(outsider, name, secret, mail) == 404, name
        assert _status(insider, name, secret, mail) == 200, name


def test_who_was_taken_off_opens_not_even_their_own(arrive, secret, maya):
    ours = our_mail(secret, maya, "acknowledged")
    asked = arrive(words="One more thing.", answers=ours, cc=BEN)
    mail = letter("I know of it.", sender=BEN, answers=asked.mail_id)
    mail.add_attachment(CALENDAR.encode(), maintype="text", subtype="calendar")
    own = arrive(mail)
    names = ("mail", "invitation")
    assert [_status(own.person, name, secret, own) for name in names] == [200, 200]
    unfollow(by=maya, follower=secret.followers.get())
    Incoming.objects.filter(pk=own.pk).update(message=None)  # the words themselves were let go
    assert [_status(own.person, name, secret, own) for name in names] == [404, 404]
