"""What agents do with a ticket, and what it refuses."""

from datetime import timedelta

import pytest

from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.queries import lane
from foredesk.dispatch.actions import place
from foredesk.dispatch.queries import lane_in_order
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    Ahead,
    FollowerReason,
    Holder,
    Severity,
    State,
)
from foredesk.tickets.jobs import end_waits
from foredesk.tickets.models import Interview, Ticket
from foredesk.tickets.queries import clocks, conversation, what_next
from tests.factories import PersonFactory

from .record import mails, tags


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
        place(Ticket.objects.get(pk=other.pk))
        ticket = understood(maya, tomas)
        actions.hand_off(by=tomas, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="paper", why="New rollers needed.")
        assert [row.ticket for row in lane_in_order(ada, LaneKey.DEEP).rows] == [ticket, other]
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
