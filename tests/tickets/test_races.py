"""Two at once, for real: two connections, two transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.kit.refusals import Refused
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import Answer, State
from foredesk.tickets.models import Interview, Solution, Ticket
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _what_migrations_bring() -> None:
    """A test with real transactions empties all tables behind it, those that a migration filled too."""
    rapid, _ = Lane.objects.get_or_create(key=LaneKey.RAPID, defaults={"name": "the rapid desk"})
    ServiceClass.objects.get_or_create(is_default=True, defaults={"name": "Something else", "lane": rapid})


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment, each on a connection of its own; what each returned or refused."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes[place] = act()
        except Refused as refused:
            outcomes[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def a_ticket() -> Ticket:
    maya = PersonFactory(department=DepartmentFactory())
    return actions.send_interview(by=maya, interview=actions.start_interview(by=maya, goal="print"))


def test_one_ticket_is_taken_by_one_agent():
    ticket = a_ticket()
    agents = [PersonFactory(role=Role.AGENT) for _ in range(4)]
    outcomes = at_once(
        *(lambda agent=agent: actions.take(by=agent, ticket=Ticket.objects.get(pk=ticket.pk)) for agent in agents)
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 3
    assert ticket.spans.filter(state=State.WORKING).count() == 1


def test_a_double_click_sends_one_request():
    maya = PersonFactory(department=DepartmentFactory())
    interview = actions.start_interview(by=maya, goal="print")
    sent = at_once(
        *(lambda: actions.send_interview(by=maya, interview=Interview.objects.get(pk=interview.pk)) for _ in range(3))
    )
    assert len(set(sent)) == 1
    assert Ticket.objects.count() == 1


def test_yes_and_no_at_once_are_one_answer():
    ticket, tomas = a_ticket(), PersonFactory(role=Role.AGENT)
    actions.restate(by=tomas, ticket=ticket, text="The need.")
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="Done.")
    outcomes = at_once(
        lambda: actions.answer_solution(
            by=ticket.customer, solution=Solution.objects.get(pk=solution.pk), answer=Answer.YES
        ),
        lambda: actions.answer_solution(
            by=ticket.customer, solution=Solution.objects.get(pk=solution.pk), answer=Answer.NO, words="no"
        ),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert ticket.spans.filter(ended_at=None).count() == 1
