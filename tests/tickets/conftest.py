from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import LaneKey, Nature, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.people.enums import Role
from foredesk.people.models import Person, Team
from foredesk.tickets.actions import restate, save_answers, send_interview, start_interview
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, TeamFactory

OUTSIDERS = ("agent", "lead", "administrator")
Ask = Callable[..., Ticket]
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam, a working day


@pytest.fixture
def monday(db):
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture
def maya(db) -> Person:
    return PersonFactory(full_name="Maya Ortiz", department=DepartmentFactory())


@pytest.fixture
def tomas(db) -> Person:
    return PersonFactory(full_name="Tomás Reyes", role=Role.AGENT)


@pytest.fixture
def ada(db) -> Person:
    return PersonFactory(full_name="Ada Lindqvist", role=Role.AGENT)


@pytest.fixture
def printing(db) -> ServiceClass:
    return ServiceClass.objects.create(
        name="Paper and ink",
        nature=Nature.TROUBLE,
        usual_size=Size.HOUR,
        size_reason="because somebody comes by and looks at it",
        lane=lane(LaneKey.RAPID),
        first_reply_minutes=30,
        solution_minutes=240,
        silence_minutes=120,
        closing_minutes=960,
        keywords="paperjam",
    )


@pytest.fixture
def ask(db) -> Callable[..., Ticket]:
    """A request as a customer sends it."""

    def asked(customer: Person, goal: str = "I was trying to print the exam sheets", **answers: object) -> Ticket:
        interview = start_interview(by=customer, goal=goal)
        save_answers(by=customer, interview=interview, **answers)
        return send_interview(by=customer, interview=interview)

    return asked


@pytest.fixture
def understood(ask) -> Callable[..., Ticket]:
    """A request whose need an agent has restated."""

    def asked(customer: Person, agent: Person, **answers: object) -> Ticket:
        ticket = ask(customer, **answers)
        restate(by=agent, ticket=ticket, text="You need 60 sheets by 11.")
        return ticket

    return asked


# --- Private kinds of requests ------------------------------------------------------------------------


@pytest.fixture
def confidants(ada) -> Team:
    team = TeamFactory(name="Staff matters")
    team.members.add(ada)
    return team


@pytest.fixture
def confidential(confidants) -> ServiceClass:
    made = ServiceClassFactory(name="Something confidential", keywords="salary")
    make_private(by=None, service_class=made, teams=[confidants])
    return made


@pytest.fixture
def confide(confidential) -> Ask:
    """A private request as a customer sends it."""

    def asked(customer: Person, goal: str = "Somebody reads my mail", **answers: object) -> Ticket:
        draft = start_interview(by=customer, goal=goal, service_class=confidential)
        save_answers(by=customer, interview=draft, **answers)
        return send_interview(by=customer, interview=draft)

    return asked


@pytest.fixture(params=OUTSIDERS)
def outsider(request, db) -> Person:
    return PersonFactory(**{request.param: True})


# --- Two requests that are one matter ------------------------------------------------------------------


@pytest.fixture
def jon(db):
    return PersonFactory(full_name="Jon Bell", department=DepartmentFactory())


@pytest.fixture
def older(monday, maya, ask):
    return ask(maya, goal="The printer in 118 jams")


@pytest.fixture
def newer(older, jon, ask):
    return ask(jon, goal="118 eats my paper")
