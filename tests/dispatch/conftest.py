from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets.actions import save_answers, send_interview, start_interview
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, TeamFactory

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam, a working day
Ask = Callable[..., Ticket]


@pytest.fixture
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
def ines(db) -> Person:
    return PersonFactory(full_name="Ines Moreau", lead=True)


@pytest.fixture
def printing(db) -> ServiceClass:
    """A quick class: a moment's work, solved within four hours."""
    return ServiceClassFactory(name="Paper and ink", usual_size=Size.MOMENT)


@pytest.fixture
def screens(db) -> ServiceClass:
    """About an hour's work, solved within four hours."""
    return ServiceClassFactory(name="Screens", usual_size=Size.HOUR)


@pytest.fixture
def ask(db, printing) -> Ask:
    def asked(customer: Person, service_class: ServiceClass = printing, **answers: object) -> Ticket:
        interview = start_interview(by=customer, goal="Print the exam sheets", service_class=service_class)
        save_answers(by=customer, interview=interview, **answers)
        return send_interview(by=customer, interview=interview)

    return asked


@pytest.fixture
def desk(tomas) -> Client:
    client = Client()
    client.force_login(tomas)
    return client
