from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets.actions import restate, save_answers, send_interview, start_interview
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, TeamFactory

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam, a working day


@pytest.fixture(autouse=True)
def monday(db) -> Iterator[datetime]:
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture
def maya(db) -> Person:
    return PersonFactory(full_name="Maya Ortiz", department=DepartmentFactory(name="Biology"))


@pytest.fixture
def tomas(db) -> Person:
    tomas = PersonFactory(full_name="Tomás Reyes", agent=True)
    team = TeamFactory(name="Front desk")
    team.members.add(tomas)
    lane(LaneKey.RAPID).teams.add(team)
    return tomas


@pytest.fixture
def ada(db) -> Person:
    return PersonFactory(full_name="Ada Lindqvist", agent=True)


@pytest.fixture
def printing(db) -> ServiceClass:
    return ServiceClassFactory(name="Paper and ink", usual_size=Size.MOMENT, keywords="paperjam")


@pytest.fixture
def ask(db, printing) -> Callable[..., Ticket]:
    """A request as a customer sends it, on the rapid lane."""

    def asked(customer: Person, goal: str = "Print the exam sheets", **answers: object) -> Ticket:
        interview = start_interview(by=customer, goal=goal, service_class=printing)
        save_answers(by=customer, interview=interview, **answers)
        return send_interview(by=customer, interview=interview)

    return asked


@pytest.fixture
def ticket(ask, maya) -> Ticket:
    return ask(maya, theory="The sun at the window")


@pytest.fixture
def understood(ticket, tomas) -> Ticket:
    restate(by=tomas, ticket=ticket, text="You need 60 sheets by 11.")
    return ticket


@pytest.fixture
def desk(tomas) -> Client:
    """A browser in which Tomás is signed in."""
    client = Client()
    client.force_login(tomas)
    return client


@pytest.fixture
def htmx() -> dict[str, str]:
    return {"HX-Request": "true"}
