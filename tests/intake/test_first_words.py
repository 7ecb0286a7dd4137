"""What a mail that begins a request says, who wrote it, and who hears of it."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Mailbox
from foredesk.intake.queries import MAILBOXES, mails_of
from foredesk.kit import clock
from foredesk.kit.signing import mark
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import (
    offer_solution,
    reply,
    restate,
    take,
    wait_for,
    withdraw,
)
from foredesk.tickets.enums import Holder, State
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import what_next
from tests.intake.mails import PNG

from .conftest import DESK, letter, our_mail

BEN = "Ben Osei <ben@ashgrove.example>"


class TestNewOnes:
    def test_a_title_without_what_programs_put_before_it(self, arrive, maya):
        assert arrive(subject="Re: AW: The beamer").ticket.subject == "The beamer"

    def test_too_late_it_keeps_its_title(self, arrive, asked, maya):
        withdraw(by=maya, ticket=asked)
        with clock.at(clock.now() + timedelta(days=asked.service_class.reopens_days, hours=1)):
            mail = arrive(
                words="Again.",
                subject=f"Re: Closed: Printer [{asked.pk}]",
                answers=our_mail(asked, maya, "acknowledged"),
            )
        assert mail.ticket.subject == "Printer"

    def test_all_of_a_long_subject_is_kept(self, arrive, maya):
        subject = "The projector in room 12 shows nothing since this morning " * 4
        ticket = arrive(subject=subject, words="Thanks\nMaya").ticket
        assert ticket.subject.endswith("…")
        assert " ".join(subject.split()) in ticket.interview.goal

    def test_what_is_passed_on_is_what_it_is_about(self, arrive, maya):
        passed = (
            "---------- Forwarded message ---------\nFrom: Ben <ben@x.example>\nDate: Wed, 25 Nov 2026\nSubject: x\n\n"
        )
        ticket = arrive(subject="Fwd: projector", words=f"Can you do this?\n\n{passed}It needs a lamp.").ticket
        assert "Can you do this?" in ticket.interview.goal
        assert "It needs a lamp." in ticket.interview.goal

    def test_the_number_of_another_desk_is_not_ours(self, arrive, asked, maya):
        theirs = f"<77.{mark('of another desk')}@desk.elsewhere.example>"
        assert arrive(subject=f"Re: Their printer [{asked.pk}]", answers=theirs).ticket != asked

    def test_the_same_mail_at_two_mailboxes_waits_its_turn(self, arrive, desk, maya):
        other = Mailbox.objects.create(name="Rooms", address="rooms@ashgrove.example")
        MAILBOXES.forget()
        raw = letter(to=f"{DESK}, rooms@ashgrove.example").as_bytes()
        first, second = (store(raw=raw, door=Door.SMTP, mailbox=box) for box in (desk, other))
        assert not file_mail(second.pk)
        assert file_mail(first.pk)
        with clock.at(clock.now() + timedelta(seconds=10)):
            assert file_mail(second.pk)
        second.refresh_from_db()
        assert (second.became, Ticket.objects.count()) == (Became.COPY, 1)


class TestInSomebodysName:
    def test_a_group_that_writes_its_own_address_before_the_mail(self, arrive, maya):
        mail = arrive(
            sender=f"'Maya Ortiz' via Desk <{DESK}>",
            X_Original_From="Maya Ortiz <maya@ashgrove.example>",
            List_Id="<desk>",
        )
        assert (mail.became, mail.person, mail.sender) == (Became.REQUEST, maya, maya.email)

    def test_a_web_form(self, arrive, maya):
        mail = arrive(sender="Contact <no-reply@ashgrove.example>", Reply_To="Maya Ortiz <maya@ashgrove.example>")
        assert mail.person == maya

    def test_our_own_mail_stays_ours(self, arrive, maya):
        assert arrive(sender=DESK, Reply_To=DESK).state == IncomingState.SET_ASIDE

    def test_an_automatic_reply_that_names_no_id(self, arrive, asked, maya):
        subject = f"Automatic reply: We have your request: Printer [{asked.pk}]"
        mail = arrive(words="I am away.", subject=subject)
        assert (mail.became, mail.ticket) == (Became.MACHINE, asked)
        assert arrive(words="Away too.", subject=subject, sender=BEN).state == IncomingState.SET_ASIDE

    def test_an_automatic_reply_that_calls_itself_generated(self, arrive, maya):
        mail = arrive(words="I am away.", subject="Automatic reply: Exam sheets", Auto_Submitted="auto-generated")
        assert (mail.state, mail.machine) == (IncomingState.SET_ASIDE, "auto_reply")

    @pytest.mark.parametrize(
        ("sender", "name", "first"),
        [
            ('"Duarte, Ines" <ines@ashgrove.example>', "Ines Duarte", "Ines"),
            ('"Dr. Duarte, Ines (Biology)" <ines@ashgrove.example>', "Dr. Ines Duarte", "Ines"),
            ('"van der Berg, Anna Maria, PhD" <avdb@ashgrove.example>', "Anna Maria van der Berg", "Anna"),
            ("ines.duarte2@ashgrove.example", "Ines Duarte", "Ines"),
            ('"ines@ashgrove.example" <ines@ashgrove.example>', "ines", "ines"),
            ("Ines Duarte via Staff <ines@ashgrove.example>", "Ines Duarte", "Ines"),
            ("INFO Registry <info@ashgrove.example>", "INFO Registry", "INFO"),
        ],
    )
    def test_people_are_called_by_their_names(self, arrive, sender, name, first):
        mail = arrive(sender=sender)
        assert (mail.person.full_name, mail.person.first_name) == (name, first)
        assert f"Thank you, {first}." in OutboxMessage.objects.get(to=mail.person.email).text

    def test_and_so_they_are_on_the_page(self, arrive, maya, tomas):
        sender = '"Duarte, Ines (Biology)" <ines@ashgrove.example>'
        ticket = arrive(sender=sender).ticket
        restate(by=tomas, ticket=ticket, text="You want to print.")
        arrive(words="Yes", sender=sender, answers=our_mail(ticket, ticket.customer, "restated"))
        assert [one.line for one in mails_of(ticket, tomas).beside] == ["Ines Duarte answered by e-mail: Yes"]


class TestAppointments:
    def accepts(self, answers: str = "") -> EmailMessage:
        mail = letter("", subject="Accepted: Look at the printer", answers=answers)
        mail.add_alternative(
            "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261127T100000Z\r\n"
            "SUMMARY:Look at the printer\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            subtype="calendar",
        )
        return mail

    def test_that_somebody_comes_opens_nothing_again(self, arrive, asked, maya):
        withdraw(by=maya, ticket=asked)
        mail = arrive(self.accepts(our_mail(asked, maya, "acknowledged")))
        asked.refresh_from_db()
        assert (asked.state, mail.message.body) == (State.CLOSED, "(an appointment: Look at the printer)")

    def test_nor_is_it_a_request(self, arrive, maya):
        assert arrive(self.accepts()).state == IncomingState.SET_ASIDE


class TestWhoHears:
    def test_who_got_the_mail_itself_does_not_hear_of_it_again(self, arrive, maya):
        first = letter(cc=BEN)
        ticket = arrive(first).ticket
        arrive(words="Same here.", sender=BEN, to=maya.email, cc=DESK, answers=first["Message-ID"])
        assert not OutboxMessage.objects.filter(to=maya.email, kind="customer_wrote").exists()
        arrive(words="And here.", sender=BEN, answers=first["Message-ID"])
        assert (
            OutboxMessage.objects.filter(to=maya.email, kind="customer_wrote", about=f"ticket:{ticket.pk}").count() == 1
        )

    def test_the_holder_hears_it_all_the_same(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        arrive(words="It is the grey one.", to=DESK, cc=tomas.email, answers=our_mail(asked, maya, "acknowledged"))
        told = OutboxMessage.objects.get(to=tomas.email, kind="customer_wrote")
        assert "goes to Maya, and to everybody who follows" in told.text

    def test_the_holder_is_told_that_an_outsider_wrote(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        arrive(words="Can I help?", sender="zed@elsewhere.example", answers=our_mail(asked, maya, "acknowledged"))
        told = OutboxMessage.objects.get(to=tomas.email, kind="customer_wrote")
        assert "do not belong to this request" in told.text
        assert "becomes a note for IT" in told.text


def test_a_picture_alone_is_asked_what_it_is_about(arrive, maya):
    mail = letter("", subject="")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="IMG_1.png")
    ticket = arrive(mail).ticket
    assert "1. What were you trying to get done?" in OutboxMessage.objects.get(to=maya.email).text
    arrive(words="1. Print the exam sheets.", answers=our_mail(ticket, maya, "acknowledged"))
    ticket.interview.refresh_from_db()
    assert ticket.interview.goal == "Print the exam sheets."


def test_who_asked_by_mail_is_told_that_answering_it_is_enough(arrive, asked, maya, tomas):
    reply(by=tomas, ticket=asked, body="Which one?")
    assert "Just answer this e-mail" in OutboxMessage.objects.get(to=maya.email, kind="reply").text
    said = restate(by=tomas, ticket=asked, text="You want to print.")
    text = OutboxMessage.objects.get(to=maya.email, kind="restated").text
    assert text.count("Did we understand you?") == 1
    assert "You can simply answer this e-mail" in text
    arrive(words="Yes", answers=our_mail(asked, maya, "restated"))
    said.refresh_from_db()
    asked.refresh_from_db()
    offer_solution(by=tomas, ticket=asked, text="It had no paper.")
    text = OutboxMessage.objects.get(to=maya.email, kind="solution").text
    assert "We offered a fix" not in text


def test_why_it_waits_is_said_once_and_ends_in_one_mark(asked, maya, tomas):
    wait_for(by=tomas, ticket=asked, holder=Holder.CUSTOMER, reason="Which one?", until=clock.now() + timedelta(days=2))
    text = OutboxMessage.objects.get(to=maya.email, kind="waiting").text
    assert text.count("Which one?") == 1
    assert "Which one?." not in text
    assert what_next(asked, maya).startswith("Waiting for you: Which one? ")
