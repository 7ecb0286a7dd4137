"""A message that its server does not hand out holds up nothing else, is asked for again, and then waits for people."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from foredesk.intake import actions, imap
from foredesk.intake.actions import fetching, mailboxes
from foredesk.intake.actions.withheld import PAUSES
from foredesk.intake.enums import IncomingState, Security
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import quarantine
from foredesk.intake.rules.providers import Fetching
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.kit.sealing import seal
from foredesk.people.models import Person
from tests.factories import PersonFactory
from tests.intake.conftest import letter
from tests.intake.dovecot import Dovecot
from tests.intake.stubborn import Stubborn, stubborn
from tests.intake.test_fetching import content_of, look, make, server  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
# From now on, when it is asked for a second and a third time.
LATER = [sum(PAUSES[: number + 1], timedelta(seconds=20)) for number in range(len(PAUSES))]


@pytest.fixture
def stub() -> Iterator[Stubborn]:
    with stubborn() as one:
        yield one


@pytest.fixture
def box(stub: Stubborn, db: None) -> Mailbox:
    """A mailbox in which one mail was taken in long ago."""
    one = Mailbox.objects.create(
        name="Desk", address="desk@example.org", host="127.0.0.1", port=stub.port, security=Security.NONE,
        username="desk", secret=seal("secret"), uid_validity=stub.validity, last_uid=1,
    )  # fmt: skip
    stub.mails[1] = mail("Long ago")
    return one


@pytest.fixture
def lead(db: None) -> Person:
    return PersonFactory(lead=True)


def mail(subject: str) -> bytes:
    return letter(f"About {subject}.", subject=subject).as_bytes()


def subjects(box: Mailbox, state: str = IncomingState.STORED) -> list[str]:
    """Of the mails in a state that are here whole, as their bytes say."""
    stored = box.incoming.filter(state=state).order_by("pk")
    return [content_of(one.raw).split(b"Subject: ")[1].split(b"\r\n")[0].decode() for one in stored]


def looks(box: Mailbox) -> None:
    """A look, and one more after each pause: as often as a message is asked for by itself."""
    look(box)
    for pause in LATER:
        with time_machine.travel(clock.now() + pause, tick=True):
            look(box)


def held(box: Mailbox) -> Incoming:
    return box.incoming.get(uid__isnull=False)


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("no", "[SERVERBUG] Server error while fetching"),
        ("no size", "[SERVERBUG] Server error while fetching"),
        ("bad", "Command Error. 12"),
        ("nil", "nothing about it"),
    ],
)
def test_what_is_refused_holds_up_nothing_and_waits_in_quarantine_after_three_tries(
    stub: Stubborn, box: Mailbox, lead: Person, mood: str, said: str
) -> None:
    stub.mails |= {2: mail("Before"), 3: mail("Broken"), 4: mail("After")}
    stub.moods[3] = mood

    look(box)

    assert (subjects(box), box.last_uid, box.error) == (["Before", "After"], 4, "")
    assert (held(box).state, held(box).uid, held(box).raw) == (IncomingState.WITHHELD, 3, None)
    assert not quarantine(lead).exists()
    look(box)
    assert held(box).attempts == 1  # not yet due

    with time_machine.travel(clock.now() + LATER[0], tick=True):
        look(box)
        assert held(box).attempts == 2
    with time_machine.travel(clock.now() + LATER[1], tick=True):
        look(box)
    [waiting] = quarantine(lead)
    assert waiting.reason == (
        f"Its mail server would not hand it out, however often it was asked (UID 3, it said: {said}). "
        "Nothing of it is here. Whoever runs the server can look at it; then fetch it once more."
    )
    assert box.error == ""
    with time_machine.travel(clock.now() + timedelta(days=1), tick=True):
        before = list(stub.wanted)
        look(box)
    assert stub.wanted == before  # nobody asks any more, until somebody wants it


def test_tried_again_it_comes_once_and_is_read(stub: Stubborn, box: Mailbox, lead: Person) -> None:
    stub.mails[2] = mail("Broken")
    stub.moods[2] = "no body"
    looks(box)
    [waiting] = quarantine(lead)
    assert (waiting.subject, waiting.sender) == ("Broken", "maya@ashgrove.example")  # its head was to be had
    assert b"About" not in content_of(waiting.raw)
    assert "Only its head is here." in waiting.reason
    head = waiting.raw.path

    actions.retry(by=lead, mail=waiting)
    look(box)
    assert held(box).state == IncomingState.QUARANTINED  # still broken: back at once

    stub.moods.clear()
    assert actions.retry_all(by=lead) == 1
    assert look(box) == 1
    [whole] = box.incoming.all()
    assert (whole.pk, whole.state, whole.uid, whole.reason) == (waiting.pk, IncomingState.STORED, None, "")
    assert content_of(whole.raw) == stub.mails[2]
    assert whole.raw.path != head
    assert actions.file_mail(whole.pk)
    whole.refresh_from_db()
    assert (whole.state, whole.ticket.subject) == (IncomingState.FILED, "Broken")
    assert look(box) == 0


def test_what_passes_is_never_in_quarantine(stub: Stubborn, box: Mailbox) -> None:
    stub.mails |= {2: mail("Shy"), 3: mail("Plain")}
    stub.moods[2] = "no"
    look(box)
    stub.moods.clear()
    with time_machine.travel(clock.now() + LATER[0], tick=True):
        assert look(box) == 1
    assert sorted(subjects(box)) == ["Plain", "Shy"]
    assert box.incoming.filter(uid=None).count() == 2


@pytest.mark.parametrize(("mood", "looks"), [("hangs up", 1), ("hangs up early", 2)])
def test_a_message_at_which_the_server_hangs_up_is_found_and_left_for_the_end(
    stub: Stubborn, box: Mailbox, mood: str, looks: int
) -> None:
    stub.mails |= {2: mail("Broken"), 3: mail("After")}
    stub.moods[2] = mood
    for _ in range(looks):
        look(box)
        assert box.failing_since is not None  # it might be the network
    look(box)
    assert (subjects(box), box.error) == (["After"], "")
    for pause in LATER:
        with time_machine.travel(clock.now() + pause, tick=True):
            look(box)
            assert box.error == ""
    assert held(box).state == IncomingState.QUARANTINED


def test_a_server_that_refuses_everything_is_at_fault_and_no_message(stub: Stubborn, box: Mailbox) -> None:
    stub.mails |= {2: mail("One"), 3: mail("Two")}
    stub.refuses_all = True
    looks(box)
    assert box.error.startswith("The server hands out no mail at the moment.")
    assert (box.last_uid, box.incoming.count()) == (1, 0)
    stub.refuses_all = False
    assert look(box) == 2
    assert box.error == ""


def test_another_message_that_is_broken_too_does_not_make_it_the_servers_fault(stub: Stubborn, box: Mailbox) -> None:
    stub.mails |= {2: mail("Broken"), 3: mail("Broken too"), 4: mail("After")}
    stub.moods |= {1: "hangs up", 2: "no", 3: "bad"}
    for _ in range(3):  # each finds one of the broken
        look(box)
    assert (subjects(box), box.error) == (["After"], "")


def test_the_only_message_of_a_folder_is_given_up_too(stub: Stubborn, box: Mailbox) -> None:
    stub.mails = {2: mail("Alone")}
    stub.moods[2] = "no"
    looks(box)
    assert held(box).state == IncomingState.QUARANTINED


def test_too_large_is_fetched_once_more_when_the_limit_allows(
    stub: Stubborn, box: Mailbox, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100)
    stub.mails[2] = mail("Film")
    look(box)
    [waiting] = quarantine(lead)
    assert (waiting.subject, waiting.uid) == ("Film", 2)
    actions.retry(by=lead, mail=waiting)
    look(box)
    assert quarantine(lead).get().reason.startswith("It is larger than")
    monkeypatch.undo()
    actions.retry(by=lead, mail=waiting)
    assert look(box) == 1
    assert subjects(box) == ["Film"]
    assert not quarantine(lead).exists()


def test_deleted_at_the_server_or_come_by_another_way_meanwhile(stub: Stubborn, box: Mailbox, lead: Person) -> None:
    stub.mails |= {2: mail("Deleted"), 3: mail("Twice")}
    stub.moods |= {2: "no", 3: "no"}
    looks(box)
    actions.store(raw=stub.mails[3], door="smtp", mailbox=box)
    assert actions.retry_all(by=lead) == 2
    del stub.mails[2]
    stub.moods.clear()
    look(box)
    assert subjects(box) == ["Twice"]
    aside = box.incoming.filter(state=IncomingState.SET_ASIDE).order_by("pk")
    assert [one.reason for one in aside] == [
        "Its mail server did not hand it out, and does not have it any more (UID 2).",
        "The same mail has come in by another way.",
    ]


def test_when_the_server_counts_anew_it_is_one_row_still_and_no_other_mail_is_taken_for_it(
    stub: Stubborn, box: Mailbox, lead: Person
) -> None:
    stub.mails[2] = broken = mail("Broken")
    stub.moods[2] = "no body"
    looks(box)
    stub.validity, stub.mails = 8, {1: mail("Another"), 2: mail("One more"), 5: broken}
    stub.moods = {5: "no body"}
    [waiting] = quarantine(lead)
    Mailbox.objects.update(uid_validity=8, last_uid=0)
    with pytest.raises(Refused, match="numbered its mails anew"):
        actions.retry(by=lead, mail=waiting)
    assert actions.retry_all(by=lead) == 0
    Mailbox.objects.update(uid_validity=7, last_uid=2)
    look(box)
    assert sorted(subjects(box)) == ["Another", "One more"]
    assert (held(box).pk, held(box).uid) == (waiting.pk, 5)
    stub.moods.clear()
    actions.retry(by=lead, mail=waiting)
    look(box)
    assert sorted(subjects(box)) == ["Another", "Broken", "One more"]


def test_what_has_another_number_now_or_lies_in_another_account_is_for_people(
    stub: Stubborn, box: Mailbox, lead: Person
) -> None:
    stub.mails[2] = mail("Broken")
    stub.moods[2] = "no"
    look(box)
    stub.validity, stub.mails = 8, {2: mail("Another")}
    stub.moods.clear()
    look(box)
    [waiting] = quarantine(lead)
    assert "it comes under another number" in waiting.reason
    stub.mails[3], stub.moods[3] = mail("Broken too"), "no"
    look(box)
    fetching = Fetching(host="127.0.0.1", port=stub.port, security=Security.NONE, username="other", secret="secret")
    mailboxes.fetch_from(by=lead, mailbox=box, fetching=fetching)
    look(box)  # another account, whose folder happens to have the same UIDVALIDITY
    assert quarantine(lead).count() == 2
    assert actions.retry_all(by=lead) == 0


def test_a_mailbox_that_is_fetched_no_longer_leaves_nothing_waiting(stub: Stubborn, box: Mailbox, lead: Person) -> None:
    stub.mails[2] = mail("Broken")
    stub.moods[2] = "no"
    look(box)
    mailboxes.hand_over(by=lead, mailbox=box)
    [waiting] = quarantine(lead)
    with pytest.raises(Refused, match="not fetched at the moment"):
        actions.retry(by=lead, mail=waiting)


def test_a_mail_that_drips_is_cut_off_and_the_others_come(
    stub: Stubborn, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte is in time for TIMEOUT; only the whole takes too long."""
    monkeypatch.setattr(imap, "LONGEST", 0.4)
    stub.mails |= {2: mail("Dripping"), 3: mail("After")}
    stub.moods[2] = "drips"
    look(box)
    assert box.error.startswith("The connection to 127.0.0.1 broke off.")
    assert held(box).uid == 2
    look(box)
    assert (subjects(box), box.error) == (["After"], "")


@pytest.mark.parametrize("how", ["cut", "nowhere"])
def test_a_dovecot_whose_file_of_one_mail_is_broken(
    server: Dovecot,  # noqa: F811
    lead: Person,
    how: str,
) -> None:
    """It hangs up in the middle of the one, and of the other it says that there is nothing in it."""
    box = make(server, takes_old=True)
    server.put(box.address, mail("Before"), mail("Broken"), mail("After"))
    server.spoil(box.address, b"About Broken.", how)
    look(box)
    looks(box)
    assert subjects(box) == ["Before", "After"]
    [waiting] = quarantine(lead)
    assert "UID 2" in waiting.reason


def test_its_page_says_what_is_the_matter_and_fetches_it(stub: Stubborn, box: Mailbox, lead: Person, client) -> None:
    stub.mails[2] = mail("Broken")
    stub.moods[2] = "no body"
    client.force_login(lead)
    look(box)
    page = reverse("intake:incoming", args=[held(box).pk])
    assert "Foredesk asks for it again by itself" in client.get(page).content.decode()
    assert "Broken" in client.get(reverse("intake:log"), {"state": "stored"}).content.decode()
    for pause in LATER:
        with time_machine.travel(clock.now() + pause, tick=True):
            look(box)
    said = client.get(page).content.decode()
    for words in ("It is not here whole", "Fetch it once more", "Its head, as it came", "would not hand it out"):
        assert words in said
    answer = client.post(reverse("intake:attempt", args=[held(box).pk]), follow=True)
    assert "is asked for it at the next look" in answer.content.decode()
    assert held(box).state == IncomingState.WITHHELD
