"""What people do with a ticket, and what it refuses."""

from datetime import timedelta

import pytest

from foredesk.activity.models import Event
from foredesk.attachments.models import Attachment
from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    Ahead,
    Answer,
    Audience,
    CareStep,
    Channel,
    CloseReason,
    FollowerReason,
    Holder,
    Measure,
    Prompt,
    Severity,
    Stance,
    State,
)
from foredesk.tickets.jobs import end_waits, remind_and_close
from foredesk.tickets.models import Interview, Solution, Ticket
from foredesk.tickets.queries import clocks, conversation, is_understood, last_said, queue, what_next
from foredesk.tickets.rules import Changed
from tests.factories import DepartmentFactory, PersonFactory

from .conftest import MONDAY


def mails(ticket: Ticket, kind: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", kind=kind).values_list("to", flat=True))


def tags(ticket: Ticket) -> list[str]:
    return list(Event.objects.filter(about_type="tickets.ticket", about_id=ticket.pk).values_list("tag", flat=True))


class TestInterview:
    def test_a_draft_keeps_the_words_verbatim_and_survives(self, maya):
        words = "  It jams!!\n\tafter every <third> page …  "
        interview = actions.start_interview(by=maya, goal="print")
        actions.save_answers(by=maya, interview=interview, happened=words)
        assert Interview.objects.get(pk=interview.pk).happened == words

    def test_only_named_answers_are_touched(self, maya):
        interview = actions.start_interview(by=maya, goal="print")
        actions.save_answers(by=maya, interview=interview, theory="the sun")
        stale = Interview.objects.get(pk=interview.pk)
        actions.save_answers(by=maya, interview=interview, tried="other paper")
        actions.save_answers(by=maya, interview=stale, fixed="it prints")
        kept = Interview.objects.get(pk=interview.pk)
        assert (kept.theory, kept.tried, kept.fixed) == ("the sun", "other paper", "it prints")

    def test_an_answer_of_that_name_does_not_exist(self, maya):
        with pytest.raises(TypeError):
            actions.save_answers(by=maya, interview=actions.start_interview(by=maya), ticket=None)

    def test_nobody_else_writes_or_sends_a_draft(self, maya, tomas):
        interview = actions.start_interview(by=maya, goal="print")
        for act in (
            lambda: actions.save_answers(by=tomas, interview=interview, goal="x"),
            lambda: actions.send_interview(by=tomas, interview=interview),
            lambda: actions.discard_interview(by=tomas, interview=interview),
        ):
            with pytest.raises(Refused):
                act()

    def test_an_endless_answer_is_refused_with_a_way_out(self, maya):
        interview = actions.start_interview(by=maya)
        with pytest.raises(Refused, match="file"):
            actions.save_answers(by=maya, interview=interview, goal="x" * 30_000)

    @pytest.mark.parametrize("people", [0, -3, 10**9])
    def test_an_impossible_number_of_people_is_refused(self, maya, people):
        with pytest.raises(Refused):
            actions.save_answers(by=maya, interview=actions.start_interview(by=maya), people_held_up=people)

    def test_the_words_choose_the_class_until_the_customer_does(self, maya, printing):
        interview = actions.start_interview(by=maya, goal="there is a paperjam")
        assert interview.service_class == printing
        actions.save_answers(by=maya, interview=interview, service_class=None, kind_chosen=True)
        actions.save_answers(by=maya, interview=interview, goal="paperjam again")
        assert interview.service_class is None

    def test_a_skipped_prompt_is_kept_as_skipped_once(self, maya):
        interview = actions.start_interview(by=maya, goal="print")
        actions.skip_prompts(by=maya, interview=interview, prompts=[Prompt.THEORY, Prompt.TRIED])
        actions.skip_prompts(by=maya, interview=interview, prompts=[Prompt.THEORY])
        assert interview.skipped == ["theory", "tried"]


class TestSending:
    def test_a_request_opens_with_targets_in_working_time(self, monday, maya, printing, ask):
        ticket = ask(maya, goal="paperjam")
        assert ticket.state == State.ASKED
        assert ticket.first_reply_target == monday + timedelta(minutes=30)
        assert ticket.next_update_due == ticket.first_reply_target
        assert ticket.solution_target == monday + timedelta(minutes=240)

    def test_a_friday_evening_request_is_due_on_monday(self, maya, printing, ask):
        friday = MONDAY - timedelta(days=3) + timedelta(hours=9)  # 19:00 in Amsterdam
        with clock.at(friday):
            ticket = ask(maya, goal="paperjam")
        assert ticket.first_reply_target.weekday() == 0

    def test_sending_twice_makes_one_request(self, maya):
        interview = actions.start_interview(by=maya, goal="print")
        stale = Interview.objects.get(pk=interview.pk)
        first = actions.send_interview(by=maya, interview=interview)
        second = actions.send_interview(by=maya, interview=stale)
        assert first == second
        assert Ticket.objects.count() == 1
        assert mails(first, "acknowledged") == [maya.email]

    def test_nothing_said_is_refused_but_a_picture_is_enough(self, maya):
        interview = actions.start_interview(by=maya)
        with pytest.raises(Refused):
            actions.send_interview(by=maya, interview=interview)
        picture = Attachment.objects.create(
            name="a.png", content_type="image/png", size=1, sha256="0", path="a", by=maya
        )
        actions.attach_to_interview(by=maya, interview=interview, attachment=picture)
        assert actions.send_interview(by=maya, interview=interview).subject

    def test_colleagues_held_up_follow_and_the_manager_and_the_owner_too(self, maya, printing, ask):
        boss, owner, colleague = PersonFactory(), PersonFactory(role=Role.AGENT), PersonFactory()
        maya.manager = boss
        maya.save()
        printing.owner = owner
        printing.save()
        interview = actions.start_interview(by=maya, goal="paperjam")
        actions.save_answers(by=maya, interview=interview, people_held_up=2)
        actions.name_held_up(by=maya, interview=interview, people=[colleague, maya])
        ticket = actions.send_interview(by=maya, interview=interview)
        assert {(f.person, f.reason) for f in ticket.followers.all()} == {
            (colleague, FollowerReason.HELD_UP),
            (boss, FollowerReason.MANAGER),
            (owner, FollowerReason.OWNER),
        }

    def test_a_call_is_the_customers_request_in_their_words(self, monday, maya, tomas):
        ticket = actions.log_call(
            by=tomas, customer=maya, words="Locked out", channel=Channel.PHONE, severity=Severity.STOPPED
        )
        assert (ticket.customer, ticket.opened_by, ticket.channel) == (maya, tomas, Channel.PHONE)
        assert ticket.interview.goal == "Locked out"
        assert ticket.severity == Severity.STOPPED
        assert mails(ticket, "acknowledged") == [maya.email]

    def test_the_closer_part_of_a_chosen_kind_is_found(self, maya, printing):
        part = type(printing).objects.create(
            name="Toner", parent=printing, lane=printing.lane, keywords="toner", usual_size=Size.MOMENT
        )
        interview = actions.start_interview(by=maya, goal="toner is empty", service_class=printing)
        assert actions.send_interview(by=maya, interview=interview).service_class == part


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


class TestWork:
    def test_two_who_take_at_once_do_not_share_it(self, maya, tomas, ada, ask):
        ticket = ask(maya)
        stale = Ticket.objects.get(pk=ticket.pk)
        actions.take(by=tomas, ticket=ticket)
        with pytest.raises(Refused, match="Tomás Reyes"):
            actions.take(by=ada, ticket=stale)

    def test_nobody_works_on_their_own_request(self, tomas, ask):
        ticket = ask(tomas)
        with pytest.raises(Refused):
            actions.take(by=tomas, ticket=ticket)

    def test_customers_do_none_of_it(self, monday, maya, ask):
        ticket, other = ask(maya), PersonFactory()
        later = monday + timedelta(days=1)
        for act in (
            lambda by: actions.take(by=by, ticket=ticket),
            lambda by: actions.reply(by=by, ticket=ticket, body="x"),
            lambda by: actions.add_note(by=by, ticket=ticket, body="x"),
            lambda by: actions.restate(by=by, ticket=ticket, text="x"),
            lambda by: actions.offer_solution(by=by, ticket=ticket, text="x"),
            lambda by: actions.hand_off(by=by, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="x", why="x"),
            lambda by: actions.wait_for(by=by, ticket=ticket, holder=Holder.DATE, reason="x", until=later),
            lambda by: actions.set_next_update(by=by, ticket=ticket, at=later),
            lambda by: actions.put_back(by=by, ticket=ticket),
        ):
            for person in (maya, other):
                with pytest.raises(Refused):
                    act(person)
        assert tags(ticket) == ["ticket:submitted"]

    def test_what_the_customer_does_not_share_stays_out_of_every_follower_s_sight(
        self, monday, maya, tomas, understood
    ):
        ticket, follower = understood(maya, tomas), PersonFactory()
        actions.follow(by=maya, ticket=ticket, person=follower, reason=FollowerReason.HELD_UP)
        actions.share_conversation(by=maya, ticket=ticket, shares=False)
        actions.hand_off(by=tomas, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="x", why="the secret rollers")
        until = monday + timedelta(days=1)
        actions.wait_for(by=tomas, ticket=ticket, holder=Holder.CUSTOMER, reason="the secret letter", until=until)
        seen = what_next(ticket, follower) + "".join(entry.text for entry in conversation(ticket, follower))
        sent = "".join(OutboxMessage.objects.filter(to=follower.email).values_list("text", flat=True))
        assert "secret" not in seen + sent
        assert "Waiting for Maya" in seen
        told = OutboxMessage.objects.get(kind="handed_over", to=maya.email).text
        assert "the secret rollers" in told

    def test_a_hand_off_needs_the_restatement_and_what_was_tried(self, maya, tomas, ask):
        ticket, deep = ask(maya), lane(LaneKey.DEEP)
        with pytest.raises(Refused, match="restate"):
            actions.hand_off(by=tomas, ticket=ticket, to_lane=deep, tried="paper", why="rollers")
        actions.restate(by=tomas, ticket=ticket, text="60 sheets.")
        with pytest.raises(Refused, match="tried"):
            actions.hand_off(by=tomas, ticket=ticket, to_lane=deep, tried=" ", why="rollers")
        with pytest.raises(Refused, match="why"):
            actions.hand_off(by=tomas, ticket=ticket, to_lane=deep, tried="paper", why="")
        with pytest.raises(Refused):
            actions.hand_off(by=tomas, ticket=ticket, to_lane=lane(LaneKey.RAPID), tried="paper", why="rollers")

    def test_the_receiving_lane_sees_a_hand_off_first(self, maya, tomas, ada, ask, understood):
        other = ask(maya, goal="older")
        Ticket.objects.filter(pk=other.pk).update(lane=lane(LaneKey.DEEP))
        ticket = understood(maya, tomas)
        actions.hand_off(by=tomas, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="paper", why="New rollers needed.")
        assert [row.ticket for row in queue(LaneKey.DEEP)] == [ticket, other]
        assert (ticket.assignee, ticket.state, ticket.ahead) == (None, State.ASKED, Ahead.HANDED_OVER)
        assert mails(ticket, "handed_over") == [maya.email]
        assert any("New rollers needed." in entry.text for entry in conversation(ticket, maya))
        assert all(entry.text != "paper" for entry in conversation(ticket, maya))
        actions.take(by=ada, ticket=ticket)
        assert (ticket.ahead, ticket.state) == ("", State.WORKING)

    def test_waiting_pauses_its_clock_and_hides_nothing(self, monday, maya, tomas, ask):
        with clock.at(monday - timedelta(hours=1)):
            ticket = ask(maya)
        actions.take(by=tomas, ticket=ticket)
        until = monday + timedelta(hours=3)
        actions.wait_for(by=tomas, ticket=ticket, holder=Holder.SUPPLIER, reason="the rollers", until=until)
        with clock.at(monday + timedelta(hours=2)):
            both = clocks(ticket)
            assert both.total == both.working_total == timedelta(hours=3)
            assert both.it == both.working_it == timedelta(hours=1)
            end_waits()
            ticket.refresh_from_db()
            assert ticket.state == State.WAITING
        with clock.at(until):
            end_waits()
            end_waits()
            ticket.refresh_from_db()
            assert ticket.state == State.WORKING
            assert mails(ticket, "wait_ended") == sorted([maya.email, tomas.email])

    def test_waiting_needs_a_reason_and_an_end_ahead(self, monday, maya, tomas, ask):
        ticket, later = ask(maya), monday + timedelta(days=1)
        for holder, reason, until in [
            (Holder.CUSTOMER, "", later),
            (Holder.CUSTOMER, "your room", monday),
            (Holder.IT, "us", later),
        ]:
            with pytest.raises(Refused):
                actions.wait_for(by=tomas, ticket=ticket, holder=holder, reason=reason, until=until)

    def test_a_changed_size_is_explained_and_moves_the_targets(self, monday, maya, tomas, printing, ask):
        ticket = ask(maya)
        with pytest.raises(Refused):
            actions.classify(by=tomas, ticket=ticket, service_class=printing, size=Size.BIGGER)
        actions.classify(by=tomas, ticket=ticket, service_class=printing, size=Size.BIGGER, reason="Parts are needed.")
        assert ticket.solution_target == monday + timedelta(minutes=240)
        assert mails(ticket, "size_changed") == [maya.email]

    def test_the_customers_own_view_of_the_impact_stays(self, maya, tomas, ask):
        ticket = ask(maya, severity=Severity.STOPPED, people_held_up=30)
        actions.set_impact(by=tomas, ticket=ticket, severity=Severity.SLOWED, people_held_up=3, reason="two can print")
        interview = Interview.objects.get(ticket=ticket)
        assert (interview.severity, interview.people_held_up) == (Severity.STOPPED, 30)
        assert (ticket.severity, ticket.people_held_up) == (Severity.SLOWED, 3)


class TestClosing:
    def test_no_fix_is_offered_before_the_need_is_restated(self, maya, tomas, ask):
        with pytest.raises(Refused, match="restate"):
            actions.offer_solution(by=tomas, ticket=ask(maya), text="New rollers.")

    def test_yes_closes_and_all_nine_steps_have_their_moment(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        actions.confirm_restatement(by=maya, restatement=ticket.restatements.get())
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.", checked_how="printed 70")
        actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
        assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.CONFIRMED)
        assert set(ticket.care.values_list("step", flat=True)) == set(CareStep)

    @pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.NO])
    def test_partly_and_no_bring_it_back_ahead_of_the_new_ones(self, answer, maya, tomas, ask, understood):
        ticket = understood(maya, tomas)
        new = ask(PersonFactory(), goal="newer")
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        with pytest.raises(Refused):
            actions.answer_solution(by=maya, solution=solution, answer=answer)
        actions.answer_solution(by=maya, solution=solution, answer=answer, words="Duplex still jams.")
        assert (ticket.state, ticket.assignee, ticket.times_reopened) == (State.WORKING, tomas, 1)
        assert ticket.next_update_due is not None
        assert [row.ticket for row in queue(LaneKey.RAPID)] == [ticket, new]

    def test_only_the_customer_says_that_it_is_solved(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        follower = PersonFactory()
        actions.follow(by=maya, ticket=ticket, person=follower, reason=FollowerReason.HELD_UP)
        for person in (tomas, follower, PersonFactory(role=Role.ADMINISTRATOR)):
            with pytest.raises(Refused):
                actions.answer_solution(by=person, solution=solution, answer=Answer.YES)

    def test_an_agent_who_logged_the_call_cannot_confirm_it_either(self, monday, maya, tomas):
        ticket = actions.log_call(by=tomas, customer=maya, words="x", channel=Channel.PHONE)
        actions.skip_restatement(by=tomas, ticket=ticket, reason="one word")
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="y")
        with pytest.raises(Refused):
            actions.answer_solution(by=tomas, solution=solution, answer=Answer.YES)

    def test_an_answer_counts_once(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        stale = Solution.objects.get(pk=solution.pk)
        actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
        with pytest.raises(Refused):
            actions.answer_solution(by=maya, solution=stale, answer=Answer.NO, words="no")
        assert Ticket.objects.get().state == State.CLOSED

    def test_silence_is_reminded_once_then_closes_with_that_reason(self, monday, maya, tomas, printing, understood):
        ticket = understood(maya, tomas, goal="paperjam")  # closes after 16 working hours: Tuesday 17:00 at the latest
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        with clock.at(solution.remind_at - timedelta(minutes=1)):
            remind_and_close()
        assert mails(ticket, "reminder") == []
        with clock.at(solution.remind_at):
            remind_and_close()
            remind_and_close()
        assert mails(ticket, "reminder") == [maya.email]
        with clock.at(solution.close_at - timedelta(minutes=1)):
            remind_and_close()
        ticket.refresh_from_db()
        assert ticket.state == State.OFFERED
        with clock.at(solution.close_at):
            remind_and_close()
        ticket.refresh_from_db()
        assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.SILENT)
        actions.write_as_customer(by=maya, ticket=ticket, body="Sorry, I was away: no.")
        assert ticket.state == State.WORKING

    def test_after_a_late_reminder_there_is_still_time_to_answer(self, monday, maya, tomas, understood):
        ticket = understood(maya, tomas)
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        late = solution.close_at + timedelta(days=7)  # the worker was off
        with clock.at(late):
            remind_and_close()
        ticket.refresh_from_db()
        solution.refresh_from_db()
        assert ticket.state == State.OFFERED
        assert solution.close_at > late
        with clock.at(solution.close_at):
            remind_and_close()
        ticket.refresh_from_db()
        assert ticket.close_reason == CloseReason.SILENT

    def test_reopened_while_nobody_holds_it_waits_for_hands(self, maya, tomas, ask):
        ticket = ask(maya)
        actions.withdraw(by=maya, ticket=ticket)
        actions.write_as_customer(by=maya, ticket=ticket, body="I need it after all.")
        assert (ticket.state, ticket.ahead) == (State.ASKED, Ahead.REOPENED)

    def test_nothing_closes_without_a_reminder(self, monday, maya, tomas, understood):
        ticket = understood(maya, tomas)
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        with clock.at(solution.close_at + timedelta(days=30)):
            assert actions.close_unanswered(solution=solution) is False

    def test_everything_done_is_in_the_record(self, maya, tomas, understood):
        ticket = understood(maya, tomas)
        solution = actions.offer_solution(by=tomas, ticket=ticket, text="New rollers.")
        actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
        assert tags(ticket) == [
            "ticket:submitted",
            "ticket:restated",
            "ticket:solution:offered",
            "ticket:solution:answered",
            "ticket:closed",
        ]


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
