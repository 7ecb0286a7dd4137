"""Mails that pretend, come back, come twice or come too late for the worker who reads them."""

import errno
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection

from foredesk.intake.actions import caps, file_mail, file_waiting, store
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import MAILBOXES
from foredesk.intake.rules.links import answer_path
from foredesk.kit import clock
from foredesk.mail.enums import NotSent
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import confirm_restatement, offer_solution, reply, restate
from foredesk.tickets.models import Solution, Ticket

from .conftest import DESK, letter, our_mail

ZED = "Zed <zed@elsewhere.example>"
DATE = "Wed, 25 Nov 2026 10:00:00 +0000"


@pytest.fixture
def offered(asked, maya, tomas) -> Solution:
    confirm_restatement(by=maya, restatement=restate(by=tomas, ticket=asked, text="You want to print."))
    return offer_solution(by=tomas, ticket=asked, text="It had no paper.")


class TestOnlyTheNumber:
    """Whoever knows an address of somebody and the number of their request writes both into a mail."""

    def test_it_says_something_and_decides_nothing(self, arrive, asked, offered):
        mail = arrive(words="Yes, it works.", subject=f"Re: Printer [{asked.pk}]")
        offered.refresh_from_db()
        assert offered.answer == ""
        assert (mail.ticket, mail.message.body) == (asked, "Yes, it works.")

    def test_nobody_reads_along_because_of_it(self, arrive, asked, maya):
        mail = arrive(words="One more thing.", subject=f"Re: Printer [{asked.pk}]", cc=ZED)
        assert mail.ticket == asked
        assert not asked.followers.exists()
        arrive(words="And one more.", answers=our_mail(asked, maya, "acknowledged"), cc=ZED)
        assert [one.person.email for one in asked.followers.all()] == ["zed@elsewhere.example"]


class TestComingBack:
    def test_our_own_words_over_a_list_that_hides_whose_they_are(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        ours = our_mail(asked, maya, "reply")
        mail = letter("Which one?", sender="Staff list <staff@ashgrove.example>", answers=ours)
        del mail["Message-ID"]
        mail["Message-ID"] = ours
        came = arrive(mail)
        assert (came.became, came.ticket, came.message) == (Became.MACHINE, asked, None)

    def test_machines_with_a_new_address_each_time(self, arrive, maya, monkeypatch):
        monkeypatch.setattr(caps, "MOST_NEW_ANSWERED_AN_HOUR", 2)
        for number in range(4):
            arrive(words="We have your message.", sender=f"ticket+{number}@elsewhere.example", subject=f"Case {number}")
        told = OutboxMessage.objects.filter(kind="acknowledged", to__startswith="ticket+").order_by("pk")
        assert [one.not_sent_because for one in told] == ["", "", NotSent.CAP, NotSent.CAP]
        arrive(words="The printer again.")  # whoever is known here is not held up by them
        assert OutboxMessage.objects.filter(to=maya.email, kind="acknowledged").latest("pk").not_sent_because == ""


class TestComingTwice:
    @pytest.fixture
    def rooms(self, desk) -> Mailbox:
        MAILBOXES.forget()
        return Mailbox.objects.create(name="Rooms", address="rooms@ashgrove.example")

    def test_directly_and_over_a_list(self, arrive, maya):
        direct = letter(Date=DATE)
        listed = letter(
            f"{direct.get_content()}\n-- \nTo unsubscribe: https://lists.example", Date=DATE, List_Id="<s.x>"
        )
        del listed["Message-ID"]
        listed["Message-ID"] = direct["Message-ID"]
        first, second = arrive(direct), arrive(listed)
        assert (second.became, second.ticket) == (Became.COPY, first.ticket)
        assert Ticket.objects.count() == 1

    def test_a_machine_with_one_id_for_all_is_heard_each_time(self, arrive):
        for minute in range(3):
            mail = letter(
                f"Toner {minute}", sender="printer@ashgrove.example", Date=f"Wed, 25 Nov 2026 10:0{minute}:00 +0000"
            )
            del mail["Message-ID"]
            mail["Message-ID"] = "<always@printer>"
            arrive(mail)
        assert Ticket.objects.count() == 3

    def test_by_two_mailboxes_and_two_workers(self, desk, rooms, maya):
        """The second worker finds the second one before the first has found its place."""
        raw = letter(to=f"{DESK}, rooms@ashgrove.example").as_bytes()
        first, second = (store(raw=raw, door=Door.SMTP, mailbox=box) for box in (desk, rooms))
        assert not file_mail(second.pk)
        assert file_mail(first.pk)
        with clock.at(clock.now() + timedelta(seconds=5)):
            assert file_waiting() == 1
        second.refresh_from_db()
        assert (second.became, Ticket.objects.count()) == (Became.COPY, 1)


class TestWorkers:
    def test_whoever_is_too_late_changes_nothing(self, desk, maya):
        mail = store(raw=letter().as_bytes(), door=Door.SMTP, mailbox=desk)
        Incoming.objects.filter(pk=mail.pk).update(attempts=2)
        claimed: list[str] = []

        def and_then_another_worker(execute: Any, sql: str, *more: Any) -> Any:
            done = execute(sql, *more)
            if sql.startswith("UPDATE") and "intake_incoming" in sql and not claimed:
                claimed.append(sql)
                Incoming.objects.filter(pk=mail.pk).update(state=IncomingState.FILED, attempts=4)
            return done

        with connection.execute_wrapper(and_then_another_worker):
            assert not file_mail(mail.pk)
        mail.refresh_from_db()
        assert (mail.state, mail.reason) == (IncomingState.FILED, "")
        assert not Ticket.objects.exists()

    def test_a_full_disk_is_no_fault_of_the_mail(self, desk, maya, settings, tmp_path):
        mail = letter()
        mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="rooms.pdf")
        stored = store(raw=mail.as_bytes(), door=Door.SMTP, mailbox=desk)
        usual = settings.STORAGES
        settings.STORAGES = {**usual, "default": {"BACKEND": f"{__name__}.FullDisk"}}
        for turn in range(5):
            with clock.at(clock.now() + timedelta(minutes=turn)):
                assert not file_mail(stored.pk)
        stored.refresh_from_db()
        assert (stored.state, stored.attempts) == (IncomingState.STORED, 0)
        settings.STORAGES = usual
        with clock.at(clock.now() + timedelta(minutes=9)):
            assert file_mail(stored.pk)
        assert Ticket.objects.get().interview.attachments.count() == 1


class FullDisk(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", str(Path(name)))


def test_a_quoted_link_answers_for_nobody_else(arrive, asked, offered, maya, tomas, client):
    path = answer_path(maya, asked, "solution", offered.pk)
    token = path.split("/")[-2]
    words = f"Not yet, it blinks.\n\n> Does it help? https://desk.example{path}?answer=yes\n"
    mail = letter(words, answers=our_mail(asked, maya, "solution"))
    safe = f"https://safe.example/?url={quote(f'https://desk.example{path}', safe='')}"
    mail.add_alternative(f'<p>Not yet.</p><a href="{safe}">Yes</a>', "html")
    came = arrive(mail)
    assert "/answer/…/?answer=yes" in came.text
    client.force_login(tomas)
    for part in ("", "body"):
        page = client.get(f"/requests/{asked.pk}/mails/{came.pk}/{part}")
        assert page.status_code == 200
        assert token.split(":")[-1] not in page.content.decode()
    assert page["X-DNS-Prefetch-Control"] == "off"
