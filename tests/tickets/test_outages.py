"""A ticket that is treated as an outage: its customer hears at least every half an hour, whatever the hour."""

from datetime import timedelta

import pytest

from foredesk.activity.queries import events_about
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.tickets import actions, queries
from foredesk.tickets.enums import Holder
from foredesk.tickets.rules import Changed
from tests.factories import PersonFactory

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def ticket(monday, maya, tomas, ask):
    asked = ask(maya)
    actions.reply(by=tomas, ticket=asked, body="We are looking into it.")
    return asked


def test_an_outage_promises_a_word_within_half_an_hour(ticket, monday, maya, tomas):
    actions.mark_outage(by=tomas, ticket=ticket, reason="Nobody in B reaches the network")
    assert ticket.is_outage
    assert ticket.next_update_due == monday + HALF_AN_HOUR
    assert "We treat it as an outage" in queries.what_next(ticket, maya)
    event = events_about(ticket).last()
    assert (event.tag, event.data["reason"]) == ("ticket:outage:marked", "Nobody in B reaches the network")


def test_a_sooner_promise_stays(ticket, monday, tomas):
    soon = monday + timedelta(minutes=10)
    actions.set_next_update(by=tomas, ticket=ticket, at=soon)
    actions.mark_outage(by=tomas, ticket=ticket, reason="The network")
    assert ticket.next_update_due == soon


def test_each_word_promises_the_next_half_hour_in_the_night_too(ticket, monday, tomas):
    actions.mark_outage(by=tomas, ticket=ticket, reason="The network")
    with clock.at(monday + timedelta(hours=14)):
        actions.reply(by=tomas, ticket=ticket, body="Half of the switches are back.")
        assert ticket.next_update_due == clock.now() + HALF_AN_HOUR
        until = clock.now() + timedelta(days=1)
        actions.wait_for(by=tomas, ticket=ticket, holder=Holder.SUPPLIER, reason="a switch", until=until)
        assert ticket.next_update_due == clock.now() + HALF_AN_HOUR


def test_nobody_promises_a_later_word_in_an_outage(ticket, monday, tomas):
    actions.mark_outage(by=tomas, ticket=ticket, reason="The network")
    late = monday + timedelta(minutes=31)
    with pytest.raises(Refused, match="at least every 30 minutes"):
        actions.set_next_update(by=tomas, ticket=ticket, at=late)
    with pytest.raises(Refused, match="at least every 30 minutes"):
        actions.reply(by=tomas, ticket=ticket, body="Later", next_update=late)
    actions.unmark_outage(by=tomas, ticket=ticket, reason="It is back")
    actions.set_next_update(by=tomas, ticket=ticket, at=late)
    assert ticket.next_update_due == late


def test_only_who_serves_it_marks_it_once_and_with_a_reason(ticket, maya, tomas, confide, ada):
    with pytest.raises(Refused):
        actions.mark_outage(by=maya, ticket=ticket, reason="I say so")
    with pytest.raises(Refused, match="say why"):
        actions.mark_outage(by=tomas, ticket=ticket, reason=" ")
    with pytest.raises(Refused, match="not treated"):
        actions.unmark_outage(by=tomas, ticket=ticket, reason="over")
    actions.mark_outage(by=tomas, ticket=ticket, reason="The network")
    with pytest.raises(Refused, match="already"):
        actions.mark_outage(by=ada, ticket=ticket, reason="The network")
    private = confide(PersonFactory())
    with pytest.raises(Refused):
        actions.mark_outage(by=tomas, ticket=private, reason="The network")


def test_who_saw_an_older_version_overwrites_nothing(ticket, tomas):
    seen = ticket.version
    actions.take(by=tomas, ticket=ticket)
    actions.reply(by=tomas, ticket=ticket, body="More")
    with pytest.raises(Changed):
        actions.mark_outage(by=tomas, ticket=ticket, reason="The network", expected_version=seen)


def test_what_an_outage_goes_on_in_is_one_too(older, newer, monday, tomas):
    actions.mark_outage(by=tomas, ticket=newer, reason="The network")
    actions.merge(by=tomas, ticket=newer, into=older)
    assert older.is_outage
    assert older.next_update_due == monday + HALF_AN_HOUR
    assert "ticket:outage:marked" in [event.tag for event in events_about(older)]
    actions.undo_merge(by=tomas, ticket=newer)
    assert newer.is_outage
