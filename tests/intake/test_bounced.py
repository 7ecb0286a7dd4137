"""What a report that a mail did not arrive does to the address, and who hears of it."""

import pytest

from foredesk.catalogue.actions import make_private
from foredesk.catalogue.models import ServiceClass
from foredesk.intake.enums import Became
from foredesk.mail.enums import NotSent, OutboxState
from foredesk.mail.models import BadAddress, OutboxMessage
from foredesk.people.enums import Role
from foredesk.tickets.actions import reply, take
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import DESK, our_mail


def report(returned: str, address: str, status: str, words: str) -> bytes:
    """What a mail server says when it could not deliver (RFC 3464)."""
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.elsewhere.example>
To: {DESK}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report.{status}@mx.elsewhere.example>
Return-Path: <>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.elsewhere.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: text/rfc822-headers

From: IT desk <{DESK}>
To: {address}
Subject: About your request
Message-ID: {returned}

--b--
""".replace("\n", "\r\n").encode()


class TestBounces:
    def test_an_address_that_is_not_there_is_marked_and_its_holder_told(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        ours = our_mail(asked, maya, "reply")
        mail = arrive(report(ours, maya.email, "5.1.1", "550 5.1.1 User unknown"))
        assert (mail.became, mail.ticket) == (Became.MACHINE, asked)
        assert BadAddress.objects.get(address=maya.email).is_permanent
        assert OutboxMessage.objects.get(to=maya.email, kind="reply").state == OutboxState.BOUNCED
        (told,) = OutboxMessage.objects.filter(kind="bounced")
        assert told.to == tomas.email
        assert "User unknown" in told.text
        assert "<code" in told.html  # the server's words as they came, whatever signs are in them
        assert "Nothing more is sent there until you say" in told.text
        reply(by=tomas, ticket=asked, body="Are you there?")
        assert OutboxMessage.objects.filter(to=maya.email).latest("pk").not_sent_because == NotSent.REFUSES
        arrive(words="I am here again.", answers=ours)
        assert not BadAddress.objects.exists()

    def test_a_full_mailbox_is_noted_only(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        arrive(report(our_mail(asked, maya, "reply"), maya.email, "4.2.2", "452 4.2.2 Mailbox full"))
        assert not BadAddress.objects.get(address=maya.email).is_permanent
        reply(by=tomas, ticket=asked, body="Are you there?")
        assert OutboxMessage.objects.filter(to=maya.email).latest("pk").state != OutboxState.DROPPED

    @pytest.mark.parametrize("returned", ["<made.up@ashgrove.example>", f"<1.{'0' * 32}@localhost>"])
    def test_nobody_is_silenced_by_a_report_of_their_own_making(self, arrive, asked, maya, returned):
        arrive(report(returned, maya.email, "5.1.1", "550 5.1.1 User unknown"))
        assert not BadAddress.objects.exists()


def test_a_mail_that_says_nothing_at_all_is_held(arrive):
    mail = arrive(b"Content-Type: text/plain\n\n \n")
    assert mail.state == "quarantined"
    assert mail.reason == "It has no sender, no subject and no words."
    assert mail.ticket is None


class TestWhoHearsOfIt:
    """Of a request that nobody holds, or whose holder gets no mail either, who answers for it hears."""

    @pytest.fixture
    def lena(self, db):
        return PersonFactory(full_name="Lena Brandt", email="lena@ashgrove.example", role=Role.LEAD)

    def told(self) -> list[str]:
        return list(OutboxMessage.objects.filter(kind="bounced").order_by("pk").values_list("to", flat=True))

    def came_back(self, arrive, ticket, person, kind):
        arrive(report(our_mail(ticket, person, kind), person.email, "5.1.1", "550 5.1.1 User unknown"))

    def test_nobody_holds_it(self, arrive, asked, maya, tomas, lena):
        self.came_back(arrive, asked, maya, "acknowledged")
        assert self.told() == [lena.email]
        mail = OutboxMessage.objects.get(kind="bounced")
        assert "because you answer for this request" in mail.text
        assert f"/desk/tickets/{asked.pk}/" in mail.text

    def test_the_holder_s_own_address(self, arrive, asked, maya, tomas, lena):
        take(by=tomas, ticket=asked)
        arrive(words="It is the grey one.", answers=our_mail(asked, maya, "acknowledged"))
        self.came_back(arrive, asked, tomas, "customer_wrote")
        assert self.told() == [lena.email]

    def test_of_a_private_one_only_its_team(self, arrive, asked, maya, tomas, lena):
        team, private = TeamFactory(), ServiceClassFactory(name="Illness")
        team.members.add(tomas)
        make_private(by=None, service_class=private, teams=[team])
        Ticket.objects.filter(pk=asked.pk).update(service_class=private)
        self.came_back(arrive, asked, maya, "acknowledged")
        assert self.told() == []
        ServiceClass.objects.filter(pk=private.pk).update(owner=tomas)
        arrive(report(our_mail(asked, maya, "acknowledged"), maya.email, "5.1.2", "550 5.1.2 Host unknown"))
        assert self.told() == [tomas.email]
