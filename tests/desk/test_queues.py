from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.desk.queries import steady
from foredesk.dispatch.queries import lane_in_order
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.enums import Holder
from tests.factories import DepartmentFactory, PersonFactory

from .conftest import MONDAY


def _text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_today_says_what_matters(desk, ask, maya):
    ask(maya, severity="stopped", people_held_up=3)
    with clock.at(MONDAY + timedelta(minutes=20)):
        page = _text(desk.get(reverse("desk:today")))
    assert "Tomás" in page
    assert "Print the exam sheets" in page
    assert "Maya Ortiz, Biology" in page
    assert "Paper and ink, a moment" in page
    assert "3 people stopped" in page
    assert "20 min of 4 h" in page
    assert "silent in 10 min" in page


def test_what_is_due_stands_out(desk, ask, maya):
    ask(maya)
    with clock.at(MONDAY + timedelta(minutes=45)):
        assert "due <time" in _text(desk.get(reverse("desk:silent")))


def test_each_lane_shows_its_own(desk, ticket, tomas):
    assert ticket.subject in _text(desk.get(reverse("desk:today")))
    assert ticket.subject not in _text(desk.get(reverse("desk:deep")))


def test_waiting_shows_for_what_and_until_when(desk, understood, tomas):
    until = MONDAY + timedelta(days=1)
    actions.wait_for(by=tomas, ticket=understood, holder=Holder.SUPPLIER, reason="the new drum", until=until)
    page = _text(desk.get(reverse("desk:waiting")))
    assert "waits for a supplier: the new drum" in page
    assert "back <time" in page


def test_mine_shows_what_i_hold_and_who_mentioned_me(desk, ticket, tomas, ada):
    actions.take(by=tomas, ticket=ticket)
    actions.add_note(by=ada, ticket=ticket, body="@Tomás the fuser?", mentions=[tomas])
    page = _text(desk.get(reverse("desk:mine")))
    assert "@Tomás the fuser?" in page
    assert page.count(f"/desk/tickets/{ticket.pk}/") >= 2


@pytest.mark.parametrize("name", ["today", "deep", "mine", "waiting", "silent", "all"])
def test_an_empty_list_says_what_it_is_for(desk, name):
    assert 'class="empty"' in desk.get(reverse(f"desk:{name}")).content.decode()


def _fill(ask, tomas: Person, ada: Person, count: int) -> None:
    for _ in range(count):
        customer = PersonFactory(department=DepartmentFactory())
        ask(customer)
        mine = ask(customer)
        actions.restate(by=tomas, ticket=mine, text="You need it.")
        actions.add_note(by=ada, ticket=mine, body="@Tomás", mentions=[tomas])
        held = ask(customer)
        actions.restate(by=ada, ticket=held, text="You need it.")
        actions.wait_for(
            by=ada, ticket=held, holder=Holder.DATE, reason="the holidays", until=MONDAY + timedelta(days=1)
        )
        deep = ask(customer)
        actions.restate(by=ada, ticket=deep, text="You need it.")
        actions.hand_off(by=ada, ticket=deep, to_lane=lane(LaneKey.DEEP), tried="all", why="it takes time")


@pytest.mark.parametrize("name", ["today", "deep", "mine", "waiting", "silent", "all"])
def test_a_longer_list_costs_no_more_queries(desk, ask, tomas, ada, name):
    _fill(ask, tomas, ada, 1)
    url = reverse(f"desk:{name}")
    desk.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(url)
    _fill(ask, tomas, ada, 2)
    with CaptureQueriesContext(connection) as three:
        page = desk.get(url)
    assert len(page.context["rows"]) >= 3
    assert len(three) <= len(one)


def test_nothing_moves_under_the_hand(ask, maya, tomas, monday):
    first, second = ask(maya), ask(maya)
    shown = [second.pk, first.pk]
    new = ask(maya)
    listed = steady(lane_in_order(tomas, LaneKey.RAPID).rows, shown, tomas)
    assert [row.ticket.pk for row in listed.rows] == shown
    assert (listed.new, listed.moved, listed.gone) == (1, True, frozenset())
    actions.restate(by=tomas, ticket=first, text="You need it.")
    actions.hand_off(by=tomas, ticket=first, to_lane=lane(LaneKey.DEEP), tried="all", why="it takes time")
    listed = steady(lane_in_order(tomas, LaneKey.RAPID).rows, shown, tomas)
    assert [row.ticket.pk for row in listed.rows] == shown
    assert listed.gone == {first.pk}
    assert new.pk not in [row.ticket.pk for row in listed.rows]


def test_the_half_minute_brings_only_the_list(desk, ask, maya, htmx):
    first = ask(maya)
    ask(maya)
    answer = desk.get(reverse("desk:today"), {"shown": str(first.pk)}, headers=htmx)
    page = _text(answer)
    assert "<html" not in page
    assert "1 new request" in page


def test_everything_finds_by_words_customer_and_number(desk, ask, maya):
    one = ask(maya, goal="The projector is dark")
    ask(PersonFactory(full_name="Jon Abebe"), goal="Locked out")
    find = reverse("desk:all")
    assert "projector" in _text(desk.get(find, {"q": "projector"}))
    assert "Locked out" not in _text(desk.get(find, {"q": "projector"}))
    assert "projector" in _text(desk.get(find, {"q": "ortiz"}))
    assert desk.get(find, {"q": f"#{one.pk}"}).url == reverse("desk:ticket", args=[one.pk])
    assert "Nothing fits" in _text(desk.get(find, {"q": "zebra"}))
    assert "Nothing fits" in _text(desk.get(find, {"state": "closed"}))


def test_everything_pages_by_number_without_counting(desk, ask, maya, monkeypatch):
    monkeypatch.setattr("foredesk.desk.views.everything.PAGE", 2)
    numbers = [ask(maya).pk for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(reverse("desk:all"))
    assert page.context["older"] == f"?before={numbers[1]}"
    assert not any(query["sql"][7:] == 'COUNT(*) AS "__count" FROM "tickets_ticket"' for query in queries)
    older = desk.get(reverse("desk:all") + page.context["older"])
    assert [row.ticket.pk for row in older.context["rows"]] == [numbers[0]]


@pytest.mark.parametrize("query", [{"before": "x"}, {"before": "9" * 30}, {"q": "1" * 30}, {"state": "odd"}])
def test_odd_addresses_do_no_harm(desk, ticket, query):
    assert desk.get(reverse("desk:all"), query).status_code == 200


def test_a_long_list_goes_on_where_its_page_ends(desk, ask, maya, tomas, monkeypatch):
    monkeypatch.setattr("foredesk.tickets.queries.queues.PAGE", 2)
    monkeypatch.setattr("foredesk.tickets.queries.PAGE", 2)
    monkeypatch.setattr("foredesk.dispatch.queries.lanes.PAGE", 2)
    first, second, third, fourth, last = (ask(maya) for _ in range(5))
    actions.restate(by=tomas, ticket=last, text="You need it.")
    actions.wait_for(by=tomas, ticket=last, holder=Holder.DATE, reason="the part", until=MONDAY + timedelta(days=1))
    actions.restate(by=tomas, ticket=fourth, text="You need it.")
    actions.hand_off(by=tomas, ticket=fourth, to_lane=lane(LaneKey.DEEP), tried="all", why="it takes time")
    actions.hand_off(by=tomas, ticket=fourth, to_lane=lane(LaneKey.RAPID), tried="all", why="quick after all")
    shown, address = [], reverse("desk:today")
    while address:
        page = desk.get(address)
        shown.append([row.ticket.pk for row in page.context["rows"]])
        address = page.context["older"]
    assert shown == [[fourth.pk, first.pk], [second.pk, third.pk], [last.pk]]
    assert "To the top of the list" in _text(page)
    assert desk.get(reverse("desk:today"), {"after": 999_999}).context["rows"]


def test_counts_stop_where_nobody_reads_on(desk, ask, maya, monkeypatch):
    ask(maya)
    ask(maya)
    monkeypatch.setattr("foredesk.ui.navigation.MOST_TOLD", 1)
    assert '<span class="count">1+</span>' in _text(desk.get(reverse("desk:today")))
