"""What a report that a mail did not arrive does to the address, and who hears of it."""

import pytest

from foredesk.intake.enums import Became
from foredesk.mail.enums import NotSent, OutboxState
from foredesk.mail.models import BadAddress, OutboxMessage
from foredesk.tickets.actions import reply

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
