"""Many at once, for real: each on a connection of its own."""

from datetime import timedelta

import pytest

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.dispatch.actions import act, add_up, serve_next, sit
from foredesk.dispatch.models import Effort
from foredesk.kit import clock
from foredesk.people.enums import Role
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
