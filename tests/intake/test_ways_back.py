"""Where answers to our mails go, and to whom a mail from somebody nobody knows makes us write."""

import pytest

from foredesk.activity.queries import events_about
from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Door
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import MAILBOXES
from foredesk.mail.actions import post
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets.actions import reply
from foredesk.tickets.enums import FollowerReason
from foredesk.tickets.models import Ticket

from .conftest import DESK, letter


@pytest.fixture
def branch(desk) -> Mailbox:
    found = Mailbox.objects.create(name="Branch", address="branch@ashgrove.example")
    MAILBOXES.forget()
    return found


def _asked_at(mailbox: Mailbox) -> Ticket:
    stored = store(raw=letter(to=mailbox.address).as_bytes(), door=Door.SMTP, mailbox=mailbox)
    file_mail(stored.pk)
    return Incoming.objects.get(pk=stored.pk).ticket


def _way_back(ticket: Ticket, tomas: Person) -> str | None:
    reply(by=tomas, ticket=ticket, body="Which lamp?")
    return OutboxMessage.objects.get(about=f"ticket:{ticket.pk}", kind="reply").headers.get("Reply-To")


def test_answers_go_to_the_mailbox_that_the_request_came_by(desk, branch, maya, tomas, settings):
    settings.DEFAULT_FROM_EMAIL = f"IT desk <{DESK}>"
    assert _way_back(_asked_at(branch), tomas) == branch.address
    assert _way_back(_asked_at(desk), tomas) is None
    Mailbox.objects.filter(pk=branch.pk).update(is_active=False)
    assert _way_back(_asked_at(branch), tomas) is None


def test_answers_go_to_a_mailbox_where_our_sender_is_none(desk, maya, tomas, settings):
    settings.DEFAULT_FROM_EMAIL = "noreply@ashgrove.example"
    assert _way_back(_asked_at(desk), tomas) == DESK
    assert post(to=maya, kind="news", key="any", subject="News", text="None.").headers["Reply-To"] == DESK


def test_where_mail_only_goes_out_its_sender_is_answered(maya):
    MAILBOXES.forget()
    assert "Reply-To" not in post(to=maya, kind="news", key="only", subject="News", text="None.").headers


@pytest.mark.parametrize(("who", "number"), [("maya@ashgrove.example", 2), ("Eve <eve@example.net>", 1)])
def test_a_stranger_introduces_people_of_the_house_only(arrive, maya, who, number):
    ticket = arrive(sender=who, cc="jon@ashgrove.example, victim@example.org").ticket
    assert ticket.followers.filter(reason=FollowerReason.COPIED).count() == number
    assert OutboxMessage.objects.filter(to="victim@example.org").exists() == (number == 2)
    assert events_about(ticket).filter(tag="ticket:copies:left_out").count() == 2 - number
