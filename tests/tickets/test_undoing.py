"""A merge that is undone: everything is where it was, and what was written meanwhile stays."""

from datetime import timedelta

import pytest

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    FollowerReason,
    Holder,
    Severity,
    State,
)
from foredesk.tickets.jobs import end_waits, remind_and_close
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory

from .record import fresh, mails


class TestUndoing:
    def test_everything_is_where_it_was(self, monday, tomas, ada, older, newer, jon):
        already = PersonFactory()
        actions.follow(by=tomas, ticket=older, person=already, reason=FollowerReason.INTERESTED)
        actions.follow(by=tomas, ticket=newer, person=already, reason=FollowerReason.HELD_UP)
        actions.take(by=ada, ticket=newer)
        due = monday + timedelta(hours=3)
        actions.set_next_update(by=ada, ticket=newer, at=due)
        actions.set_impact(by=ada, ticket=newer, severity=Severity.STOPPED, people_held_up=5)
        actions.merge(by=tomas, ticket=newer, into=older)
        assert older.people_held_up == 6
        actions.undo_merge(by=tomas, ticket=newer)
        older.refresh_from_db()
        assert (newer.state, newer.assignee, newer.next_update_due) == (State.WORKING, ada, due)
        assert (newer.merged_into, newer.close_reason, newer.closed_at) == (None, "", None)
        assert (older.people_held_up, older.severity) == (1, Severity.SLOWED)
        assert list(older.followers.values_list("person", flat=True)) == [already.pk]
        assert newer.followers.filter(person=already).exists()
        assert newer.spans.filter(ended_at=None).count() == 1

    def test_waiting_goes_on_with_its_end(self, monday, tomas, older, newer):
        until = monday + timedelta(days=1)
        actions.wait_for(by=tomas, ticket=newer, holder=Holder.SUPPLIER, reason="the drum", until=until)
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.undo_merge(by=tomas, ticket=newer)
        span = newer.spans.get(ended_at=None)
        assert (newer.state, span.holder, span.reason, span.until) == (State.WAITING, "supplier", "the drum", until)
        with clock.at(until + timedelta(minutes=1)):
            end_waits()
        assert fresh(newer).state == State.WORKING

    def test_an_offered_fix_is_on_offer_again_and_time_is_left_to_answer(self, monday, tomas, jon, older, newer):
        actions.skip_restatement(by=tomas, ticket=newer, reason="spoken")
        solution = actions.offer_solution(by=tomas, ticket=newer, text="Try tray 2")
        with clock.at(solution.remind_at):
            remind_and_close()
        actions.merge(by=tomas, ticket=newer, into=older)
        with clock.at(monday + timedelta(days=30)):
            remind_and_close()
            assert not fresh(newer).is_open
            actions.undo_merge(by=tomas, ticket=newer)
            remind_and_close()
            assert fresh(newer).state == State.OFFERED
            solution.refresh_from_db()
            assert solution.close_at > clock.now()

    def test_a_promise_that_has_passed_is_made_anew(self, monday, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        with clock.at(monday + timedelta(days=2)):
            actions.undo_merge(by=tomas, ticket=newer)
            assert newer.next_update_due > clock.now()

    def test_what_was_written_meanwhile_stays_where_it_was_written(self, tomas, jon, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        message = actions.write_as_customer(by=jon, ticket=newer, body="Still jamming")
        actions.undo_merge(by=tomas, ticket=newer)
        message.refresh_from_db()
        assert message.ticket == older

    def test_who_came_with_another_one_too_stays(self, tomas, jon, older, newer, ask):
        priya = PersonFactory()
        third = ask(priya)
        actions.follow(by=jon, ticket=newer, person=priya, reason=FollowerReason.HELD_UP)
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.merge(by=tomas, ticket=third, into=older)
        actions.undo_merge(by=tomas, ticket=newer)
        assert [f.person for f in older.followers.all()] == [priya]

    def test_who_is_held_up_stays_as_somebody_set_it_since(self, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.set_impact(by=tomas, ticket=older, severity=Severity.STOPPED, people_held_up=30)
        actions.undo_merge(by=tomas, ticket=newer)
        older.refresh_from_db()
        assert older.people_held_up == 30

    def test_it_is_told_only_when_the_merge_was(self, tomas, jon, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.undo_merge(by=tomas, ticket=newer)
        assert mails(newer, "unmerged") == [jon.email]
        OutboxMessage.objects.all().delete()
        newer.refresh_from_db()
        actions.merge(by=tomas, ticket=newer, into=older)
        OutboxMessage.objects.filter(kind="merged").delete()  # undone before the worker came to it
        actions.undo_merge(by=tomas, ticket=newer)
        assert mails(newer, "unmerged") == []

    def test_it_is_undone_from_the_end_of_the_chain(self, tomas, older, newer, ask):
        third = ask(PersonFactory())
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.merge(by=tomas, ticket=older, into=third)
        with pytest.raises(Refused, match="Undo that first"):
            actions.undo_merge(by=tomas, ticket=newer)
        actions.undo_merge(by=tomas, ticket=older)
        actions.undo_merge(by=tomas, ticket=newer)
        assert fresh(newer).is_open
        assert fresh(older).is_open
        with pytest.raises(Refused, match="by itself"):
            actions.undo_merge(by=tomas, ticket=newer)

    def test_a_forgotten_one_stays_closed(self, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        Ticket.objects.filter(pk=newer.pk).update(forgotten_at=clock.now())
        with pytest.raises(Refused, match="deleted"):
            actions.undo_merge(by=tomas, ticket=newer)
