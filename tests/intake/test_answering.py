"""What becomes of people's answers, as their programs write them: whom they reach, and what they decide."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Mailbox
from foredesk.intake.queries import MAILBOXES, mails_of, raw_of
from foredesk.intake.rules.links import answer_path
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.kit.signing import mark
from foredesk.mail.actions import choose_ways
from foredesk.mail.effects import deliver
from foredesk.mail.enums import OutboxState, Topic, Way
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import REPEATS
from foredesk.people.enums import Role
from foredesk.tickets.actions import (
    add_note,
    close_unanswered,
    confirm_late,
    offer_solution,
    remind,
    reply,
    restate,
    take,
    tell_of_bounce,
    wait_for,
    withdraw,
)
from foredesk.tickets.enums import Answer, Audience, CareStep, CloseReason, Holder, Kind, State
from foredesk.tickets.models import CareMoment, Ticket
from foredesk.tickets.queries import questions_asked, what_next
from foredesk.tickets.rules import question
from tests.factories import PersonFactory
from tests.intake.mails import PNG

from .conftest import DESK, letter, our_mail

BEN = "Ben Osei <ben@ashgrove.example>"
OUTLOOK = (
    "From: IT desk <desk@ashgrove.example>\nSent: Thursday, 26 November 2026 10:00\nTo: Maya Ortiz\nSubject: x\n\n"
)


def with_logo(mail: EmailMessage) -> EmailMessage:
    """The same mail with a picture in its signature, as organisations have them."""
    mail.add_alternative('<p>Yes, exactly.</p><p>Maya</p><img src="cid:logo@x">', subtype="html")
    html = mail.get_payload()[1]
    html.add_related(
        PNG, maintype="image", subtype="png", cid="<logo@x>", filename="image001.png", disposition="inline"
    )
    return mail


@pytest.fixture
def restated(asked, tomas):
    return restate(by=tomas, ticket=asked, text="You want to print on the second floor.")


@pytest.fixture
def offered(restated, tomas, asked):
    return offer_solution(by=tomas, ticket=asked, text="It had no paper.")


class TestWhatIsAnswered:
    def test_a_yes_to_a_plain_reply_closes_nothing(self, arrive, offered, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Is the lamp still red?")
        mail = arrive(words="Yes.", answers=our_mail(asked, maya, "reply"))
        asked.refresh_from_db()
        assert (asked.state, mail.message.body) == (State.OFFERED, "Yes.")

    def test_a_yes_to_what_was_understood_is_none_to_the_fix(self, arrive, offered, restated, asked, maya):
        arrive(words="Yes.", answers=our_mail(asked, maya, "restated"))
        asked.refresh_from_db()
        restated.refresh_from_db()
        assert (asked.state, restated.is_right) == (State.OFFERED, True)

    def test_a_late_yes_to_the_fix_before_is_none_to_the_next(self, arrive, offered, asked, maya, tomas):
        first = our_mail(asked, maya, "solution")
        arrive(words="No, still nothing.", answers=first)
        asked.refresh_from_db()
        offer_solution(by=tomas, ticket=asked, text="New toner.")
        mail = arrive(words="Yes, it works!", answers=first)
        asked.refresh_from_db()
        assert (asked.state, mail.message.body) == (State.OFFERED, "Yes, it works!")

    def test_a_yes_to_the_reminder_counts(self, arrive, offered, asked, maya):
        remind(solution=offered)
        arrive(words="works thanks!", answers=our_mail(asked, maya, "reminder"))
        asked.refresh_from_db()
        assert asked.state == State.CLOSED

    def test_still_broken_is_a_no(self, arrive, offered, asked, maya):
        arrive(words="It still doesn't print.", answers=our_mail(asked, maya, "solution"))
        offered.refresh_from_db()
        assert (offered.answer, offered.answer_words) == (Answer.NO, "It still doesn't print.")

    def test_a_picture_in_the_signature_is_no_obstacle(self, arrive, restated, asked, maya):
        mail = arrive(with_logo(letter("Yes, exactly.\n\nMaya", answers=our_mail(asked, maya, "restated"))))
        restated.refresh_from_db()
        assert (restated.is_right, mail.message) == (True, None)

    def test_a_no_with_a_picture_is_a_no_and_the_picture_is_there(self, arrive, offered, asked, maya):
        mail = letter("No, see the picture.", answers=our_mail(asked, maya, "solution"))
        mail.add_attachment(PNG, maintype="image", subtype="png", filename="printer.png")
        came = arrive(mail)
        offered.refresh_from_db()
        assert (offered.answer, offered.answer_words) == (Answer.NO, "No, see the picture.")
        assert [file.name for file in came.message.attachments.all()] == ["printer.png"]

    def test_what_follows_a_yes_is_read_by_somebody(self, arrive, restated, asked, maya):
        words = "Yes, exactly. I am in room 12 until four."
        mail = arrive(words=words, answers=our_mail(asked, maya, "restated"))
        restated.refresh_from_db()
        assert (restated.is_right, mail.message.body) == (True, words)

    def test_the_holder_reads_a_yes_as_what_it_is(self, arrive, offered, asked, maya, tomas):
        arrive(words="Yes, it works. Thank you!", answers=our_mail(asked, maya, "solution"))
        told = OutboxMessage.objects.get(to=tomas.email, kind="answered")
        assert "still missing" not in told.text
        assert "Thank you!" in told.text


class TestNumbers:
    def test_they_stay_those_of_the_acknowledgement(self, arrive, asked, maya):
        first, second, third = questions_asked(asked)
        ours = our_mail(asked, maya, "acknowledged")
        arrive(words="1. Nothing comes out.", answers=ours)
        arrive(words="2. The other one.\n3. My course at two.", answers=ours)
        asked.interview.refresh_from_db()
        said = [getattr(asked.interview, prompt) for prompt in (first, second, third)]
        assert said == ["Nothing comes out.", "The other one.", "My course at two."]

    def test_the_same_answers_once_more_are_a_message(self, arrive, asked, maya):
        ours = our_mail(asked, maya, "acknowledged")
        arrive(words="1. Nothing comes out.", answers=ours)
        mail = arrive(words="1. Nothing at all.", answers=ours)
        asked.interview.refresh_from_db()
        assert (mail.state, mail.message.body) == (IncomingState.FILED, "1. Nothing at all.")
        assert getattr(asked.interview, questions_asked(asked)[0]) == "Nothing comes out."

    def test_answers_within_the_quoted_mail_are_seen(self, arrive, asked, maya):
        first, second, _third = questions_asked(asked)
        texts = [question(prompt, asked.interview).text for prompt in (first, second)]
        below = f"{OUTLOOK}To help you sooner:\n1. {texts[0]}\nNothing.\n2. {texts[1]}\nThe other one.\n"
        mail = arrive(
            words=f"Hi, see my answers in red below.\n\nMaya\n\n{below}", answers=our_mail(asked, maya, "acknowledged")
        )
        asked.interview.refresh_from_db()
        assert "Nothing." in mail.message.body
        assert [getattr(asked.interview, prompt) for prompt in (first, second)] == ["Nothing.", "The other one."]

    def test_a_quoted_link_of_ours_opens_nothing(self, arrive, asked, maya):
        link = answer_path(maya, asked, "solution", 7)
        key = link.removesuffix("/").rpartition("/")[2]
        quoted = f"> https://desk.example{link}?answer=yes\n"
        mail = arrive(
            words=f"> 1. What?\nNothing.\n{quoted}\nBy the window.", answers=our_mail(asked, maya, "acknowledged")
        )
        assert key not in mail.message.body + mail.text
        assert b"/answer/" in raw_of(mail)


class TestWhoReadsIt:
    def test_what_answers_words_for_few_is_for_few(self, arrive, maya, tomas):
        ticket = arrive(cc=BEN).ticket
        reply(by=tomas, ticket=ticket, body="What is your staff number?", audience=Audience.CUSTOMER)
        mail = arrive(words="It is 4711.", answers=our_mail(ticket, maya, "reply"))
        assert mail.message.audience == Audience.CUSTOMER

    def test_an_agent_answers_several_news_in_one_mail(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        with clock.at(clock.now() + timedelta(hours=1)):
            for words in ("The grey one.", "On the second floor.", "By the window."):
                arrive(words=words, subject=f"Printer [{asked.pk}]")
        with clock.at(clock.now() + timedelta(hours=1) + 2 * REPEATS):
            for waiting in OutboxMessage.objects.filter(to=tomas.email, state="queued"):
                deliver.call(waiting.pk)
        ours = our_mail(asked, tomas, "together")
        mail = arrive(words="I am on my way.", sender=tomas.email, answers=ours)
        assert (mail.message.kind, mail.message.audience) == (Kind.REPLY, Audience.EVERYONE)

    def test_an_agent_s_answer_to_an_outsider_does_not_reach_the_customer(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        arrive(words="It was forwarded to me.", sender="zed@elsewhere.example", answers=our_mail(asked, maya, "reply"))
        before = OutboxMessage.objects.filter(to=maya.email).count()
        mail = arrive(words="Who are you?", sender=tomas.email, answers=our_mail(asked, tomas, "customer_wrote"))
        assert (mail.message.kind, mail.message.audience) == (Kind.NOTE, Audience.IT)
        assert OutboxMessage.objects.filter(to=maya.email).count() == before

    def test_an_agent_whom_the_customer_put_on_copy_still_speaks_as_it(self, arrive, maya, tomas):
        ticket = arrive(to=f"{tomas.email}, {DESK}").ticket
        take(by=tomas, ticket=ticket)
        arrive(words="It is the grey one.", answers=our_mail(ticket, maya, "acknowledged"))
        mail = arrive(words="I am coming.", sender=tomas.email, answers=our_mail(ticket, tomas, "customer_wrote"))
        assert (mail.message.by_it, mail.message.kind) == (True, Kind.REPLY)


class TestKeptAsNote:
    """An agent's answer that reaches nobody, though the mail that they answered did not say so: they hear of it."""

    def told(self, tomas) -> OutboxMessage | None:
        return OutboxMessage.objects.filter(to=tomas.email, kind="kept_as_note").first()

    def test_on_a_request_closed_meanwhile(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        choose_ways(by=tomas, ways={Topic.WORK: Way.PAGE})
        arrive(words="Which toner do I order?", answers=our_mail(asked, maya, "acknowledged"))
        ours = our_mail(asked, tomas, "customer_wrote")
        withdraw(by=maya, ticket=asked)
        mail = arrive(words="The black one.", sender=tomas.email, answers=ours)
        told = self.told(tomas)
        assert (mail.message.kind, mail.message.audience) == (Kind.NOTE, Audience.IT)
        assert "This request is closed, so what you wrote did not go to Maya." in told.text
        assert "> The black one." in told.text
        assert "A word from Maya opens the request again" in told.text
        assert (told.joins, told.way, told.state) == (False, Way.MAIL, OutboxState.SENT)

    def test_what_the_mail_said_is_not_said_again(self, arrive, asked, tomas):
        lena = PersonFactory(full_name="Lena Brandt", role=Role.AGENT)
        add_note(by=lena, ticket=asked, body="Do you know it?", mentions=[tomas])
        assert "becomes a note for IT" in OutboxMessage.objects.get(kind="mentioned").text
        mail = arrive(words="No.", sender=tomas.email, answers=our_mail(asked, tomas, "mentioned"))
        assert mail.message.kind == Kind.NOTE
        assert self.told(tomas) is None

    def test_a_mail_that_says_nothing_of_it(self, arrive, asked, maya, tomas):
        take(by=tomas, ticket=asked)
        tell_of_bounce(ticket=asked, address=maya.email, reason="full", permanent=False)
        before = OutboxMessage.objects.filter(to=maya.email).count()
        arrive(words="Can you read this?", sender=tomas.email, answers=our_mail(asked, tomas, "bounced"))
        assert "please send it as a reply on the request’s page" in self.told(tomas).text
        assert OutboxMessage.objects.filter(to=maya.email).count() == before

    def test_a_mail_that_says_both_keeps_it_from_the_customer(self, arrive, asked, maya, tomas):
        lena = PersonFactory(full_name="Lena Brandt", role=Role.AGENT)
        take(by=tomas, ticket=asked)
        with clock.at(clock.now() + timedelta(hours=1)):
            arrive(words="The grey one.", subject=f"Printer [{asked.pk}]")
            arrive(words="By the window.", subject=f"Printer [{asked.pk}]")
            add_note(by=lena, ticket=asked, body="Is it the old one?", mentions=[tomas])
        with clock.at(clock.now() + timedelta(hours=1) + 2 * REPEATS):
            for waiting in OutboxMessage.objects.filter(to=tomas.email, state="queued"):
                deliver.call(waiting.pk)
        mail = arrive(words="It is ours.", sender=tomas.email, answers=our_mail(asked, tomas, "together"))
        assert mail.message.kind == Kind.NOTE
        assert self.told(tomas) is not None


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
