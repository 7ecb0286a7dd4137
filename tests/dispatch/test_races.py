"""Many at once, for real: each on a connection of its own."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.dispatch.actions import act, add_up, serve_next, sit
from foredesk.dispatch.jobs import keep_in_order
from foredesk.dispatch.models import Effort
from foredesk.kit import clock
from foredesk.people.enums import Role
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, bring_what_migrations_bring
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _what_migrations_bring() -> None:
    bring_what_migrations_bring()


def ask() -> Ticket:
    maya = PersonFactory(department=DepartmentFactory())
    return tickets.send_interview(by=maya, interview=tickets.start_interview(by=maya, goal="print"))


def test_fifty_at_once_never_share_one():
    for _ in range(40):
        ask()
    agents = [PersonFactory(role=Role.AGENT) for _ in range(50)]
    rapid = lane(LaneKey.RAPID)
    found = at_once(*(lambda agent=agent: serve_next(by=agent, lane=rapid) for agent in agents))
    got = [one for one in found if isinstance(one, Ticket)]
    assert len(got) == len({one.pk for one in got}) == 40
    assert found.count(None) == 10
    assert Ticket.objects.filter(assignee=None).count() == 0
    assert len(set(Ticket.objects.values_list("assignee", flat=True))) == 40


def test_workers_who_add_up_at_once_count_work_once():
    ticket, agent = ask(), PersonFactory(role=Role.AGENT)
    moment = clock.now()
    with clock.at(moment):
        sit(by=agent, ticket=ticket)
    with clock.at(moment + timedelta(seconds=60)):
        act(by=agent, ticket=ticket)
    at_once(*(add_up for _ in range(4)))
    assert Effort.objects.get().seconds == pytest.approx(60)


def test_the_workers_rounds_and_people_at_work_do_not_wait_for_each_other_for_ever():
    asked = [ask() for _ in range(6)]
    agents = [PersonFactory(role=Role.AGENT) for _ in range(3)]
    later = clock.now() + timedelta(hours=1)

    def work(agent: Person) -> str:
        for turn in range(8):
            ticket = Ticket.objects.get(pk=asked[turn % len(asked)].pk)
            tickets.visit(by=agent, ticket=ticket)
            tickets.set_impact(by=agent, ticket=ticket, severity="slowed", people_held_up=turn + 1)
        return "done"

    def rounds() -> str:
        for turn in range(8):
            with clock.at(later + turn * timedelta(hours=1)):  # by now every place has moved
                keep_in_order()
        return "done"

    acts = [lambda agent=agent: work(agent) for agent in agents]
    assert at_once(*acts, rounds, rounds) == ["done"] * 5
    add_up()
    assert Effort.objects.count() == len(asked)


def test_work_that_is_done_while_it_is_added_up_waits_for_the_next_round():
    ticket, agent = ask(), PersonFactory(role=Role.AGENT)
    moment = clock.now()
    with clock.at(moment):
        sit(by=agent, ticket=ticket)
    asked: list[str] = []

    def act_after_the_first_question(execute: Any, sql: str, *more: Any) -> Any:
        found = execute(sql, *more)
        asked.append(sql)
        if len(asked) == 1:
            with clock.at(moment + timedelta(seconds=60)):
                act(by=agent, ticket=ticket)
        return found

    with connection.execute_wrapper(act_after_the_first_question):
        add_up()
    add_up()
    assert Effort.objects.get().seconds == pytest.approx(60)


def test_adding_up_holds_nothing_that_who_works_on_a_ticket_waits_for():
    ticket, agent = ask(), PersonFactory(role=Role.AGENT)
    moment = clock.now()
    with clock.at(moment):
        sit(by=agent, ticket=ticket)
    with clock.at(moment + timedelta(seconds=60)):
        act(by=agent, ticket=ticket)
    is_held, adds_up = threading.Event(), threading.Event()

    def work() -> str:
        with transaction.atomic():
            held = Ticket.objects.select_for_update().get(pk=ticket.pk)
            is_held.set()
            adds_up.wait(10)
            time.sleep(0.5)  # until the other one waits for the ticket
            act(by=agent, ticket=held)
        return "done"

    def round_of_the_worker() -> str:
        is_held.wait(10)
        adds_up.set()
        add_up()
        return "done"

    assert at_once(work, round_of_the_worker) == ["done", "done"]
    add_up()
    assert Effort.objects.get().seconds >= 60
