"""Which addresses a mail did not reach, whether for good, and whether the address itself is at fault."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.intake.rules.bounces import bounces_in, returned_ids
from foredesk.intake.rules.faults import Fault, fault_of, status_in
from foredesk.intake.rules.letters import MachineKind
from foredesk.intake.rules.parsing import parsed
from foredesk.intake.rules.reading import read


def free(text: str, head: str = ""):
    """The bounces of a report in a server's own words."""
    raw = f"From: MAILER-DAEMON@mx.example\nTo: desk@ashgrove.example\nSubject: failure notice\n{head}\n{text}\n"
    return bounces_in(parsed(raw.encode()), text)


def reported(fields: str, text: str = "Something went wrong.", returned: str = "") -> bytes:
    return (
        "From: Mail Delivery <mailer-daemon@mx.example>\nTo: desk@ashgrove.example\nSubject: Delivery\n"
        "Message-ID: <report@mx.example>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{text}\n\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\n{fields}\n\n{returned}--b--\n"
    ).encode()


def test_a_report_names_each_address():
    fields = (
        "Original-Recipient: rfc822;Kim@B.example\nFinal-Recipient: rfc822; kim.new@b.example\nAction: failed\n"
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <kim.new@b.example>:\n"
        "    Recipient address rejected: User unknown\n\n"
        "Final-Recipient: rfc822; ada@b.example\nAction: failed\nStatus: 5.2.2\n"
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\n\n"
        "Final-Recipient: rfc822; ben@b.example\nAction: delayed\nStatus: 4.4.1\n\n"
        "Final-Recipient: rfc822; eve@b.example\nAction: delivered\nStatus: 2.0.0\n"
    )
    reading = read(reported(fields))
    assert reading.machine.kind == MachineKind.BOUNCE
    kim, ada, ben = reading.bounces
    assert (kim.address, kim.is_permanent, kim.is_address_at_fault, kim.status) == (
        "kim@b.example",
        True,
        True,
        "5.1.1",
    )
    assert kim.reason == "550 5.1.1 <kim.new@b.example>: Recipient address rejected: User unknown"
    assert (ada.address, ada.is_permanent, ada.is_address_at_fault) == ("ada@b.example", False, False)
    assert (ben.address, ben.is_permanent, ben.is_address_at_fault) == ("ben@b.example", False, False)


def test_a_report_without_words_is_explained_by_its_text():
    text = "Your mail to these people failed:\nkim@b.example\nThe e-mail address could not be found.\n"
    (kim,) = read(reported("Final-Recipient: rfc822; kim@b.example\nAction: failed\nStatus: 5.0.0", text)).bounces
    assert kim.is_address_at_fault
    assert "could not be found" in kim.reason


def test_the_returned_mail_is_named():
    returned = "--b\nContent-Type: message/rfc822\n\nMessage-ID: <ours@ashgrove.example>\nSubject: Printer\n\nHello\n\n"
    fields = "Final-Recipient: rfc822; kim@b.example\nAction: failed\nStatus: 5.1.1"
    assert read(reported(fields, returned=returned)).returned_ids == ("<ours@ashgrove.example>",)
    headers = returned.replace("message/rfc822", "text/rfc822-headers")
    assert read(reported(fields, returned=headers)).returned_ids == ("<ours@ashgrove.example>",)


def test_the_returned_mail_is_named_in_the_text():
    text = "Failed: kim@b.example\n\n--- Below is a copy.\n\nReceived: by x\nMessage-Id: <ours@ashgrove.example>\n"
    message = parsed(b"From: mailer-daemon@mx.example\nMessage-ID: <report@mx.example>\n\n" + text.encode())
    assert returned_ids(message, text) == ("<ours@ashgrove.example>",)


def test_fields_in_the_text():
    text = (
        "Technical report:\n\nReporting-MTA: dsn; mx.example\n\nAction: failed\n"
        "Final-Recipient: rfc822; kim@b.example\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\nStatus: 5.1.1\n"
    )
    (kim,) = free(text)
    assert (kim.address, kim.is_address_at_fault, kim.status) == ("kim@b.example", True, "5.1.1")


@pytest.mark.parametrize(
    "text",
    [
        "Hi. I could not deliver your message.\n\n<kim@b.example>:\n192.0.2.5 does not like recipient.\n"
        "Remote host said: 550 no such user\nGiving up on 192.0.2.5.\n\n"
        "--- Below this line is a copy of the message.\n\n"
        "Received: from ada@c.example 552 quota exceeded\n",
        "A message that you sent could not be delivered to one or more of its recipients. This is a permanent error. "
        "The following address(es) failed:\n\n  kim@b.example\n    host mx.b.example [192.0.2.5]\n"
        "    SMTP error from remote mail server after RCPT TO:<kim@b.example>:\n    550 Unknown user\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        "Return-path: <desk@ashgrove.example>",
        "   ----- The following addresses had permanent fatal errors -----\n<kim@b.example>\n"
        "    (reason: 550 5.1.1 User unknown)\n\n   ----- Transcript of session follows -----\n"
        "... while talking to mx:\n"
        ">>> RCPT To:<kim@b.example>\n<<< 550 5.1.1 User unknown\n550 5.1.1 <kim@b.example>... User unknown",
        "This is the mail system at mx.example. For further assistance, please mail to postmaster@mx.example.\n\n"
        "<kim@b.example>: host mx.b.example[192.0.2.5] said: 550 5.1.1 Recipient address rejected: User unknown in\n"
        "    virtual mailbox table (in reply to RCPT TO command)",
        "Your message\n\n  To:      kim@b.example\n  Subject: Printer\n\n"
        "did not reach the following recipient(s):\n\n"
        "kim@b.example on Mon, 3 Feb 2025\n    The recipient name is not recognized",
        "Unable to deliver message to the following address(es).\n\n<kim@b.example>:\n"
        "Sorry, no mailbox here by that name.",
        "送信できませんでした。\n宛先: kim@b.example\nユーザーが存在しません。",
        "Die Nachricht konnte nicht zugestellt werden:\nkim@b.example\nEmpfänger unbekannt",
    ],
)
def test_reports_in_a_servers_own_words(text):
    (kim,) = free(text)
    assert (kim.address, kim.is_permanent, kim.is_address_at_fault) == ("kim@b.example", True, True)
    assert kim.reason
    assert "\n" not in kim.reason


def test_each_address_has_its_own_reason():
    text = (
        "<kim@b.example>:\nRemote host said: 550 5.1.1 User unknown\n\n"
        "<ada@b.example>:\nRemote host said: 552 5.2.2 Mailbox full\n"
    )
    kim, ada = free(text)
    assert (kim.address, kim.is_address_at_fault) == ("kim@b.example", True)
    assert (ada.address, ada.is_address_at_fault, ada.is_permanent) == ("ada@b.example", False, False)


def test_a_warning_is_temporary():
    text = "Warning: your message to <kim@b.example> has not been delivered yet. We will keep trying for 3 days."
    (kim,) = free(text)
    assert (kim.is_permanent, kim.is_address_at_fault) == (False, False)


def test_who_reports_and_who_is_told_are_not_whom_it_did_not_reach():
    text = "To desk@ashgrove.example:\nYour mail from <desk@ashgrove.example> failed.\nAsk mailer-daemon@mx.example.\n"
    (nobody,) = free(text)
    assert nobody.address == ""


def test_a_mail_to_oneself():
    text = "The following address(es) failed:\n\n  desk@ashgrove.example\n    550 5.1.1 User unknown"
    (desk,) = free(text, head="X-Failed-Recipients: desk@ashgrove.example\n")
    assert (desk.address, desk.is_address_at_fault) == ("desk@ashgrove.example", True)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("550 5.1.1 User doesn't exist: kim@b.example", Fault.NO_SUCH_USER),
        ("550 Requested action not taken: mailbox unavailable", Fault.NO_SUCH_USER),
        ("550 5.4.1 Recipient address rejected: Access denied", Fault.NO_SUCH_USER),
        ("554 delivery error: this user doesn't have an account here", Fault.NO_SUCH_USER),
        ("User kim not listed in the directory", Fault.NO_SUCH_USER),
        ("Adresse inconnue", Fault.NO_SUCH_USER),
        ("El usuario no existe", Fault.NO_SUCH_USER),
        ("550 5.1.1", Fault.NO_SUCH_USER),
        ("Host or domain name not found", Fault.NO_SUCH_HOST),
        ("Domain b.example does not exist", Fault.NO_SUCH_HOST),
        ("550 5.1.2 bad destination system", Fault.NO_SUCH_HOST),
        ("Host not found, try again", Fault.NETWORK),
        ("the recipient has moved; new address is kim@c.example", Fault.MOVED),
        ("556 5.1.10 the domain has a null MX", Fault.TAKES_NO_MAIL),
        ("452 4.2.2 over quota", Fault.FULL),
        ("mailbox unavailable: quota exceeded", Fault.FULL),
        ("552 message size exceeds the limit", Fault.TOO_LARGE),
        ("550 5.2.1 the account is disabled", Fault.CLOSED),
        ("550 sender rejected: user unknown", Fault.SENDER),
        ("550 sender verify failed", Fault.SENDER),
        ("501 invalid domain name in EHLO", Fault.SENDER),
        ("550 5.7.25 no PTR record", Fault.SENDER),
        ("554 5.7.1 Relay access denied", Fault.REFUSED),
        ("550 blocked, see https://user-unknown.example/", Fault.REFUSED),
        ("550 5.7.26 DMARC", Fault.REFUSED),
        ("connection timed out", Fault.NETWORK),
        ("retry timeout exceeded", Fault.NETWORK),
        ("451 internal error", Fault.SYSTEM),
        ("250 fine", None),
    ],
)
def test_faults(words, fault):
    assert fault_of(words, status_in(words)) == fault


TEXTS = st.text(alphabet=st.sampled_from("ab@.<>:; \n\t5041-#"), max_size=300)


@given(TEXTS)
def test_any_text_gives_some_bounce(text):
    found = free(text)
    assert found
    assert all(one.address == one.address.lower() for one in found)


@pytest.mark.parametrize(
    "piece",
    [
        "a@b.example ",
        "a@b.example\n",
        "a.",
        "@",
        "550 ",
        "5.1.1 ",
        "user ",
        "not ",
        "Message-ID: <",
        "<a@b>: x\n",
        "host.",
    ],
)
def test_long_texts_take_little_time(piece):
    text = piece * (400_000 // len(piece))
    message = parsed(b"From: mailer-daemon@mx.example\n\nx")
    begun = time.process_time()
    bounces_in(message, text)
    returned_ids(message, text)
    assert time.process_time() - begun < 3
