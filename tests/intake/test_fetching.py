"""Mail is fetched from a real Dovecot: nothing is lost, nothing comes twice, nothing changes there."""

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.core.files.storage import default_storage

from foredesk.attachments.models import Attachment
from foredesk.intake import actions, imap, tokens
from foredesk.intake.actions import fetching
from foredesk.intake.enums import Door, IncomingState, Security, SignIn
from foredesk.intake.jobs import fetch_due
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import alarms
from foredesk.kit import clock
from foredesk.kit.sealing import seal, unseal
from foredesk.mail.models import OutboxMessage
from tests.factories import PersonFactory
from tests.intake.conftest import letter
from tests.intake.dovecot import PASSWORD, Dovecot, dovecot
from tests.intake.provider import Provider, provider
from tests.intake.stubborn import stubborn
from tests.operations.installation import free_port

pytestmark = pytest.mark.django_db
_names = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    with dovecot() as one:
        yield one


@pytest.fixture
def box(server: Dovecot, db: None) -> Mailbox:
    """A mailbox that was looked into once, and was empty."""
    mailbox = make(server)
    assert (look(mailbox), mailbox.error) == (0, "")
    return mailbox


def make(server: Dovecot, **more: object) -> Mailbox:
    user = f"desk{next(_names)}@example.org"
    server.add(user)
    given = {"host": "127.0.0.1", "port": server.port, "security": Security.NONE, "secret": seal(PASSWORD)}
    return Mailbox.objects.create(name=user, address=user, username=user, **(given | more))


def look(mailbox: Mailbox) -> int:
    """Look into it as if it were due."""
    Mailbox.objects.filter(pk=mailbox.pk).update(next_fetch_at=clock.now())
    stored = actions.fetch(mailbox=mailbox.pk, lease=dict(actions.claim_due())[mailbox.pk])
    mailbox.refresh_from_db()
    return stored


def content_of(attachment: Attachment | None) -> bytes:
    assert attachment is not None
    with default_storage.open(attachment.path) as file:
        return file.read()


def raws(mailbox: Mailbox) -> list[bytes]:
    return [content_of(one.raw) for one in mailbox.incoming.order_by("pk")]


def mails(number: int) -> list[bytes]:
    return [letter(f"Number {one}", subject=f"Mail {one}").as_bytes() for one in range(number)]


def test_new_mail_is_stored_byte_for_byte_in_its_order_and_stays_unread(server: Dovecot, box: Mailbox) -> None:
    sent = [*mails(3), b"no mail at all \xff\r\n"]
    server.put(box.address, *sent)
    before = server.flags(box.address)

    assert look(box) == 4

    assert raws(box) == sent
    assert server.flags(box.address) == before
    assert not any(b"Seen" in line for line in before)
    assert {one.door for one in box.incoming.all()} == {Door.IMAP}
    assert (box.error, box.failing_since) == ("", None)
    assert box.fetched_at is not None


def test_what_was_stored_is_not_fetched_again_and_read_mail_is_fetched_all_the_same(
    server: Dovecot, box: Mailbox
) -> None:
    server.put(box.address, *mails(2))
    with server.signed_in(box.address) as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", "\\Seen")
    assert look(box) == 2
    assert look(box) == 0
    server.put(box.address, *mails(1))
    assert look(box) == 1


def test_the_first_look_takes_what_comes_from_then_on_unless_old_mail_is_wanted(server: Dovecot) -> None:
    fresh, old = make(server), make(server, takes_old=True)
    for one in (fresh, old):
        server.put(one.address, *mails(2))
    assert look(fresh) == 0
    assert look(old) == 2
    server.put(fresh.address, *mails(1))
    assert look(fresh) == 1


def test_when_the_server_counts_anew_nothing_is_lost_doubled_or_taken_from_before(server: Dovecot) -> None:
    """Its UIDs mean nothing any more: what came since the first look is fetched again, and let in once."""
    with time_machine.travel(clock.now() - timedelta(days=9), tick=True):
        box = make(server)
    long_ago = '"01-Jan-2020 10:00:00 +0000"'
    with server.signed_in(box.address) as client:
        client.append("INBOX", "", long_ago, b"Subject: From before\r\n\r\nOld.\r\n")
    assert look(box) == 0
    server.put(box.address, *mails(2))
    assert look(box) == 2
    before = box.uid_validity

    server.put(box.address, letter(subject="While it counted anew").as_bytes())
    server.count_anew(box.address)
    look(box)

    assert box.uid_validity != before
    assert box.incoming.count() == 3
    assert not any(b"From before" in raw for raw in raws(box))


def test_a_mail_too_large_waits_in_quarantine_with_its_head(server: Dovecot, box: Mailbox, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1024 * 1024)
    large = letter("x" * 60 + "\n" + ("y" * 70 + "\n") * 40_000, subject="The whole film").as_bytes()
    small = letter(subject="After it").as_bytes()
    server.put(box.address, large, small)

    assert look(box) == 2

    held, other = box.incoming.order_by("pk")
    assert held.state == IncomingState.QUARANTINED
    assert held.reason == "It is larger than 1 MB (2 MB), so only its head was fetched."
    assert b"The whole film" in content_of(held.raw)
    assert held.size < 2000
    assert other.state == IncomingState.STORED


def test_a_crash_between_storing_and_remembering_brings_the_mail_once_more_and_lets_it_in_once(
    server: Dovecot, box: Mailbox, monkeypatch
) -> None:
    server.put(box.address, *mails(3))
    write = fetching._Hold.write

    def crash(hold: object, **what: object) -> None:
        if what.get("last_uid") == 2:
            raise KeyboardInterrupt
        write(hold, **what)

    monkeypatch.setattr(fetching._Hold, "write", crash)
    with pytest.raises(KeyboardInterrupt):
        look(box)
    assert box.incoming.count() == 2
    box.refresh_from_db()
    assert box.last_uid == 1

    monkeypatch.undo()
    look(box)
    assert raws(box) == [content_of(one.raw) for one in Incoming.objects.order_by("pk")]
    assert [b"Number 0" in raws(box)[0], b"Number 1" in raws(box)[1], b"Number 2" in raws(box)[2]] == [True] * 3
    assert box.incoming.count() == 3


def test_whoever_lost_the_mailbox_meanwhile_stops(server: Dovecot, box: Mailbox, monkeypatch) -> None:
    server.put(box.address, *mails(3))
    store = fetching.store

    def pause(**what: object) -> Incoming:
        Mailbox.objects.filter(pk=box.pk).update(is_active=False)
        return store(**what)

    monkeypatch.setattr(fetching, "store", pause)
    look(box)
    assert box.incoming.count() == 1
    assert box.last_uid == 0
    assert (box.error, actions.claim_due()) == ("", [])


def test_each_mailbox_is_claimed_by_one_worker(box: Mailbox) -> None:
    Mailbox.objects.update(next_fetch_at=clock.now())
    [(_pk, lease)] = actions.claim_due()
    assert actions.claim_due() == []
    assert actions.fetch(mailbox=box.pk, lease=lease - timedelta(seconds=1)) == 0
    with time_machine.travel(lease + timedelta(seconds=1)):
        assert [pk for pk, _lease in actions.claim_due()] == [box.pk]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"folder": "Nowhere"}, "There is no folder “Nowhere” that this account may read."),
        ({"host": "nowhere.invalid"}, "Nobody knows a server called nowhere.invalid."),
        ({"security": Security.STARTTLS}, "The certificate is not valid for 127.0.0.1."),
    ],
)
def test_what_goes_wrong_is_said_plainly_and_the_mailbox_rests_longer_each_time(
    server: Dovecot, box: Mailbox, change: dict[str, object], says: str
) -> None:
    Mailbox.objects.filter(pk=box.pk).update(**change)
    look(box)
    assert box.error.startswith(says)
    since = box.failing_since
    assert since is not None
    with time_machine.travel(since + timedelta(minutes=6), tick=False):
        look(box)
        assert box.failing_since == since
        assert box.next_fetch_at == clock.now() + timedelta(minutes=6)
    Mailbox.objects.filter(pk=box.pk).update(
        secret=seal(PASSWORD), folder="INBOX", host="127.0.0.1", security=Security.NONE
    )
    look(box)
    assert (box.error, box.failing_since) == ("", None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"secret": seal("wrong")}, "The server does not accept this name and password."),
        ({"secret": "not a seal"}, "The kept password cannot be read any more"),
    ],
)
def test_refused_twice_it_is_an_alarm_at_once_and_the_account_is_not_locked_by_us(
    server: Dovecot, box: Mailbox, change: dict[str, object], says: str
) -> None:
    lead = PersonFactory(lead=True)
    Mailbox.objects.filter(pk=box.pk).update(**change)
    look(box)
    assert box.error.startswith(says)
    assert (box.refusals, alarms()) == (1, [])
    assert box.next_fetch_at - clock.now() < timedelta(minutes=2)
    with time_machine.travel(box.next_fetch_at, tick=True):
        look(box)
        assert [alarm.kind for alarm in alarms()] == ["refused"]
        assert box.next_fetch_at - clock.now() > timedelta(minutes=14)
        [mail] = OutboxMessage.objects.filter(about=f"mailbox:{box.pk}")
        assert mail.to == lead.email
        assert says in mail.text
        look(box)
        assert OutboxMessage.objects.filter(about=f"mailbox:{box.pk}").count() == 1
        Mailbox.objects.filter(pk=box.pk).update(secret=seal(PASSWORD))
        look(box)
    assert (box.error, box.refusals, alarms()) == ("", 0, [])


@pytest.mark.parametrize(
    ("said", "is_refusal"),
    [
        ("NO AUTHENTICATE failed.", True),
        ("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", True),
        ("NO [EXPIRED] Your password has expired.", True),
        ("NO [UNAVAILABLE] Temporary authentication failure.", False),
        ("NO [LIMIT] Rate limit hit.", False),
        ("NO [ALERT] Too many simultaneous connections. (Failure)", False),
        ("BAD Server is busy", False),
    ],
)
def test_a_server_that_cannot_look_now_refuses_nobody(box: Mailbox, said: str, is_refusal: bool) -> None:
    with stubborn() as one:
        one.signs_in = said
        Mailbox.objects.filter(pk=box.pk).update(port=one.port)
        look(box)
        look(box)
    assert bool(alarms()) is is_refusal
    if not is_refusal:
        assert box.error.startswith("The server lets nobody in at the moment.")


def test_nothing_listens_there_or_speaks_something_else(box: Mailbox) -> None:
    Mailbox.objects.filter(pk=box.pk).update(port=free_port())
    look(box)
    assert box.error.startswith("Nothing listens at 127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=lambda: other.accept()[0].sendall(b"SSH-2.0-other\r\n"), daemon=True).start()
        Mailbox.objects.filter(pk=box.pk).update(port=other.getsockname()[1])
        look(box)
    assert box.error.startswith("Something answers at 127.0.0.1")


def test_a_server_that_says_nothing_is_left_after_a_while(box: Mailbox, monkeypatch) -> None:
    monkeypatch.setattr(imap, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Mailbox.objects.filter(pk=box.pk).update(port=silent.getsockname()[1])
        look(box)
    assert box.error.startswith("Nothing answers at 127.0.0.1")


def test_what_cannot_be_stored_stays_at_the_server(server: Dovecot, box: Mailbox, monkeypatch) -> None:
    server.put(box.address, *mails(1))

    def full(**what: object) -> Incoming:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching, "store", full)
    look(box)
    assert box.error.startswith("What came could not be stored here")
    assert box.last_uid == 0
    monkeypatch.undo()
    assert look(box) == 1


def test_tls_with_a_certificate_that_is_known(server: Dovecot, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "certificate.pem"))
    at_once = make(server, takes_old=True, security=Security.TLS, port=server.tls_port)
    later = make(server, takes_old=True, security=Security.STARTTLS)
    for one in (at_once, later):
        server.put(one.address, *mails(1))
        assert look(one) == 1, one.error


def test_a_password_beyond_ascii_signs_in(server: Dovecot) -> None:
    box = make(server, secret=seal("пароль"), takes_old=True)
    server.add(f"x{box.username}", "пароль")
    Mailbox.objects.filter(pk=box.pk).update(username=f"x{box.username}")
    look(box)
    assert box.error == ""


@pytest.mark.django_db(transaction=True)
def test_the_job_looks_into_what_is_due(server: Dovecot) -> None:
    mailboxes = [make(server, takes_old=True) for _ in range(2)]
    for one in mailboxes:
        server.put(one.address, *mails(2))
    fetch_due()
    assert [one.incoming.count() for one in mailboxes] == [2, 2]


# --- Signing in with a token ---------------------------------------------------------------------------


@pytest.fixture
def token_box(server: Dovecot, db: None) -> Iterator[tuple[Mailbox, Provider]]:
    tokens._known.clear()
    box = make(server, sign_in=SignIn.XOAUTH2, secret="", client_id="foredesk", client_secret=seal("client secret"))
    with provider(server.token_port, box.username) as one:
        Mailbox.objects.filter(pk=box.pk).update(token_url=one.url, scope="mail", takes_old=True)
        server.put(box.address, *mails(1))
        yield box, one


def test_a_client_with_its_secret_gets_a_token_which_is_kept_in_memory_only(token_box: tuple[Mailbox, Provider]):
    box, one = token_box
    assert look(box) == 1, box.error
    assert look(box) == 0
    assert [asked["grant_type"] for asked in one.asked] == ["client_credentials"]
    stored = " ".join(map(str, Mailbox.objects.filter(pk=box.pk).values_list()[0]))
    assert "token1" not in stored
    assert "client secret" not in stored


def test_a_refresh_token_is_used_and_its_successor_kept_sealed(token_box: tuple[Mailbox, Provider]) -> None:
    box, one = token_box
    one.rotates = True
    Mailbox.objects.filter(pk=box.pk).update(secret=seal("refresh 1"))
    assert look(box) == 1, box.error
    assert one.asked[-1]["refresh_token"] == "refresh 1"
    assert unseal(box.secret) == one.refresh != "refresh 1"
    tokens._known.clear()
    look(box)
    assert box.error == ""


def test_a_token_that_the_mail_server_does_not_take_is_asked_for_anew(token_box: tuple[Mailbox, Provider]) -> None:
    box, one = token_box
    look(box)
    one.tokens.clear()
    look(box)
    assert box.error.startswith("The server lets nobody in at the moment.")  # so this Dovecot says
    look(box)
    assert box.error == ""
    assert len(one.asked) == 2


def test_a_secret_that_expired_is_said_plainly_and_never_logged(
    token_box: tuple[Mailbox, Provider], caplog: pytest.LogCaptureFixture
) -> None:
    box, one = token_box
    one.secret = "another"
    with caplog.at_level(logging.DEBUG):
        look(box)
    assert box.error == (
        "The provider gives no access: the secret has expired or was withdrawn. Make a new one there. "
        "(invalid_client The secret has expired.)"
    )
    assert "client secret" not in caplog.text


@pytest.mark.parametrize(("error", "kinds"), [("invalid_grant", ["refused"]), ("temporarily_unavailable", [])])
def test_a_provider_that_refuses_twice_is_an_alarm_unless_it_passes(
    token_box: tuple[Mailbox, Provider], error: str, kinds: list[str]
) -> None:
    box, one = token_box
    one.fails_with = error
    for _ in range(2):
        look(box)
    assert [alarm.kind for alarm in alarms()] == kinds


def test_a_token_address_outside_this_machine_needs_https(token_box: tuple[Mailbox, Provider]) -> None:
    box, one = token_box
    Mailbox.objects.filter(pk=box.pk).update(token_url="http://tokens.example.org/")
    look(box)
    assert "has to begin with https://" in box.error
    assert one.asked == []
