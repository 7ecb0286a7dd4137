"""A team of three at the rapid desk, and a customer who asks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.shield.actions import Emergency, start_focus
from foredesk.shield.models import FocusBlock
from foredesk.tickets.actions import save_answers, send_interview, start_interview
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, TeamFactory

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
EMERGENCY = Emergency(cause="Many people cannot work", reason="The whole ward is without its records")


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def monday(db) -> Iterator[datetime]:
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture
def maya(db) -> Person:
    return PersonFactory(full_name="Maya Ortiz", department=DepartmentFactory(name="Biology"))


@pytest.fixture
def maria(db) -> Person:
    return PersonFactory(full_name="Maria Weiss", agent=True)


@pytest.fixture
def jan(db) -> Person:
    jan = PersonFactory(full_name="Jan de Boer", agent=True)
    team = TeamFactory(name="Front desk")
    team.members.add(jan)
    lane(LaneKey.RAPID).teams.add(team)
    return jan


@pytest.fixture
def ada(db) -> Person:
    return PersonFactory(full_name="Ada Lindqvist", agent=True)


@pytest.fixture
def lead(db) -> Person:
    return PersonFactory(full_name="Lena Lead", lead=True)


@pytest.fixture
def printing(db) -> ServiceClass:
    return ServiceClassFactory(name="Paper and ink", keywords="paperjam")


@pytest.fixture
def ask(printing) -> Callable[..., Ticket]:
    """A request as a customer sends it."""

    def asked(customer: Person, goal: str = "Print the exam sheets", kind: ServiceClass | None = None) -> Ticket:
        interview = start_interview(by=customer, goal=goal, service_class=kind or printing)
        save_answers(by=customer, interview=interview)
        return send_interview(by=customer, interview=interview)

    return asked


@pytest.fixture
def ticket(ask, maya) -> Ticket:
    return ask(maya)


@pytest.fixture
def focus(maria, jan) -> FocusBlock:
    """Maria is in focus for fifty minutes from Monday morning on; Jan shields her."""
    return start_focus(by=maria, until=after(50), shield=jan)


@pytest.fixture
def browser(ada) -> Client:
    """A browser in which Ada is signed in."""
    return signed_in(ada)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
