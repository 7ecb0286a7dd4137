"""The product's own listener, in processes of its own: whoever hears "250" can forget the mail."""

import contextlib
import smtplib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.intake.conftest import letter
from tests.intake.installed import STORED, without_database
from tests.operations.installation import Installation, free_port

SENDER = "maya@example.org"


class Doors:
    """An SMTP and an LMTP listener of one installation."""

    def __init__(self, installed: Installation) -> None:
        self.installed = installed
        self.ports = {"smtp": free_port(), "lmtp": free_port()}
        self.start()

    def start(self) -> None:
        for name, more in (("smtp", []), ("lmtp", ["--lmtp"])):
            self.installed.start("listen", "--port", str(self.ports[name]), *more)
            self.installed.running[name] = self.installed.running.pop("listen")
        for port in self.ports.values():
            _wait_for(port, self.installed)

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.ports["smtp"], timeout=20)

    def lmtp(self) -> smtplib.LMTP:
        client = smtplib.LMTP("127.0.0.1", self.ports["lmtp"], timeout=20)
        client.ehlo("here")
        return client


def _wait_for(port: int, installed: Installation) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.05)
    raise AssertionError(f"Nobody listens: {installed.said()}")


@pytest.fixture(scope="module")
def doors(installed: Installation) -> Iterator[Doors]:
    one = Doors(installed)
    yield one
    for name in ("smtp", "lmtp"):
        if name in installed.running:
            assert installed.end(name) == 0


def test_a_mail_is_taken_byte_for_byte_for_each_mailbox_it_is_for(doors: Doors) -> None:
    raw = letter("Ünlike\n.a line that begins with a dot\n").as_bytes()
    with doors.smtp() as client:
        client.sendmail(SENDER, ["Desk+tag@example.org", "printing@example.org", "it@example.org"], raw)
        client.sendmail("", ["desk@example.org"], b"Subject: Returned\r\n\r\nNo such user.\r\n")
    assert doors.installed.ask(STORED) == [
        ["Desk", "smtp", SENDER, ["Desk+tag@example.org", "it@example.org"], raw.decode()],
        ["Printing", "smtp", SENDER, ["printing@example.org"], raw.decode()],
        ["Desk", "smtp", "<>", ["desk@example.org"], "Subject: Returned\r\n\r\nNo such user.\r\n"],
    ]


def test_others_are_told_that_there_is_no_such_mailbox_and_a_paused_one_lets_the_sender_wait(doors: Doors) -> None:
    with doors.smtp() as client:
        client.ehlo()
        client.mail(SENDER)
        assert client.rcpt("somebody@example.org") == (
            550,
            b"5.1.1 There is no mailbox <somebody@example.org> here. Please check the address.",
        )
        assert client.rcpt("paused@example.org")[0] == 450
        assert client.rcpt("desk@example.org")[0] == 250


def test_a_new_mailbox_is_known_at_once(doors: Doors) -> None:
    with doors.smtp() as client:
        client.ehlo()
        client.mail(SENDER)
        assert client.rcpt("new@example.org")[0] == 550
        doors.installed.ask(
            "from foredesk.intake.models import Mailbox\nMailbox.objects.create(name='New', address='new@example.org')"
            "\nanswer = 1"
        )
        assert client.rcpt("new@example.org")[0] == 250


def test_the_same_mail_once_more_is_let_in_once(doors: Doors) -> None:
    raw = letter().as_bytes()
    for _ in range(2):
        with doors.smtp() as client:
            client.sendmail(SENDER, ["desk@example.org"], raw)
    assert len(doors.installed.ask(STORED)) == 1


def test_too_large_too_many_and_too_long(doors: Doors) -> None:
    with doors.smtp() as client:
        client.ehlo()
        assert int(client.esmtp_features["size"]) == 40 * 1024 * 1024
        assert client.mail(SENDER, ["size=50000000"])[0] == 552
        client.mail(SENDER)
        said = {client.rcpt(f"desk+{number}@example.org")[0] for number in range(100)}
        assert said == {250}
        assert client.rcpt("desk@example.org")[0] == 452
        assert client.data(b"Subject: One long line\r\n\r\n" + b"x" * 50_000 + b"\r\n")[0] == 250
    assert len(doors.installed.ask(STORED)) == 1


def test_lmtp_answers_for_each_recipient(doors: Doors) -> None:
    """RFC 2033, 4.2: one reply for each accepted recipient after the mail, also when it is refused as a whole."""
    client = doors.lmtp()
    client.mail(SENDER)
    for address, code in (("desk@example.org", 250), ("nobody@example.org", 550), ("printing@example.org", 250)):
        assert client.rcpt(address)[0] == code
    client.putcmd("data")
    assert client.getreply()[0] == 354
    client.send(b"Subject: Twice\r\n\r\nHello.\r\n.\r\n")
    assert [client.getreply()[0], client.getreply()[0]] == [250, 250]
    client.mail(SENDER)
    client.rcpt("desk@example.org")
    client.rcpt("printing@example.org")
    client.putcmd("data")
    client.getreply()
    client.send(b"Subject: A line without an end\r\n\r\n" + b"x" * 1_200_000 + b"\r\n.\r\n")
    assert [client.getreply()[0], client.getreply()[0]] == [500, 500]
    assert client.noop()[0] == 250
    client.quit()
    assert [one[0] for one in doors.installed.ask(STORED)] == ["Desk", "Printing"]


def test_starttls_when_a_certificate_is_there(doors: Doors) -> None:
    with doors.smtp() as client:
        client.ehlo()
        assert client.has_extn("starttls")
        assert client.has_extn("pipelining")
        client.starttls()
        client.ehlo()
        assert not client.has_extn("pipelining")
        client.sendmail(SENDER, ["desk@example.org"], letter().as_bytes())
    assert len(doors.installed.ask(STORED)) == 1


def test_who_ends_its_side_behind_its_mail_is_answered_all_the_same(doors: Doors) -> None:
    """As Exim does: “.” and QUIT at once, and no more to send. Whoever ends in the middle is not waited for."""
    raw = letter("The end").as_bytes()
    begun = f"EHLO here\r\nMAIL FROM:<{SENDER}>\r\nRCPT TO:<desk@example.org>\r\nDATA\r\n".encode()
    for sent, codes in ((begun + raw + b".\r\nQUIT\r\n", ["250", "221"]), (begun + raw, ["250", "354"])):
        with socket.create_connection(("127.0.0.1", doors.ports["smtp"]), timeout=10) as client:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            said = client.makefile("rb").read().decode()
        assert [line[:3] for line in said.splitlines()][-2:] == codes
    assert len(doors.installed.ask(STORED)) == 1


def test_a_busy_listener_asks_to_come_again(doors: Doors) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(doors.smtp())
        with pytest.raises(smtplib.SMTPConnectError) as told:
            doors.smtp()
        assert told.value.smtp_code == 421
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with contextlib.suppress(smtplib.SMTPException), doors.smtp() as client:
            assert client.noop()[0] == 250
            return
    raise AssertionError("It stays busy.")


@pytest.mark.parametrize("after_storing", [False, True])
def test_killed_in_the_middle_or_before_its_answer_nothing_is_lost_or_doubled(
    doors: Doors, after_storing: bool
) -> None:
    """The sender heard no "250", so it sends once more: there is one mail, whatever had been stored."""
    raw = letter(f"Killed {after_storing}").as_bytes()
    client = doors.smtp()
    client.ehlo()
    client.mail(SENDER)
    client.rcpt("desk@example.org")
    client.putcmd("data")
    assert client.getreply()[0] == 354
    if after_storing:
        # The answer is on its way when the listener dies; the sender never reads it.
        client.send(raw + b".\r\n")
        deadline = time.monotonic() + 20
        client.sock.settimeout(0.05)
        while time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                if client.sock.recv(1, socket.MSG_PEEK):
                    break
    else:
        client.send(raw[: len(raw) // 2])
    doors.installed.kill("smtp")
    doors.installed.kill("lmtp")
    client.close()

    doors.start()
    with doors.smtp() as again:
        again.sendmail(SENDER, ["desk@example.org"], raw)
    assert [one[4] for one in doors.installed.ask(STORED)] == [raw.decode()]


def test_without_a_database_the_sender_keeps_its_mail(doors: Doors) -> None:
    """It is there when the conversation begins, and gone when the mail comes."""
    raw = letter().as_bytes()
    with doors.smtp() as client:
        client.ehlo()
        client.mail(SENDER)
        assert client.rcpt("desk@example.org")[0] == 250
        with without_database(doors.installed):
            assert client.data(raw)[0] == 451
            client.mail(SENDER)
            assert client.rcpt("desk@example.org")[0] == 451
        client.rset()
        client.sendmail(SENDER, ["desk@example.org"], raw)
    assert len(doors.installed.ask(STORED)) == 1


def test_a_port_that_is_taken_is_said(installed: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = installed.run("listen", "--port", str(other.getsockname()[1]), expect=1)
    assert "cannot be used" in ended.stderr


def test_an_address_to_listen_on_has_a_port(installed: Installation) -> None:
    ended = installed.run("listen", expect=1, MAIL_LISTEN="localhost")
    assert "localhost is no address to listen on" in ended.stderr
