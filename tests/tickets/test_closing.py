"""Done when the customer says so."""

from datetime import timedelta

import pytest

from foredesk.catalogue.enums import LaneKey
from foredesk.dispatch.queries import lane_in_order
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    Ahead,
    Answer,
    CareStep,
    Channel,
    CloseReason,
    FollowerReason,
    State,
)
from foredesk.tickets.jobs import remind_and_close
from foredesk.tickets.models import Solution, Ticket
from tests.factories import PersonFactory

from .record import mails, tags


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
        assert [row.ticket for row in lane_in_order(tomas, LaneKey.RAPID).rows] == [ticket, new]

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
