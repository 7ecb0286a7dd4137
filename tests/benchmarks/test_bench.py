"""The benchmark keeps step with the product: it fills a database, and every page it measures answers as expected."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, OuterRef

from benchmarks.fill import LONG, fill
from benchmarks.measure import Crowd, inside, queries
from benchmarks.organisation import AGENT, CUSTOMER
from benchmarks.pages import PAGES
from benchmarks.table import MOST_QUERIES
from benchmarks.words import Words
from benchmarks.world import look, people_measured
from foredesk.catalogue.enums import LaneKey
from foredesk.dispatch.queries import lane_in_order
from foredesk.people.models import Person
from foredesk.tickets.actions import log_call
from foredesk.tickets.enums import OPEN_STATES, Channel
from foredesk.tickets.models import Span, Ticket

TICKETS = 300
pytestmark = pytest.mark.django_db


@pytest.fixture
def _filled() -> None:
    fill(TICKETS)


@pytest.mark.usefixtures("_filled")
def test_filled_tickets_are_whole_and_the_next_one_gets_the_next_number() -> None:
    connection.check_constraints()
    assert Ticket.objects.count() == TICKETS
    assert Ticket.objects.filter(Exists(Span.objects.filter(ticket=OuterRef("pk"), ended_at=None))).count() == TICKETS
    assert Ticket.objects.annotate(said=Count("messages")).filter(said=LONG, state__in=OPEN_STATES).count() >= 10
    people = people_measured()
    called = log_call(by=people[AGENT], customer=people[CUSTOMER], words="no paper", channel=Channel.PHONE)
    assert called.pk == TICKETS + 1
    assert lane_in_order(people[AGENT], LaneKey.RAPID).rows
    assert Person.objects.count() > TICKETS // 20


def test_the_same_number_tells_the_same_words() -> None:
    assert [Words(7).title() for _ in range(2)] == [Words(7).title() for _ in range(2)]


@pytest.mark.usefixtures("_filled")
def test_every_measured_page_answers_and_keeps_to_its_queries(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # mails are the worker's work
    crowd = Crowd(look(), people_measured(), inside)
    counted = {page.name: queries(crowd, page) for page in PAGES}
    assert {name: number for name, number in counted.items() if number > MOST_QUERIES + 15} == {}
