"""Who sees what, and what a page costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.dispatch.queries import lane_in_order
from foredesk.kit import clock
from foredesk.people.enums import Role
from foredesk.tickets import actions, queries
from foredesk.tickets.enums import Audience, FollowerReason, Holder, State
from foredesk.tickets.rules import can_see
from tests.factories import DepartmentFactory, PersonFactory


def queries_in(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


@pytest.fixture
def world(maya, ask):
    """A ticket and everybody who may stand in some relation to it."""
    head, colleague = PersonFactory(), PersonFactory(department=maya.department)
    maya.department.head = head
    maya.department.save()
    ticket = ask(maya)
    follower = PersonFactory()
    actions.follow(by=maya, ticket=ticket, person=follower, reason=FollowerReason.HELD_UP)
    return {
        "ticket": ticket,
        "customer": maya,
        "head": head,
        "colleague": colleague,
        "follower": follower,
        "stranger": PersonFactory(department=DepartmentFactory()),
        "agent": PersonFactory(role=Role.AGENT),
        "gone": PersonFactory(role=Role.AGENT, is_active=False),
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("customer", True),
        ("head", True),
        ("colleague", False),
        ("follower", True),
        ("stranger", False),
        ("agent", True),
        ("gone", False),
    ],
)
def test_the_query_and_the_rule_agree_on_who_sees_a_ticket(world, who, sees):
    person, ticket = world[who], world["ticket"]
    assert queries.tickets_visible_to(person).filter(pk=ticket.pk).exists() is sees
    assert can_see(person, ticket) is sees


def test_colleagues_see_each_others_requests_only_where_the_head_allows_it(world):
    department = world["customer"].department
    department.shares_requests = True
    department.save()
    seen = queries.tickets_visible_to(world["colleague"])
    assert list(seen) == [world["ticket"]]
    assert not queries.tickets_visible_to(world["stranger"]).exists()


def test_who_asked_for_somebody_else_sees_it(maya, ask):
    assistant = PersonFactory()
    interview = actions.start_interview(by=assistant, customer=maya, goal="print")
    ticket = actions.send_interview(by=assistant, interview=interview)
    assert ticket in queries.requests_of(assistant)
    assert ticket in queries.requests_of(maya)


def test_a_call_is_not_the_agents_own_request(maya, tomas):
    actions.log_call(by=tomas, customer=maya, words="x", channel="phone")
    assert not queries.requests_of(tomas).exists()


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("customer", {"everyone", "customer"}),
        ("follower", {"everyone"}),
        ("head", {"everyone"}),
        ("agent", {"everyone", "customer", "it"}),
    ],
)
def test_who_reads_which_messages(world, tomas, who, reads):
    ticket = world["ticket"]
    actions.reply(by=tomas, ticket=ticket, body="everyone")
    actions.reply(by=tomas, ticket=ticket, body="customer", audience=Audience.CUSTOMER)
    actions.add_note(by=tomas, ticket=ticket, body="it")
    said = {e.text for e in queries.conversation(ticket, world[who]) if e.kind == "message"}
    assert said == reads


def test_what_is_not_shared_is_not_read(world, tomas):
    ticket = world["ticket"]
    actions.restate(by=tomas, ticket=ticket, text="the need")
    actions.reply(by=tomas, ticket=ticket, body="everyone")
    actions.share_conversation(by=world["customer"], ticket=ticket, shares=False)
    for who in ("follower", "head"):
        assert {e.kind for e in queries.conversation(ticket, world[who])} <= {"event"}


def test_an_agent_on_their_own_request_is_a_customer(tomas, ada, ask):
    ticket = ask(tomas)
    actions.add_note(by=ada, ticket=ticket, body="it")
    assert all(entry.text != "it" for entry in queries.conversation(ticket, tomas))


def test_the_timeline_follows_the_story(monday, maya, tomas, ask):
    ticket = ask(maya)

    def now() -> list[str]:
        return [stage.label for stage in queries.timeline(ticket, maya) if stage.state == "now"]

    assert now() == ["Understood"]
    restatement = actions.restate(by=tomas, ticket=ticket, text="the need")
    assert now() == ["Understood", "Being worked on"]
    actions.confirm_restatement(by=maya, restatement=restatement)
    assert now() == ["Being worked on"]
    actions.wait_for(
        by=tomas, ticket=ticket, holder=Holder.SUPPLIER, reason="rollers", until=monday + timedelta(days=1)
    )
    assert now() == ["Waiting for a supplier"]
    actions.resume(by=tomas, ticket=ticket)
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="done")
    assert now() == ["You confirm"]
    actions.answer_solution(by=maya, solution=solution, answer="partly", words="no duplex")
    assert now() == ["Being worked on again"]
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="done")
    actions.answer_solution(by=maya, solution=solution, answer="yes")
    assert {stage.state for stage in queries.timeline(ticket, maya)} == {"done"}


def test_what_comes_next_always_names_a_moment_while_it_is_open(monday, maya, tomas, ask):
    ticket = ask(maya)
    assert "Next update by" in queries.what_next(ticket, maya)
    with clock.at(monday + timedelta(days=5)):
        assert "We should have written by" in queries.what_next(ticket, maya)
    actions.restate(by=tomas, ticket=ticket, text="the need")
    assert "Did we understand you?" in queries.what_next(ticket, maya)


def test_the_time_box_of_a_lane_asks_for_a_hand_off(monday, maya, tomas, ask):
    ticket = ask(maya)
    ticket.lane.time_box_minutes = 30
    ticket.lane.save()
    actions.take(by=tomas, ticket=ticket)
    with clock.at(monday + timedelta(minutes=30)):
        assert not queries.past_time_box(ticket)
    with clock.at(monday + timedelta(minutes=31)):
        assert queries.past_time_box(ticket)
        actions.restate(by=tomas, ticket=ticket, text="the need")
        actions.hand_off(by=tomas, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="paper", why="more time")
        assert not queries.past_time_box(ticket)


def test_silent_soon_holds_what_lapses_within_the_hour(monday, maya, tomas, ask):
    ticket = ask(maya)
    actions.set_next_update(by=tomas, ticket=ticket, at=monday + timedelta(hours=3))
    assert [row.ticket for row in queries.silent_soon(tomas)] == []
    with clock.at(ticket.next_update_due - timedelta(minutes=59)):
        assert [row.ticket for row in queries.silent_soon(tomas)] == [ticket]
        assert queries.desk_counts(tomas).silent_soon == 1


def test_a_queue_row_tells_age_target_and_who_wrote_last(monday, maya, tomas, printing, ask):
    ticket = ask(maya, goal="paperjam")
    actions.write_as_customer(by=maya, ticket=ticket, body="hello?")
    with clock.at(monday + timedelta(hours=2)):
        row = lane_in_order(tomas, LaneKey.RAPID).rows[0]
    assert (row.age, row.target, row.share) == (timedelta(hours=2), timedelta(hours=4), 0.5)
    assert row.customer_wrote
    assert not row.asked_before


@pytest.mark.parametrize("name", ["queue", "waiting", "silent", "mine", "all"])
def test_a_list_of_three_costs_as_many_queries_as_a_list_of_one(name, monday, tomas, printing, ask):
    lists = {
        "queue": lambda: lane_in_order(tomas, LaneKey.RAPID).rows,
        "waiting": lambda: queries.waiting(tomas),
        "silent": lambda: queries.silent_soon(tomas),
        "mine": lambda: queries.assigned_to(tomas),
        "all": lambda: queries.all_tickets(tomas),
    }

    def one_more() -> None:
        ticket = ask(PersonFactory(department=DepartmentFactory()), goal="paperjam")
        if name == "mine":
            actions.take(by=tomas, ticket=ticket)
        if name == "waiting":
            until = monday + timedelta(hours=2)
            actions.wait_for(by=tomas, ticket=ticket, holder=Holder.DATE, reason="x", until=until)

    one_more()
    lane_in_order(tomas, LaneKey.RAPID)  # fills the calendars' memory
    with clock.at(monday + timedelta(minutes=10)):
        one = queries_in(lists[name])
        assert len(lists[name]()) == 1
        one_more()
        one_more()
        three = queries_in(lists[name])
        assert len(lists[name]()) == 3
    assert one == three


@pytest.mark.parametrize("words", ["o'brien\\", "'", ":*", "wi-fi & !", "%", "\\'", "a|b", "½ ()"])
def test_signs_in_a_search_are_only_signs(maya, tomas, ask, words):
    ask(maya, goal="The projector in 118")
    assert queries.all_tickets(tomas, words=words) == []


def test_words_are_found_by_their_beginnings_in_whatever_case(maya, tomas, ask):
    ticket = ask(maya, goal="The Projector hums over Wi-Fi")
    for words in ("PROJ", "hums proj", "wi-fi", "maya proj", maya.email.upper(), "fi"):
        assert [row.ticket for row in queries.all_tickets(tomas, words=words)] == [ticket], words
    assert queries.all_tickets(tomas, words="projector beamer") == []


def test_everything_finds_by_number_words_name_and_pages_by_key(maya, tomas, ask):
    first, second = ask(maya, goal="projector in 214"), ask(PersonFactory(), goal="laptop for a visitor")
    assert [r.ticket for r in queries.all_tickets(tomas, words=str(first.pk))] == [first]
    assert [r.ticket for r in queries.all_tickets(tomas, words="projector")] == [first]
    assert [r.ticket for r in queries.all_tickets(tomas, words="ortiz")] == [first]
    assert [r.ticket for r in queries.all_tickets(tomas)] == [second, first]
    assert [r.ticket for r in queries.all_tickets(tomas, before=second.pk)] == [first]
    assert queries.all_tickets(tomas, state=State.CLOSED) == []
