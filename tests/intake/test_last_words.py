"""Who said nothing, who said it late, and who only sent our own mail back."""

from datetime import timedelta

import pytest

from foredesk.intake.enums import Became
from foredesk.intake.queries import mails_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import (
    close_unanswered,
    confirm_late,
    remind,
    reply,
    take,
    withdraw,
)
from foredesk.tickets.enums import Answer, CareStep, CloseReason, State
from foredesk.tickets.models import CareMoment, Ticket
from tests.intake.mails import PNG

from .conftest import letter, our_mail

OUTLOOK = (
    "From: IT desk <desk@ashgrove.example>\nSent: Thursday, 26 November 2026 10:00\nTo: Maya Ortiz\nSubject: x\n\n"
)


class TestSilence:
    def test_who_wrote_something_else_is_not_said_to_be_silent(self, arrive, offered, asked, maya, tomas):
        arrive(words="The lamp is red now, I will look again on Monday.", answers=our_mail(asked, maya, "solution"))
        remind(solution=offered)
        offered.refresh_from_db()
        asked.refresh_from_db()
        assert asked.next_update_due is not None
        assert not close_unanswered(solution=offered)
        asked.refresh_from_db()
        assert asked.state == State.OFFERED
        reply(by=tomas, ticket=asked, body="Thank you, tell me then.")
        assert close_unanswered(solution=offered)

    def test_thanks_are_no_question(self, arrive, offered, asked, maya):
        arrive(words="Thank you!\n\nMaya", answers=our_mail(asked, maya, "solution"))
        remind(solution=offered)
        assert close_unanswered(solution=offered)

    @pytest.mark.parametrize("words", ["Thanks a lot, Tomás!", "It works, thanks."])
    def test_thanks_open_nothing_again(self, arrive, asked, maya, words):
        withdraw(by=maya, ticket=asked)
        mail = arrive(words=words, answers=our_mail(asked, maya, "acknowledged"))
        asked.refresh_from_db()
        assert (asked.state, asked.times_reopened, mail.message.body) == (State.CLOSED, 0, words)


class TestLastWord:
    """A request was closed as nobody answered the fix; “it works” comes late, and is the customer's last word."""

    @pytest.fixture
    def silent(self, offered, asked):
        remind(solution=offered)
        assert close_unanswered(solution=offered)
        return asked

    @pytest.mark.parametrize("kind", ["solution", "reminder", "closed"])
    def test_it_counts_as_confirmed_and_stays_closed(self, arrive, silent, offered, maya, tomas, kind):
        ended = Ticket.objects.get(pk=silent.pk).closed_at
        mail = arrive(words="Yes, it works! Thank you.", answers=our_mail(silent, maya, kind))
        silent.refresh_from_db()
        offered.refresh_from_db()
        assert (silent.state, silent.close_reason, silent.closed_at) == (State.CLOSED, CloseReason.CONFIRMED, ended)
        assert (offered.answer, offered.answered_by) == (Answer.YES, maya)
        assert offered.answer_words == "Yes, it works! Thank you."
        assert (mail.became, mail.ticket, mail.message) == (Became.REPLY, silent, None)
        assert CareMoment.objects.filter(ticket=silent, step=CareStep.CUSTOMER_VERIFICATION).exists()
        assert not OutboxMessage.objects.filter(kind__in=["customer_wrote", "reopened"]).exists()
        assert OutboxMessage.objects.filter(kind="closed", to=maya.email).count() == 1
        assert "Yes, completely" in OutboxMessage.objects.get(kind="answered", to=tomas.email).subject

    def test_even_when_it_is_too_late_to_open_it(self, arrive, silent, maya):
        with clock.at(clock.now() + timedelta(days=silent.service_class.reopens_days, hours=1)):
            mail = arrive(words="It works.", answers=our_mail(silent, maya, "closed"))
        silent.refresh_from_db()
        assert (mail.ticket, silent.close_reason) == (silent, CloseReason.CONFIRMED)

    @pytest.mark.parametrize("words", ["Yes, but now the tray is stuck.", "No, still nothing."])
    def test_anything_else_opens_it_again(self, arrive, silent, maya, words):
        arrive(words=words, answers=our_mail(silent, maya, "closed"))
        silent.refresh_from_db()
        assert (silent.state, silent.times_reopened) == (State.WORKING, 1)

    def test_what_was_withdrawn_is_not_confirmed(self, arrive, offered, asked, maya):
        withdraw(by=maya, ticket=asked)
        arrive(words="It works.", answers=our_mail(asked, maya, "solution"))
        asked.refresh_from_db()
        assert asked.close_reason == CloseReason.WITHDRAWN

    def test_nobody_says_it_by_the_number_alone(self, arrive, silent, maya):
        mail = arrive(words="Yes, it works.", subject=f"Printer [{silent.pk}]")
        silent.refresh_from_db()
        assert (silent.close_reason, mail.message.body) == (CloseReason.SILENT, "Yes, it works.")

    def test_it_is_said_once(self, silent, offered, maya):
        confirm_late(by=maya, solution=offered)
        with pytest.raises(Refused):
            confirm_late(by=maya, solution=offered)


class TestEchoes:
    """Somebody pressed “send” by mistake: the reply holds nothing but our own mail."""

    def marked(self, ticket, person, kind: str = "closed") -> str:
        sent = OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", to=person.email, kind=kind).latest("pk")
        return "On Thu, 26 Nov 2026 at 10:00, IT desk <desk@ashgrove.example> wrote:\n\n" + "".join(
            f"> {line}\n" for line in sent.text.splitlines()
        )

    @pytest.fixture
    def ended(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        withdraw(by=maya, ticket=asked)
        return asked

    @pytest.mark.parametrize("above", ["", "\n\nSent from my iPhone\n\n", "-- \nMaya Ortiz\nBiology\n\n"])
    def test_it_opens_nothing_and_nobody_hears_of_it(self, arrive, ended, maya, tomas, above):
        before = OutboxMessage.objects.count()
        words = above + self.marked(ended, maya, "acknowledged")
        mail = arrive(words=words, answers=our_mail(ended, maya, "acknowledged"))
        ended.refresh_from_db()
        assert (mail.became, mail.ticket, mail.message) == (Became.REPLY, ended, None)
        assert (ended.state, ended.times_reopened) == (State.CLOSED, 0)
        assert OutboxMessage.objects.count() == before
        assert [one.line for one in mails_of(ended, tomas).beside] == [
            "Maya Ortiz sent our e-mail back, without a word of their own"
        ]

    def test_where_no_sign_marks_it_as_quoted(self, arrive, ended, maya):
        sent = OutboxMessage.objects.get(to=maya.email, kind="acknowledged")
        mail = arrive(words=OUTLOOK + sent.text, answers=our_mail(ended, maya, "acknowledged"))
        assert mail.message is None

    @pytest.mark.parametrize(("above", "below"), [("Yes.\n\n", ""), ("", "\nYes\n"), ("", "\n> Yes, and I come.\n")])
    def test_a_word_of_theirs_is_one(self, arrive, offered, asked, maya, above, below):
        words = above + self.marked(asked, maya, "solution") + below
        mail = arrive(words=words, answers=our_mail(asked, maya, "solution"))
        assert "Yes" in (mail.message.body if mail.message else Ticket.objects.get().solutions.get().answer_words)

    def test_a_choice_that_is_left_of_our_words_is_one(self, arrive, offered, asked, maya):
        words = "On Thu, 26 Nov 2026, IT desk <desk@ashgrove.example> wrote:\n> Yes, completely\n"
        assert arrive(words=words, answers=our_mail(asked, maya, "solution")).message is not None

    def test_an_answer_below_an_unmarked_mail_is_one(self, arrive, offered, asked, maya):
        sent = OutboxMessage.objects.get(to=maya.email, kind="solution").text
        head, yes, _rest = sent.partition("Yes, completely")
        mail = arrive(words=f"{OUTLOOK}{head}{yes}", answers=our_mail(asked, maya, "solution"))
        assert mail.message is not None

    def test_a_picture_alone_is_an_answer(self, arrive, asked, maya):
        mail = letter(self.marked(asked, maya, "acknowledged"), answers=our_mail(asked, maya, "acknowledged"))
        mail.add_attachment(PNG, maintype="image", subtype="png", filename="printer.png")
        assert [file.name for file in arrive(mail).message.attachments.all()] == ["printer.png"]

    def test_an_agent_s_reaches_nobody(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        arrive(words="It is the grey one.", answers=our_mail(asked, maya, "acknowledged"))
        before = asked.messages.count()
        words = self.marked(asked, tomas, "customer_wrote")
        mail = arrive(words=words, sender=tomas.email, answers=our_mail(asked, tomas, "customer_wrote"))
        assert (mail.ticket, asked.messages.count()) == (asked, before)
