from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from foredesk.catalogue.enums import LaneKey, Nature, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets.actions import name_held_up, save_answers, send_interview, start_interview
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam, a working day


@pytest.fixture(autouse=True)
def monday(db) -> Iterator[datetime]:
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture
def maya(db) -> Person:
    return PersonFactory(full_name="Maya Ortiz", department=DepartmentFactory(name="Biology"))


@pytest.fixture
def ben(db) -> Person:
    return PersonFactory(full_name="Ben Adeyemi", department=DepartmentFactory(name="History"))


@pytest.fixture
def stranger(db) -> Person:
    return PersonFactory(full_name="Sam Stranger", department=DepartmentFactory(name="Law"))


@pytest.fixture
def tomas(db) -> Person:
    return PersonFactory(full_name="Tomás Reyes", agent=True)


@pytest.fixture
def password(db) -> ServiceClass:
    return ServiceClass.objects.create(
        name="Forgotten passwords",
        nature=Nature.TROUBLE,
        usual_size=Size.MOMENT,
        lane=lane(LaneKey.RAPID),
        keywords="passphrase",
        offered=True,
        position=1,
    )


@pytest.fixture
def software(db) -> ServiceClass:
    return ServiceClass.objects.create(
        name="A new program",
        nature=Nature.WISH,
        usual_size=Size.BIGGER,
        size_reason="because we check licences first",
        lane=lane(LaneKey.DEEP),
        keywords="licencebundle",
        offered=True,
        position=2,
    )


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    """A browser in which somebody is signed in."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def ask(db) -> Callable[..., Ticket]:
    """A request as a customer sends it."""

    def asked(by: Person, goal: str = "The projector shows no picture", **answers: object) -> Ticket:
        customer, held_up = answers.pop("customer", None), answers.pop("held_up", [])
        interview = start_interview(by=by, customer=customer, goal=goal)  # type: ignore[arg-type]
        save_answers(by=by, interview=interview, **answers)
        name_held_up(by=by, interview=interview, people=held_up)  # type: ignore[arg-type]
        return send_interview(by=by, interview=interview)

    return asked
