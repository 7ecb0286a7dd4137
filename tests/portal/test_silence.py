"""What customers read about the next word: when it comes, that it is late, and who is next if it stalls."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foredesk.catalogue.actions import set_path
from foredesk.catalogue.enums import Whom
from foredesk.catalogue.rules import Step
from foredesk.kit import clock
from foredesk.tickets import actions
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory
from tests.tickets.conftest import MONDAY

LATE = "We should have written by"


@pytest.fixture
def maya(db):
    return PersonFactory(full_name="Maya Ortiz", department=DepartmentFactory())


@pytest.fixture
def ticket(maya):
    with clock.at(MONDAY):
        draft = actions.start_interview(by=maya, goal="Print the exam sheets", service_class=ServiceClassFactory())
        return actions.send_interview(by=maya, interview=draft)


def _page(client, ticket, moment) -> str:
    with clock.at(moment):
        client.force_login(ticket.customer)
        page = client.get(reverse("portal:request", args=[ticket.pk])).content.decode()
    return " ".join(page.split())


def test_a_late_word_is_said_honestly_on_the_page_and_in_the_lists(client, ticket):
    due = ticket.next_update_due
    assert LATE not in _page(client, ticket, due - timedelta(minutes=1))
    page = _page(client, ticket, due + timedelta(minutes=1))
    assert "We should have written by today 10:30 and are sorry. We have been reminded." in page
    assert '<strong class="late"> was due <time' in page
    with clock.at(due + timedelta(minutes=1)):
        assert LATE in client.get(reverse("portal:requests")).content.decode()
        assert LATE in client.get(reverse("portal:home")).content.decode()


def test_where_a_restatement_waits_too_a_late_word_is_no_promise(client, ticket):
    agent = PersonFactory(agent=True)
    with clock.at(MONDAY):
        actions.restate(by=agent, ticket=ticket, text="You need 60 sheets.")
    page = _page(client, ticket, MONDAY + timedelta(days=1))
    assert LATE in page
    assert "Next update by" not in page


def test_the_path_is_published_on_the_request(client, ticket):
    assert "If it stalls" not in _page(client, ticket, MONDAY)
    steps = [
        Step(whom=Whom.LEADS, after_minutes=240),
        Step(whom=Whom.OUTSIDE, contact="Supplier, 020 555 0199", after_minutes=480),
    ]
    set_path(by=None, service_class=ticket.service_class, steps=steps)
    page = _page(client, ticket, MONDAY)
    assert "After 4 working hours without a solution it goes to the leads of the desk" in page
    assert "after one working day to a partner outside." in page
    assert "020 555 0199" not in page
    agent = PersonFactory(agent=True)
    with clock.at(MONDAY):
        actions.mark_outage(by=agent, ticket=ticket, reason="everywhere")
    assert "We treat it as an outage and write at least every 30 minutes." in _page(client, ticket, MONDAY)
