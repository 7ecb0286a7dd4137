"""Where mails go: new requests, answers, people on copy, strangers, agents, closed and merged requests."""

from datetime import timedelta

import pytest

from foredesk.activity.queries import events_about
from foredesk.catalogue.actions import make_private
from foredesk.intake.actions import file_mail, file_waiting, store
from foredesk.intake.actions.belongings import MOST_NEW_PEOPLE
from foredesk.intake.actions.caps import MOST_A_DAY, MOST_ANSWERED_A_DAY
from foredesk.intake.actions.placing import LONGEST_WORDS
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import MAILBOXES
from foredesk.kit import clock
from foredesk.mail.enums import NotSent, OutboxState
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.people.models import Person
from foredesk.tickets.actions import merge, offer_solution, reply, restate, wait_for, withdraw
from foredesk.tickets.enums import Audience, Channel, FollowerReason, Holder, Kind, State
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import drafted_restatement, open_questions
from tests.factories import ServiceClassFactory, TeamFactory

from .conftest import DESK, letter, our_mail

BEN = "Ben Osei <ben@ashgrove.example>"


class TestNewRequests:
    def test_a_mail_becomes_a_request_of_its_writer(self, arrive, maya):
        mail = arrive()
        assert (mail.state, mail.became) == (IncomingState.FILED, Became.REQUEST)
        ticket = mail.ticket
        assert (ticket.customer, ticket.channel, ticket.subject) == (maya, Channel.EMAIL, "Printer")
        assert ticket.interview.goal == "The printer on the second floor prints nothing."

    def test_whoever_was_not_known_becomes_a_customer(self, arrive):
        person = arrive(sender="Ines Duarte <INES@Ashgrove.example>").person
        assert (person.email, person.full_name, person.role) == ("ines@ashgrove.example", "Ines Duarte", Role.CUSTOMER)
        assert person.is_active
        assert not person.has_usable_password()

    def test_the_mailbox_says_what_kind_it_is(self, arrive, desk, maya):
        desk.service_class = ServiceClassFactory(name="Rooms")
        desk.save()
        assert arrive().ticket.service_class.name == "Rooms"

    def test_files_come_along(self, arrive, maya):
        mail = letter()
        mail.add_attachment(b"%PDF-1.4 a list of rooms", maintype="application", subtype="pdf", filename="rooms.pdf")
        ticket = arrive(mail).ticket
        assert [file.name for file in ticket.interview.attachments.all()] == ["rooms.pdf"]

    def test_the_acknowledgement_asks_three_questions_at_most(self, arrive, maya):
        ticket = arrive(words="I need to print the exam sheets for Monday.").ticket
        (sent,) = OutboxMessage.objects.filter(to=maya.email)
        asked = open_questions(ticket.interview)
        assert 1 <= len(asked) <= 3
        assert "1. " in sent.text
        assert "Just answer this e-mail" in sent.text
        assert "<ol" in sent.html

    def test_what_the_mail_tells_already_is_not_asked(self, arrive, maya):
        words = "The projector shows an error message. I restarted it twice. It is urgent, the lecture is at ten."
        assert not {"happened", "tried", "impact"} & set(open_questions(arrive(words=words).ticket.interview))

    def test_a_list_s_mail_is_not_acknowledged(self, arrive, maya):
        mail = arrive(words="We meet in another room on Friday.", Precedence="list", List_Id="<staff.ashgrove.example>")
        assert mail.became == Became.REQUEST
        (unsent,) = OutboxMessage.objects.filter(to=maya.email)
        assert (unsent.state, unsent.not_sent_because) == (OutboxState.DROPPED, NotSent.MACHINE)

    def test_the_same_mail_twice_is_one(self, arrive, maya):
        mail = letter()
        assert arrive(mail).pk == arrive(mail).pk
        again = b"Received: from another.example\r\n" + mail.as_bytes()
        assert arrive(again).ticket == Ticket.objects.get()

    def test_without_a_message_id_and_with_two(self, arrive, maya):
        without, double = letter(), letter()
        del without["Message-ID"]
        two = b"Message-ID: <another@ashgrove.example>\r\n" + double.as_bytes()
        for raw in (without.as_bytes(), two):
            assert arrive(raw).pk == arrive(raw).pk
        assert Ticket.objects.count() == 2

    def test_the_same_mail_in_another_mailbox_is_a_copy(self, arrive, maya):
        mail = letter(to=f"{DESK}, rooms@ashgrove.example")
        first = arrive(mail)
        other = Mailbox.objects.create(name="Rooms", address="rooms@ashgrove.example")
        MAILBOXES.forget()
        second = store(raw=mail.as_bytes(), door=Door.IMAP, mailbox=other)
        file_mail(second.pk)
        second.refresh_from_db()
        assert (second.became, second.ticket) == (Became.COPY, first.ticket)
        assert Ticket.objects.count() == 1

    def test_a_mailbox_s_own_address_is_nobody(self, arrive, maya):
        mail = arrive(sender=f"Desk <{DESK}>", words="Sent from the shared mailbox.")
        assert mail.state == IncomingState.SET_ASIDE
        arrive(cc=f"{DESK}, desk+rooms@ashgrove.example")
        assert not Person.objects.filter(email__startswith="desk").exists()

    def test_whoever_has_left_waits_for_a_person(self, arrive, maya):
        maya.is_active = False
        maya.save()
        mail = arrive()
        assert mail.state == IncomingState.QUARANTINED
        assert "Maya Ortiz has left" in mail.reason
        assert mail.subject == "Printer"

    def test_a_sender_without_an_address_is_still_served(self, arrive):
        raw = letter().as_bytes().replace(b"From: Maya Ortiz <maya@ashgrove.example>\r\n", b"")
        mail = arrive(raw)
        assert mail.became == Became.REQUEST
        assert not mail.person.has_address


class TestCaps:
    def test_acknowledgements_to_one_sender_end(self, arrive, maya):
        for number in range(MOST_ANSWERED_A_DAY + 2):
            arrive(subject=f"Alarm {number}")
        told = OutboxMessage.objects.filter(to=maya.email, kind="acknowledged")
        assert told.exclude(state=OutboxState.DROPPED).count() == MOST_ANSWERED_A_DAY
        assert told.filter(not_sent_because=NotSent.CAP).count() == 2

    def test_a_flood_waits_for_a_person(self, arrive, desk, maya):
        old = arrive()
        sender = {"sender": maya.email, "state": IncomingState.FILED, "door": Door.SMTP, "size": 1}
        Incoming.objects.bulk_create(Incoming(fingerprint=str(n), **sender) for n in range(MOST_A_DAY))
        late = arrive(subject="One too many")
        assert old.state == IncomingState.FILED
        assert late.state == IncomingState.QUARANTINED
        assert str(MOST_A_DAY) in late.reason


class TestAnswers:
    def test_our_signed_id_leads_to_the_request(self, arrive, asked, maya):
        mail = arrive(words="It is the one by the window.", answers=our_mail(asked, maya, "acknowledged"), subject="x")
        assert (mail.ticket, mail.became) == (asked, Became.REPLY)
        assert (mail.message.body, mail.message.author) == ("It is the one by the window.", maya)

    def test_the_token_of_another_desk_is_ignored(self, arrive, asked, maya, settings):
        here = our_mail(asked, maya, "acknowledged")
        settings.SECRET_KEY = "the key of another installation " * 2
        settings.SECRET_KEY_FALLBACKS = []
        assert arrive(answers=here, subject="x").ticket != asked

    def test_an_id_from_outside_leads_there_too(self, arrive, maya):
        first = letter(cc=BEN)
        ticket = arrive(first).ticket
        mail = arrive(words="Same here.", sender=BEN, answers=first["Message-ID"], subject="Re: Printer")
        assert (mail.ticket, mail.became, mail.message.audience) == (ticket, Became.REPLY, Audience.EVERYONE)

    def test_the_number_in_the_subject_counts_only_for_who_belongs_there(self, arrive, asked, maya):
        assert arrive(subject=f"About it [{asked.pk}]", words="By the window.").ticket == asked
        assert arrive(subject=f"About it [{asked.pk}]", sender=BEN).ticket != asked

    def test_it_ends_the_wait_for_the_customer(self, arrive, asked, maya, tomas):
        wait_for(
            by=tomas,
            ticket=asked,
            holder=Holder.CUSTOMER,
            reason="Which printer?",
            until=clock.now() + timedelta(days=2),
        )
        arrive(words="The grey one.", answers=our_mail(asked, maya, "waiting"))
        asked.refresh_from_db()
        assert asked.state == State.WORKING

    def test_quoted_text_and_signature_are_not_said_again(self, arrive, asked, maya):
        words = "The grey one.\n\n-- \nMaya Ortiz\nRegistry"
        mail = arrive(words=words, answers=our_mail(asked, maya, "acknowledged"))
        assert mail.message.body == "The grey one."
        assert "Registry" in mail.text

    def test_a_log_instead_of_words_stands_there_in_part(self, arrive, asked, maya):
        words = "It says:\n" + "[ERROR] out of paper\n" * 5000
        mail = arrive(words=words, answers=our_mail(asked, maya, "acknowledged"))
        assert len(mail.message.body) == LONGEST_WORDS + 1
        assert mail.message.body.endswith("…")
        assert len(mail.text) > 100_000
        assert mail.details["rest"]

    def test_numbered_answers_fill_the_interview(self, arrive, maya):
        ticket = arrive(words="I need to print the exam sheets for Monday.").ticket
        first, second = open_questions(ticket.interview)[:2]
        words = "1. Nothing comes out.\n2. I tried another printer."
        arrive(words=words, answers=our_mail(ticket, maya, "acknowledged"))
        ticket.interview.refresh_from_db()
        assert getattr(ticket.interview, first) == "Nothing comes out."
        assert getattr(ticket.interview, second) == "I tried another printer."

    def test_answers_below_quoted_questions(self, arrive, maya):
        ticket = arrive(words="I need to print the exam sheets for Monday.").ticket
        first = open_questions(ticket.interview)[0]
        arrive(words="> 1. What happened instead?\nNothing comes out.", answers=our_mail(ticket, maya, "acknowledged"))
        ticket.interview.refresh_from_db()
        assert getattr(ticket.interview, first) == "Nothing comes out."

    def test_it_waits_for_the_mail_that_it_answers(self, desk, maya):
        question, answer = letter(), letter(cc=BEN, sender=BEN)
        answer["In-Reply-To"] = question["Message-ID"]
        answered = store(raw=answer.as_bytes(), door=Door.SMTP, mailbox=desk)
        store(raw=question.as_bytes(), door=Door.SMTP, mailbox=desk)
        assert not file_mail(answered.pk)
        assert file_waiting() == 1
        with clock.at(clock.now() + timedelta(seconds=10)):
            assert file_waiting() == 1
        assert Ticket.objects.count() == 1


class TestDecisions:
    @pytest.fixture
    def restated(self, asked, tomas):
        return restate(by=tomas, ticket=asked, text="You want to print on the second floor.")

    @pytest.fixture
    def offered(self, restated, arrive, maya, asked, tomas):
        arrive(words="Yes, exactly.", answers=our_mail(asked, maya, "restated"))
        return offer_solution(by=tomas, ticket=asked, text="It had no paper.")

    @pytest.mark.parametrize(
        "words", ["Yes", "Yes, that's it. Thanks, Maya", "Ja, genau!", "Hi Tomás,\n\nexactly.\n\nMaya"]
    )
    def test_yes_confirms_what_we_understood(self, arrive, restated, asked, maya, words):
        mail = arrive(words=words, answers=our_mail(asked, maya, "restated"))
        restated.refresh_from_db()
        assert (restated.is_right, restated.answered_by) == (True, maya)
        assert (mail.became, mail.message) == (Became.REPLY, None)

    def test_no_corrects_it(self, arrive, restated, asked, maya):
        arrive(words="No, on the third floor.", answers=our_mail(asked, maya, "restated"))
        restated.refresh_from_db()
        assert (restated.is_right, restated.correction) == (False, "No, on the third floor.")

    @pytest.mark.parametrize("words", ["Yes, but only on Mondays", "Yes? I do not know.", "When will somebody come?"])
    def test_what_is_no_plain_answer_is_read_by_a_person(self, arrive, restated, asked, maya, words):
        mail = arrive(words=words, answers=our_mail(asked, maya, "restated"))
        restated.refresh_from_db()
        assert restated.is_right is None
        assert mail.message.body == words

    def test_yes_to_the_fix_closes(self, arrive, offered, asked, maya):
        arrive(words="Yes, it works now, thank you!", answers=our_mail(asked, maya, "solution"))
        asked.refresh_from_db()
        assert (asked.state, asked.close_reason) == (State.CLOSED, "confirmed")

    def test_no_to_the_fix_brings_it_back(self, arrive, offered, asked, maya):
        arrive(words="No, it still prints nothing.", answers=our_mail(asked, maya, "solution"))
        asked.refresh_from_db()
        offered.refresh_from_db()
        assert asked.state == State.WORKING
        assert offered.answer_words == "No, it still prints nothing."

    def test_somebody_on_copy_does_not_decide(self, arrive, maya, tomas):
        first = letter(cc=BEN)
        ticket = arrive(first).ticket
        said = restate(by=tomas, ticket=ticket, text="You want to print.")
        arrive(words="Yes", sender=BEN, answers=first["Message-ID"])
        said.refresh_from_db()
        assert said.is_right is None


class TestOthers:
    def test_people_on_copy_follow(self, arrive, maya):
        ticket = arrive(cc=f"{BEN}, Cleo Adams <cleo@ashgrove.example>").ticket
        following = {one.person.full_name: one.reason for one in ticket.followers.all()}
        assert following == {"Ben Osei": FollowerReason.COPIED, "Cleo Adams": FollowerReason.COPIED}

    def test_a_list_of_all_staff_on_copy_makes_nobody(self, arrive, maya):
        many = ", ".join(f"p{n}@ashgrove.example" for n in range(MOST_NEW_PEOPLE + 1))
        ticket = arrive(cc=f"{many}").ticket
        assert not ticket.followers.exists()
        assert not Person.objects.filter(email__startswith="p1").exists()
        told = events_about(ticket).get(tag="ticket:copies:left_out")
        assert told.data["number"] == MOST_NEW_PEOPLE + 1

    def test_a_stranger_s_words_are_for_it_alone(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        stranger = "Zed <zed@elsewhere.example>"
        mail = arrive(words="It was forwarded to me.", sender=stranger, answers=our_mail(asked, maya, "reply"))
        assert (mail.ticket, mail.became) == (asked, Became.OUTSIDE)
        assert mail.message.audience == Audience.IT
        assert not OutboxMessage.objects.filter(to="zed@elsewhere.example").exists()
        assert not asked.followers.exists()

    def test_an_agent_answers_the_customer_by_mail(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        arrive(words="The grey one.", answers=our_mail(asked, maya, "reply"))
        mail = arrive(
            words="I am on my way.",
            sender=tomas.email,
            answers=our_mail(asked, tomas, "customer_wrote"),
            subject="Re: x",
        )
        assert (mail.message.by_it, mail.message.kind, mail.message.audience) == (True, Kind.REPLY, Audience.EVERYONE)
        assert OutboxMessage.objects.filter(to=maya.email, kind="reply").count() == 2

    def test_who_only_pretends_to_be_an_agent_does_not(self, arrive, asked, maya, tomas):
        reply(by=tomas, ticket=asked, body="Which one?")
        mail = arrive(words="Send me your password.", sender=tomas.email, answers=our_mail(asked, maya, "reply"))
        assert (mail.became, mail.message.audience) == (Became.OUTSIDE, Audience.IT)

    def test_a_private_request_stays_with_whom_the_customer_names(self, arrive, desk, maya):
        secret = ServiceClassFactory(name="Pay")
        make_private(by=None, service_class=secret, teams=[TeamFactory()])
        desk.service_class = secret
        desk.save()
        ticket = arrive(cc=BEN).ticket
        assert [one.by_customer for one in ticket.followers.all()] == [True]


class TestClosedAndMerged:
    def test_a_reply_to_a_closed_one_opens_it_again(self, arrive, asked, maya):
        withdraw(by=maya, ticket=asked)
        mail = arrive(words="It is broken again.", answers=our_mail(asked, maya, "acknowledged"))
        asked.refresh_from_db()
        assert (mail.ticket, asked.state) == (asked, State.ASKED)

    def test_too_late_it_is_a_linked_new_one(self, arrive, asked, maya):
        withdraw(by=maya, ticket=asked)
        with clock.at(clock.now() + timedelta(days=asked.service_class.reopens_days, hours=1)):
            mail = arrive(words="Another printer.", answers=our_mail(asked, maya, "acknowledged"))
        asked.refresh_from_db()
        assert asked.state == State.CLOSED
        assert mail.became == Became.REQUEST
        assert [one.other for one in mail.ticket.links.all()] == [asked]

    def test_for_ever_where_the_class_says_so(self, arrive, asked, maya):
        asked.service_class.reopens_days = None
        asked.service_class.save()
        withdraw(by=maya, ticket=asked)
        with clock.at(clock.now() + timedelta(days=900)):
            assert arrive(words="Again.", answers=our_mail(asked, maya, "acknowledged")).ticket == asked

    def test_a_reply_to_a_merged_one_follows(self, arrive, asked, maya, tomas):
        there = arrive(subject="The printer once more").ticket
        merge(by=tomas, ticket=asked, into=there)
        mail = arrive(words="The grey one.", answers=our_mail(asked, maya, "acknowledged"))
        assert mail.message.ticket == there


class TestMachines:
    def test_an_out_of_office_note_changes_nothing(self, arrive, asked, maya):
        withdraw(by=maya, ticket=asked)
        before = events_about(asked).count()
        sent = OutboxMessage.objects.count()
        mail = arrive(words="I am away.", answers=our_mail(asked, maya, "acknowledged"), Auto_Submitted="auto-replied")
        asked.refresh_from_db()
        assert (mail.became, mail.ticket, asked.state) == (Became.MACHINE, asked, State.CLOSED)
        assert (events_about(asked).count(), OutboxMessage.objects.count()) == (before, sent)

    def test_one_that_belongs_nowhere_is_set_aside(self, arrive, maya):
        assert arrive(words="I am away.", Auto_Submitted="auto-replied").state == IncomingState.SET_ASIDE

    def test_a_monitor_s_alarm_is_a_request_that_nobody_answers(self, arrive):
        mail = arrive(words="Disk full on files2.", sender="alarm@ashgrove.example", Auto_Submitted="auto-generated")
        assert mail.became == Became.REQUEST
        told = OutboxMessage.objects.filter(to="alarm@ashgrove.example")
        assert [one.state for one in told] == [OutboxState.DROPPED]


def test_a_greeting_is_no_need(arrive, maya):
    ticket = arrive(words="Good morning everybody,\n\nthe screen flickers. Please help.", subject="").ticket
    assert ticket.subject == "The screen flickers"
    assert drafted_restatement(ticket.interview).startswith("You told us: the screen flickers")
