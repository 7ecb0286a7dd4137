"""Two at once, for real: two connections, two transactions."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from foredesk.forecasts.actions import learn, promise_anew, promise_missing, renew_promises
from foredesk.forecasts.models import Level, Quote
from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, bring_what_migrations_bring
from tests.tickets.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = timedelta(days=4)


@pytest.fixture
def tickets() -> list[Ticket]:
    bring_what_migrations_bring()
    maya = PersonFactory(department=DepartmentFactory())
    return [actions.send_interview(by=maya, interview=actions.start_interview(by=maya, goal="print")) for _ in range(5)]


def in_time(act: Callable[[], object]) -> Callable[[], object]:
    """Threads have a clock of their own."""

    def acting() -> object:
        with clock.at(clock.now() + FRIDAY):
            return act()

    return acting


def present() -> list[Quote]:
    return list(Quote.objects.filter(replaced_at=None))


def test_each_promise_is_renewed_by_one_worker_and_told_once(tickets) -> None:
    renewed = at_once(*[in_time(renew_promises)] * 3)
    assert sum(number for number in renewed if isinstance(number, int)) == len(tickets)
    assert len(present()) == len(tickets)
    assert Quote.objects.count() == 2 * len(tickets)
    assert OutboxMessage.objects.filter(kind="promised").count() == len(tickets)


def test_an_agents_word_stands_whoever_renews_meanwhile(tickets) -> None:
    agent: Person = PersonFactory(agent=True)
    until = clock.now() + timedelta(days=30)

    def promise() -> None:
        promise_anew(by=agent, ticket=Ticket.objects.get(pk=tickets[0].pk), until=until, reason="The part is late.")

    at_once(in_time(renew_promises), promise, in_time(renew_promises))
    assert Quote.objects.filter(ticket=tickets[0], by=agent).exists()
    assert len(present()) == len(tickets)


def test_missing_promises_are_given_once(tickets) -> None:
    Quote.objects.all().delete()
    at_once(*[promise_missing] * 3)
    assert len(present()) == Quote.objects.count() == len(tickets)


def test_each_outcome_teaches_once(tickets) -> None:
    Quote.objects.update(source="history", history_of=tickets[0].service_class)
    at_once(*[in_time(learn)] * 3)
    assert Quote.objects.filter(outcome="missed", has_taught=True).count() == len(tickets)
    assert Level.objects.get(is_for_all=True).outcomes == len(tickets)
    assert Level.objects.get(service_class=tickets[0].service_class).outcomes == len(tickets)
