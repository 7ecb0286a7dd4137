"""What is said on a ticket, and who hears it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foredesk.attachments.actions import store_file
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    Ahead,
    Answer,
    Audience,
    CareStep,
    FollowerReason,
    Holder,
    Measure,
    Severity,
    Stance,
    State,
)
from foredesk.tickets.models import Interview
from foredesk.tickets.queries import conversation, is_understood, last_said
from foredesk.tickets.rules import Changed
from tests.factories import DepartmentFactory, PersonFactory

from .record import mails


class TestUnderstanding:
    def test_corrected_once_then_confirmed(self, monday, maya, tomas, ask):
        ticket = ask(maya)
        first = actions.restate(by=tomas, ticket=ticket, text="60 sheets by 11.")
        actions.correct_restatement(by=maya, restatement=first, correction="It is 70, and by 10.")
        assert not is_understood(ticket)
        second = actions.restate(by=tomas, ticket=ticket, text="70 sheets by 10.")
        actions.confirm_restatement(by=maya, restatement=second)
        first.refresh_from_db()
        assert first.correction == "It is 70, and by 10."
        assert is_understood(ticket)
        assert {CareStep.STATEMENT, CareStep.VERIFICATION} <= set(ticket.care.values_list("step", flat=True))
        assert mails(ticket, "corrected") == [tomas.email]

    def test_the_same_sentence_is_put_before_them_once(self, maya, tomas, ask):
        ticket = ask(maya)
        first = actions.restate(by=tomas, ticket=ticket, text="60 sheets by 11.")
        assert actions.restate(by=tomas, ticket=ticket, text="60 sheets by 11. ") == first
        actions.confirm_restatement(by=maya, restatement=first)
        assert actions.restate(by=tomas, ticket=ticket, text="60 sheets by 11.") == first
        assert mails(ticket, "restated") == [maya.email]

    def test_an_answer_counts_once_and_is_the_customers(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        restatement = ticket.restatements.get()
        with pytest.raises(Refused):
            actions.confirm_restatement(by=tomas, restatement=restatement)
        actions.confirm_restatement(by=maya, restatement=restatement)
        with pytest.raises(Refused):
            actions.correct_restatement(by=maya, restatement=restatement, correction="no")

    def test_skipping_needs_a_reason(self, maya, tomas, ask):
        ticket = ask(maya)
        with pytest.raises(Refused):
            actions.skip_restatement(by=tomas, ticket=ticket, reason="  ")
        actions.skip_restatement(by=tomas, ticket=ticket, reason="It says it all.")
        assert is_understood(ticket)

    def test_differing_from_a_theory_needs_a_because(self, maya, tomas, ask):
        ticket = ask(maya, theory="the sun")
        with pytest.raises(Refused):
            actions.take_stance(by=tomas, ticket=ticket, stance=Stance.DIFFER)
        actions.take_stance(by=tomas, ticket=ticket, stance=Stance.DIFFER, because="it is the damp")
        assert Interview.objects.get(ticket=ticket).stance_because == "it is the damp"


class TestConversation:
    def test_the_first_reply_takes_the_ticket_and_promises_the_next_word(self, monday, maya, tomas, printing, ask):
        ticket = ask(maya, goal="paperjam")
        actions.reply(by=tomas, ticket=ticket, body="I am on my way.")
        assert (ticket.state, ticket.assignee, ticket.first_reply_at) == (State.WORKING, tomas, monday)
        assert ticket.next_update_due == monday + timedelta(minutes=120)
        assert mails(ticket, "reply") == [maya.email]

    def test_two_who_write_at_once_lose_nothing(self, maya, tomas, ada, ask):
        ticket = ask(maya)
        actions.reply(by=ada, ticket=ticket, body="I print them for you.", last_seen=0)
        with pytest.raises(Changed) as changed:
            actions.reply(by=tomas, ticket=ticket, body="Try the other printer.", last_seen=0)
        assert (changed.value.by, changed.value.what) == (ada, "I print them for you.")
        actions.reply(by=tomas, ticket=ticket, body="And I look at it.", last_seen=last_said(ticket))
        assert ticket.messages.count() == 2

    def test_what_the_customer_answers_meanwhile_is_not_overlooked(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        seen = last_said(ticket)
        actions.correct_restatement(by=maya, restatement=ticket.restatements.get(), correction="Not 60, 70.")
        with pytest.raises(Changed) as changed:
            actions.reply(by=tomas, ticket=ticket, body="Glad that I understood.", last_seen=seen)
        assert "Not 60, 70." in changed.value.what
        actions.restate(by=tomas, ticket=ticket, text="70 sheets.")
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="Done.")
        seen = last_said(ticket)
        actions.answer_solution(by=maya, solution=solution, answer=Answer.PARTLY, words="second tray")
        with pytest.raises(Changed) as changed:
            actions.reply(by=tomas, ticket=ticket, body="Glad it works!", last_seen=seen)
        assert "second tray" in changed.value.what

    def test_no_change_is_overwritten_unseen(self, monday, maya, tomas, ada, understood):
        ticket = understood(maya, tomas)
        seen, later = ticket.version, monday + timedelta(days=1)
        actions.set_impact(by=ada, ticket=ticket, severity=Severity.STOPPED, people_held_up=9)
        for act in (
            lambda: actions.set_impact(
                by=tomas, ticket=ticket, severity=Severity.ANNOYED, people_held_up=1, expected_version=seen
            ),
            lambda: actions.set_next_update(by=tomas, ticket=ticket, at=later, expected_version=seen),
            lambda: actions.wait_for(
                by=tomas, ticket=ticket, holder=Holder.DATE, reason="x", until=later, expected_version=seen
            ),
            lambda: actions.hand_off(
                by=tomas, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="x", why="x", expected_version=seen
            ),
        ):
            with pytest.raises(Changed):
                act()
        assert ticket.people_held_up == 9

    def test_an_outdated_classification_overwrites_nothing(self, maya, tomas, ada, printing, ask):
        ticket = ask(maya)
        seen = ticket.version
        actions.set_impact(by=ada, ticket=ticket, severity=Severity.STOPPED, people_held_up=4)
        with pytest.raises(Changed):
            actions.classify(by=tomas, ticket=ticket, service_class=printing, size=ticket.size, expected_version=seen)

    def test_a_note_never_reaches_the_customer(self, maya, tomas, ada, ask):
        ticket = ask(maya)
        actions.add_note(by=tomas, ticket=ticket, body="Second jam this week, @Ada?", mentions=[ada])
        assert all("Second jam" not in entry.text for entry in conversation(ticket, maya))
        assert mails(ticket, "mentioned") == [ada.email]
        assert not OutboxMessage.objects.filter(to=maya.email, text__contains="Second jam").exists()

    def test_a_customer_cannot_be_mentioned_in_a_note(self, maya, tomas, ask):
        with pytest.raises(Refused):
            actions.add_note(by=tomas, ticket=ask(maya), body="@Maya", mentions=[maya])

    def test_a_reply_to_it_alone_is_no_reply(self, maya, tomas, ask):
        with pytest.raises(Refused):
            actions.reply(by=tomas, ticket=ask(maya), body="hm", audience=Audience.IT)

    def test_a_promise_in_the_past_is_refused(self, monday, maya, tomas, ask):
        with pytest.raises(Refused):
            actions.reply(by=tomas, ticket=ask(maya), body="soon", next_update=monday - timedelta(minutes=1))

    def test_a_customer_who_writes_ends_the_waiting_for_them(self, monday, maya, tomas, ask):
        ticket = ask(maya)
        actions.wait_for(
            by=tomas, ticket=ticket, holder=Holder.CUSTOMER, reason="your room", until=monday + timedelta(days=2)
        )
        actions.write_as_customer(by=maya, ticket=ticket, body="Room 118")
        assert ticket.state == State.WORKING
        assert mails(ticket, "customer_wrote") == [tomas.email]

    def test_writing_on_a_closed_request_opens_it_again(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        actions.withdraw(by=maya, ticket=ticket)
        actions.write_as_customer(by=maya, ticket=ticket, body="It is back.")
        assert (ticket.state, ticket.ahead, ticket.close_reason) == (State.WORKING, Ahead.REOPENED, "")

    def test_followers_hear_in_their_own_measure_and_only_what_is_shared(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        held_up, boss, patient = PersonFactory(), PersonFactory(), PersonFactory()
        actions.follow(by=maya, ticket=ticket, person=held_up, reason=FollowerReason.HELD_UP)
        actions.follow(by=maya, ticket=ticket, person=boss, reason=FollowerReason.MANAGER)
        actions.follow(by=maya, ticket=ticket, person=patient, reason=FollowerReason.INTERESTED, measure=Measure.END)
        actions.reply(by=tomas, ticket=ticket, body="On my way.")
        assert mails(ticket, "reply") == sorted([maya.email, held_up.email])
        actions.reply(by=tomas, ticket=ticket, body="Your password is not the matter.", audience=Audience.CUSTOMER)
        assert mails(ticket, "reply") == sorted([maya.email, maya.email, held_up.email])
        actions.share_conversation(by=maya, ticket=ticket, shares=False)
        actions.reply(by=tomas, ticket=ticket, body="Nearly done.")
        assert mails(ticket, "reply").count(held_up.email) == 1
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        assert mails(ticket, "solution") == sorted([maya.email, held_up.email, boss.email])
        offered = OutboxMessage.objects.get(kind="solution", to=boss.email)
        assert "New rollers" not in offered.text + offered.html
        actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
        assert set(mails(ticket, "closed")) == {held_up.email, boss.email, patient.email}

    def test_a_draft_is_kept_per_form_and_forgotten_when_sent(self, maya, tomas, ask):
        ticket = ask(maya)
        actions.keep_draft(by=tomas, ticket=ticket, purpose="reply", body="I am")
        actions.keep_draft(by=tomas, ticket=ticket, purpose="reply", body="I am on")
        actions.keep_draft(by=tomas, ticket=ticket, purpose="note", body="hm")
        actions.reply(by=tomas, ticket=ticket, body="I am on my way.")
        assert [draft.purpose for draft in ticket.drafts.all()] == ["note"]


def test_a_mail_names_the_date_because_it_may_be_read_tomorrow(monday, maya, tomas, ask):
    ticket = ask(maya)
    actions.set_next_update(by=tomas, ticket=ticket, at=monday + timedelta(days=1))
    actions.reply(by=tomas, ticket=ticket, body="On my way.", next_update=monday + timedelta(days=1))
    assert "Tuesday 17 November, 10:00" in OutboxMessage.objects.get(kind="reply").text


class TestFollowers:
    def test_everybody_chooses_their_own_measure(self, maya, tomas, ask):
        ticket, boss = ask(maya), PersonFactory()
        follower = actions.follow(by=maya, ticket=ticket, person=boss, reason=FollowerReason.MANAGER)
        with pytest.raises(Refused):
            actions.change_measure(by=maya, follower=follower, measure=Measure.END)
        actions.change_measure(by=boss, follower=follower, measure=Measure.END)
        assert ticket.followers.get().measure == Measure.END

    def test_strangers_add_nobody(self, maya, ask):
        with pytest.raises(Refused):
            actions.follow(by=PersonFactory(), ticket=ask(maya), person=PersonFactory(), reason=FollowerReason.HELD_UP)

    def test_a_department_head_decides_nothing_for_the_customer(self, maya, tomas, understood):
        head = PersonFactory()
        maya.department = DepartmentFactory(head=head)
        maya.save()
        ticket = understood(maya, tomas)
        for act in (
            lambda: actions.confirm_restatement(by=head, restatement=ticket.restatements.get()),
            lambda: actions.withdraw(by=head, ticket=ticket),
            lambda: actions.share_conversation(by=head, ticket=ticket, shares=True),
            lambda: actions.write_as_customer(by=head, ticket=ticket, body="x"),
        ):
            with pytest.raises(Refused):
                act()


class TestSentAgain:
    """A page whose answer got lost is sent again, perhaps much later."""

    KEY = "0123456789abcdef" * 2

    def test_a_page_sent_again_is_said_once(self, monday, maya, tomas, ask):
        ticket = ask(maya)
        for act, by in ((actions.write_as_customer, maya), (actions.reply, tomas), (actions.add_note, tomas)):
            first = act(by=by, ticket=ticket, body="Words", key=self.KEY[::-1] if act is actions.add_note else self.KEY)
            with clock.at(monday + timedelta(hours=3)):
                key = first.key
                assert act(by=by, ticket=ticket, body="Words ", key=key) == first
        assert ticket.messages.count() == 3
        assert OutboxMessage.objects.filter(kind="reply").count() == 1

    def test_though_others_wrote_or_it_was_closed_meanwhile(self, monday, maya, tomas, ask):
        ticket = ask(maya)
        seen = last_said(ticket)
        first = actions.reply(by=tomas, ticket=ticket, body="Words", key=self.KEY, last_seen=seen)
        actions.write_as_customer(by=maya, ticket=ticket, body="Meanwhile")
        assert actions.reply(by=tomas, ticket=ticket, body="Words", key=self.KEY, last_seen=seen) == first
        actions.withdraw(by=maya, ticket=ticket)
        assert actions.reply(by=tomas, ticket=ticket, body="Words", key=self.KEY, last_seen=seen) == first

    def test_a_page_gone_back_to_and_rewritten_says_something_new(self, monday, maya, ask):
        ticket = ask(maya)
        actions.write_as_customer(by=maya, ticket=ticket, body="First", key=self.KEY)
        actions.write_as_customer(by=maya, ticket=ticket, body="Second", key=self.KEY)
        assert [message.body for message in ticket.messages.all()] == ["First", "Second"]

    def test_another_file_makes_it_another_message(self, monday, maya, ask):
        ticket = ask(maya)
        for words in (b"one", b"one", b"two"):
            shot = store_file(by=maya, upload=SimpleUploadedFile("a.txt", words))
            actions.write_as_customer(by=maya, ticket=ticket, body="See", attachments=[shot], key=self.KEY)
        assert ticket.messages.count() == 2
