"""What becomes of people's answers, as their programs write them: whom they reach, and what they decide."""

from datetime import timedelta
from email.message import EmailMessage

from foredesk.intake.enums import IncomingState
from foredesk.intake.queries import raw_of
from foredesk.intake.rules.links import answer_path
from foredesk.kit import clock
from foredesk.mail.actions import choose_ways
from foredesk.mail.effects import deliver
from foredesk.mail.enums import OutboxState, Topic, Way
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import REPEATS
from foredesk.people.enums import Role
from foredesk.tickets.actions import (
    add_note,
    offer_solution,
    remind,
    reply,
    take,
    tell_of_bounce,
    withdraw,
)
from foredesk.tickets.enums import Answer, Audience, Kind, State
from foredesk.tickets.queries import questions_asked
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
