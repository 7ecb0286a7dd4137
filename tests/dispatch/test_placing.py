"""A lane's order as it is kept: at once when a ticket changes, and as time passes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.dispatch.actions import measure_usual_work, place, place_those_missed, reorder
from foredesk.dispatch.actions.placing import standing_of
from foredesk.dispatch.models import Effort, Place
from foredesk.dispatch.queries import lane_in_order, loads, next_for, offer, why_here
from foredesk.dispatch.rules.order import Tier, in_order
from foredesk.kit import clock
from foredesk.tickets import actions as tickets
from foredesk.tickets.enums import CloseReason, Holder, Severity, State
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, SiteCalendarFactory, TeamFactory

from .conftest import MONDAY

HOUR = timedelta(hours=1)


def shown(person, key=LaneKey.RAPID) -> list[Ticket]:
    return [row.ticket for row in lane_in_order(person, key).rows]


def test_who_loses_more_is_served_first_and_each_says_why(monday, ask, maya, tomas, screens):
    annoyed = ask(maya, severity="annoyed")
    screen = ask(maya, screens, severity="stopped", people_held_up=3)
    paper = ask(maya, severity="stopped", people_held_up=3)
    assert shown(tomas) == [paper, screen, annoyed]
    whys = lane_in_order(tomas, LaneKey.RAPID).whys
    assert whys[paper.pk] == f"Above {screen.pk}: usually 10 min of work."
    assert whys[screen.pk] == f"Above {annoyed.pk}: 3 people stopped."
    assert whys[annoyed.pk] == "1 person annoyed, usually 10 min of work, 0 min of its 4 h are gone."


def test_an_agent_who_knows_better_moves_it_at_once(monday, ask, maya, tomas):
    first, second = ask(maya, severity="slowed"), ask(maya, severity="annoyed")
    assert shown(tomas) == [first, second]
    tickets.set_impact(by=tomas, ticket=second, severity=Severity.STOPPED, people_held_up=12, reason="The whole class.")
    assert shown(tomas) == [second, first]
    assert second.interview.severity == "annoyed"  # what the customer said stays


def test_outages_come_first_then_the_overdue_then_what_came_back(monday, ask, maya, tomas):
    overdue = ask(maya, severity="annoyed")
    with clock.at(MONDAY + 4 * HOUR):
        heavy, outage, back = (ask(maya, severity="stopped", people_held_up=n) for n in (90, 1, 1))
        tickets.mark_outage(by=tomas, ticket=outage, reason="The print server is down.")
        tickets.restate(by=tomas, ticket=back, text="You need 60 sheets.")
        tickets.hand_off(by=tomas, ticket=back, to_lane=lane(LaneKey.DEEP), tried="all", why="time")
        tickets.hand_off(by=tomas, ticket=back, to_lane=lane(LaneKey.RAPID), tried="all", why="quick")
        assert reorder() == 1  # only the one whose time is over
        assert shown(tomas) == [outage, overdue, back, heavy]
        whys = lane_in_order(tomas, LaneKey.RAPID).whys
    assert whys[outage.pk].endswith("part of an outage.")
    assert whys[overdue.pk] == f"Above {back.pk}: its 4 h are over."
    assert "came back, or was handed over" in whys[back.pk]


def test_of_two_overdue_the_earlier_one_comes_first_whatever_the_other_weighs(monday, ask, maya, tomas):
    light = ask(maya, severity="annoyed")
    with clock.at(MONDAY + timedelta(minutes=1)):
        heavy = ask(maya, severity="stopped", people_held_up=500)
    with clock.at(MONDAY + 6 * HOUR):
        reorder()
        assert shown(tomas) == [light, heavy]


def test_what_waits_stands_behind_what_can_be_done(monday, ask, maya, tomas):
    waits, free = ask(maya, severity="stopped", people_held_up=50), ask(maya)
    tickets.wait_for(
        by=tomas, ticket=waits, holder=Holder.SUPPLIER, reason="the drum", until=MONDAY + timedelta(days=2)
    )
    assert not Place.objects.filter(ticket=waits).exists()
    assert shown(tomas) == [free, waits]
    assert why_here(waits, tomas) == ""
    tickets.resume(by=tomas, ticket=waits)
    assert shown(tomas) == [waits, free]


def test_a_place_that_hardly_moves_is_not_written(monday, ask, maya):
    ask(maya)
    with clock.at(MONDAY + timedelta(minutes=1)):
        assert reorder() == 0
    with clock.at(MONDAY + timedelta(minutes=30)):
        assert reorder() == 1
        assert reorder() == 0


def test_what_came_and_went_in_bulk_is_found(monday, ask, maya, tomas):
    gone, new = ask(maya), ask(maya)
    closed = {"state": State.CLOSED, "close_reason": CloseReason.SILENT, "closed_at": MONDAY}
    Ticket.objects.filter(pk=gone.pk).update(**closed)
    Place.objects.filter(ticket=new).delete()
    assert place_those_missed() == 2
    assert [one.ticket for one in Place.objects.all()] == [new]
    assert place_those_missed() == 0


def test_a_ticket_that_is_closed_while_places_are_worked_out_takes_its_place_away(monday, ask, maya, tomas):
    ticket = ask(maya)
    stale = Ticket.objects.select_related("customer__department", "service_class").get(pk=ticket.pk)
    tickets.withdraw(by=maya, ticket=ticket)
    with clock.at(MONDAY + 2 * HOUR):
        reorder()
    assert not Place.objects.exists()
    place(stale)  # whoever comes late with an old ticket in hand is found out by the next round
    place_those_missed()
    assert not Place.objects.exists()


def test_the_hours_of_the_customers_site_count(monday, ask, tomas):
    there, here = DepartmentFactory(), DepartmentFactory()
    SiteCalendarFactory(sites=[there.site], timezone="America/New_York")
    SiteCalendarFactory(sites=[here.site])
    far, near = ask(PersonFactory(department=there)), ask(PersonFactory(department=here))
    with clock.at(MONDAY + 4 * HOUR):  # 14:00 in Amsterdam, 8:00 in New York
        reorder()
        tiers = dict(Place.objects.values_list("ticket", "tier"))
        assert shown(tomas) == [near, far]
    assert tiers == {near.pk: Tier.OVERDUE, far.pk: Tier.OTHER}


def test_usual_work_is_measured_and_says_so(monday, ask, maya, tomas, screens):
    part = ServiceClassFactory(name="Second screens", parent=screens, usual_size="hour")
    project = ServiceClassFactory(name="A wall of screens", parent=screens, usual_size="bigger")
    waiting = ask(maya, screens), ask(maya, part), ask(maya, project)
    for minutes in range(1, 21):
        solved = ask(maya, screens)
        Effort.objects.create(ticket=solved, seconds=minutes * 60)
        Ticket.objects.filter(pk=solved.pk).update(
            state=State.CLOSED, close_reason=CloseReason.CONFIRMED, closed_at=MONDAY
        )
    measure_usual_work()
    reorder()
    touches = dict(Place.objects.values_list("ticket", "touch"))
    assert [touches[one.pk] for one in waiting] == [10.5, 10.5, 240]  # the parts are too rare to say anything
    assert screens.usual_work.basis == "measured"
    assert (part.usual_work.basis, part.usual_work.cases) == ("parent", 0)
    assert project.usual_work.basis == "size"  # what is said of an hour's work says nothing of days


def test_private_requests_are_not_told_of(monday, ask, maya, tomas, ada):
    trusted = TeamFactory()
    trusted.members.add(ada)
    secret = ServiceClassFactory(name="Confidential")
    make_private(by=None, service_class=secret, teams=[trusted])
    open_one, private = ask(maya, severity="annoyed"), ask(maya, secret, severity="stopped", people_held_up=9)
    assert shown(ada) == [private, open_one]
    seen = lane_in_order(tomas, LaneKey.RAPID)
    assert [row.ticket for row in seen.rows] == [open_one]
    assert str(private.pk) not in " ".join(seen.whys.values()).split()
    assert str(private.pk) not in why_here(open_one, tomas).split()
    assert (loads(tomas)["rapid"].waiting, loads(ada)["rapid"].waiting) == (1, 2)
    assert list(next_for(tomas, LaneKey.RAPID).values_list("pk", flat=True)) == [open_one.pk]
    first = ask(maya, severity="stopped", people_held_up=90)  # above the private one
    assert why_here(first, tomas).startswith(f"Above {open_one.pk}:")
    assert why_here(first, ada).startswith(f"Above {private.pk}:")


def test_help_is_asked_for_when_it_is_needed(monday, ask, maya, tomas, ada):
    deep = ServiceClassFactory(name="Servers", deep=True)
    assert offer(LaneKey.RAPID, tomas) is None
    project = ask(maya, deep)
    assert offer(LaneKey.RAPID, tomas).load.waiting == 1  # nobody waits here
    assert not offer(LaneKey.RAPID, tomas).is_overload
    for _ in range(6):
        ask(maya)
    assert offer(LaneKey.RAPID, tomas) is None
    assert offer(LaneKey.DEEP, ada) is None  # an hour is still within the limit
    ask(maya)
    asked = offer(LaneKey.DEEP, ada)
    assert asked.is_overload
    assert asked.load.wait == timedelta(minutes=70)  # seven moments of ten minutes, one person
    rapid = lane(LaneKey.RAPID)
    rapid.spill_over_minutes = None
    rapid.save()
    assert offer(LaneKey.DEEP, ada) is None
    assert project.is_open


def test_the_pages_cost_as_many_queries_with_one_as_with_three(monday, ask, maya, tomas):
    ask(maya)
    lane_in_order(tomas, LaneKey.RAPID)
    with CaptureQueriesContext(connection) as one:
        lane_in_order(tomas, LaneKey.RAPID)
    for _ in range(2):
        ask(PersonFactory(department=DepartmentFactory()), ServiceClassFactory())
    with CaptureQueriesContext(connection) as three:
        assert len(shown(tomas)) == 3
    assert len(three) == len(one)


class TestThePageIsTheOrder(TestCase):
    """What the database lists is what the rule says, whatever was asked when by whom."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["annoyed", "slowed", "stopped"]),
                st.integers(1, 60),
                st.integers(0, 600),
                st.booleans(),
                st.booleans(),
            ),
            min_size=2,
            max_size=8,
        )
    )
    def test_listed_as_ruled(self, asked):
        agent = PersonFactory(agent=True)
        classes = [ServiceClassFactory(), ServiceClassFactory(usual_size="hour")]
        maya = PersonFactory(department=DepartmentFactory())
        for severity, people, minute, is_long, is_outage in asked:
            with clock.at(MONDAY + timedelta(minutes=minute)):
                draft = tickets.start_interview(by=maya, goal="print", service_class=classes[is_long])
                tickets.save_answers(by=maya, interview=draft, severity=severity, people_held_up=people)
                ticket = tickets.send_interview(by=maya, interview=draft)
                if is_outage:
                    tickets.mark_outage(by=agent, ticket=ticket, reason="It is one.")
        with clock.at(MONDAY + timedelta(minutes=601)):
            place_those_missed()
            Place.objects.update(weight=0)  # whatever was written before
            reorder()
            ruled = [one.number for one in in_order(standing_of(one, clock.now()) for one in Place.objects.all())]
            assert [one.pk for one in shown(agent)] == ruled


@pytest.mark.parametrize("minutes", [0, 239])
def test_the_target_of_a_class_is_kept_to_the_minute(monday, ask, maya, minutes):
    ask(maya)
    with clock.at(MONDAY + timedelta(minutes=minutes)):
        reorder()
        assert Place.objects.get().tier == Tier.OTHER
