"""Mails made to hurt: to keep a worker busy for hours, to be stored where no database takes them, to be shown."""

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Incoming
from foredesk.intake.rules.details import details_of
from foredesk.intake.rules.letters import Unreadable
from foredesk.intake.rules.pages import safe_html
from foredesk.intake.rules.reading import read
from foredesk.intake.rules.trimming import trim

from .conftest import letter
from .mails import a_mail, a_part, parted

MOST = 2.0  # seconds of this processor; without their limits each of these took minutes or hours


def _from(words: str) -> bytes:
    return a_mail(head=f"From: {words}\nTo: desk@college.example\nSubject: Hello\n")


def _lines(line: str, number: int = 1200) -> bytes:
    return a_mail("\n".join([line] * number))


def _report(words: str, returned: str = "Message-ID: <1@college.example>\n\n") -> bytes:
    return parted(
        a_part(words, "Content-Type: text/plain"),
        a_part("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n",
               "Content-Type: message/delivery-status"),
        a_part(returned, "Content-Type: text/rfc822-headers"),
        kind="report; report-type=delivery-status",
    )  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        lambda: _from("=a" * 100_000 + " =? x@"),
        lambda: _from("'a" * 100_000 + " =? x@"),
        lambda: _from("(" * 100_000 + "a@b.example"),
        lambda: a_mail(extra="Cc: a@b" + " :" * 100_000 + "\n"),
        lambda: a_mail(extra="Cc: " + "a," * 100_000 + "\n"),
        lambda: parted(*[a_part("x", "Content-Type: text/plain;" + " " * 16_000)] * 60),
        lambda: a_mail("\n" * 500_000 + "!", extra="Content-Transfer-Encoding: base64\n"),
        lambda: _lines("\xa0" * 390 + "x"),
        lambda: _lines("*" * 390 + "x"),
        lambda: _lines("On 2026-10-10 " + "de@" * 120 + ":", 400),
        lambda: _report("\n" * 200_000 + "x\n"),
        lambda: _report("x\n", "\n" * 500_000 + "x"),
        lambda: _report("from-" * 12_000),
        lambda: a_mail("<p " + " ".join(f"a{number}" for number in range(100_000)) + ">x",
                       extra="Content-Type: text/html\n"),
    ],
)  # fmt: skip
def test_no_mail_keeps_a_worker_busy(make: Callable[[], bytes]) -> None:
    raw = make()
    begun = time.process_time()
    with suppress(Unreadable):
        trim(read(raw).text)
    assert time.process_time() - begun < MOST


@pytest.mark.parametrize(
    "page",
    [
        # Each paragraph takes up all fonts that were never closed before it.
        "".join(f"<p><font color=#{number}>x</p>" for number in range(10_000)),
        "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">x",
        "&amp" * 2_000_000,
    ],
)
def test_no_page_keeps_the_server_busy(page: str) -> None:
    begun = time.process_time()
    shown = safe_html(a_mail(page, extra="Content-Type: text/html\n"))
    assert time.process_time() - begun < MOST
    assert shown.is_too_large or len(shown.html) < 5_000_000


@pytest.mark.parametrize(
    "raw",
    [
        a_mail(extra="X-Autoreply: \udce4\x00yes\n"),
        a_mail(extra="Return-Path: <mailer-daemon\udce4\x00@x>\nIn-Reply-To: <1@x>\n"),
        a_mail(extra="Auto-Submitted: auto-\udce4\x00" + "x" * 5000 + "\n"),
        _report("x", "x").replace(b"Status: 5.1.1", b"Status: 5.1.1\nDiagnostic-Code: smtp; \x00\xe4 gone"),
        parted(a_part("Final-Recipient: rfc822; a@b.example\nDiagnostic-Code: x\x00y\n\x00",
                      "Content-Type: message/delivery-status", "Content-Transfer-Encoding: base64")),
    ],
)  # fmt: skip
def test_signs_of_machines_are_kept(arrive, raw: bytes) -> None:
    kept = json.dumps(details_of(read(raw)))
    assert "\\u0000" not in kept
    assert "\\ud" not in kept
    assert arrive(raw).state != IncomingState.STORED


@pytest.mark.parametrize("moment", ["00010101T000000", "00010101T000000Z", "99991231T235959Z"])
def test_an_appointment_at_the_end_of_time_is_shown(arrive, client, tomas, moment: str) -> None:
    calendar = (
        f"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Late\nDTSTART:{moment}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    whole_day = calendar.replace("DTSTART:", "DTSTART;VALUE=DATE:").replace(moment, moment[:8])
    for kept in (calendar, whole_day):
        mail = arrive(parted(a_part("See you."), a_part(kept, "Content-Type: text/calendar; method=REQUEST")))
        client.force_login(tomas)
        page = client.get(f"/desk/tickets/{mail.ticket_id}/")
        assert page.status_code == 200
        assert "Late" in page.content.decode()


@pytest.mark.parametrize("address", ["a\x00b@c.example", "a\udce4@c.example", "a\r\nb@c.example"])
def test_whatever_the_envelope_says_it_is_stored(desk, address: str) -> None:
    mail = store(raw=letter().as_bytes(), door=Door.SMTP, mailbox=desk, envelope_from=address, envelope_to=[address])
    mail.refresh_from_db()
    assert mail.envelope_from.startswith("a")
    assert mail.envelope_from.isprintable()


def test_a_mail_that_ends_each_worker_is_not_read_once_more(desk) -> None:
    mail = store(raw=letter("The whole of it.", subject="Only this").as_bytes(), door=Door.SMTP, mailbox=desk)
    Incoming.objects.filter(pk=mail.pk).update(attempts=3)
    assert file_mail(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.subject, mail.text) == (IncomingState.QUARANTINED, "Only this", "")


def test_a_picture_of_a_stranger_is_no_page_of_ours(arrive, client, tomas, maya) -> None:
    mail = letter()
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../\u202egnp.html")
    ticket = arrive(mail).ticket
    (file,) = ticket.interview.attachments.all()
    assert file.name == "gnp.html"
    assert file.content_type == "text/plain"
    assert mail and ticket.customer == maya
    assert Incoming.objects.get().became == Became.REQUEST
