from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets.actions import (
    PastTicket,
    answer_solution,
    import_tickets,
    offer_solution,
    send_interview,
    skip_restatement,
    start_interview,
)
from foredesk.tickets.enums import Answer
from foredesk.tickets.models import Ticket
from foredesk.triage import queries
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam, a working day

PAPER = "paper jam in tray {n} of the printer, the sheets are crumpled"
WIRELESS = "the wireless drops on floor {n}, the laptop finds no network"


@pytest.fixture(autouse=True)
def monday(db) -> Iterator[datetime]:
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch) -> None:
    """What was learned is remembered in the process, and keys begin anew in each test."""
    monkeypatch.setattr(queries, "_known", None)


@pytest.fixture
def maya(db) -> Person:
    return PersonFactory(full_name="Maya Ortiz", department=DepartmentFactory(name="Biology"))


@pytest.fixture
def tomas(db) -> Person:
    return PersonFactory(full_name="Tomás Reyes", agent=True)


@pytest.fixture
def printing(db) -> ServiceClass:
    return ServiceClassFactory(name="Printing", usual_size=Size.MOMENT)


@pytest.fixture
def network(db) -> ServiceClass:
    return ServiceClassFactory(name="Network", deep=True)


@pytest.fixture
def ask(maya) -> Callable[..., Ticket]:
    def asked(words: str, service_class: ServiceClass | None = None) -> Ticket:
        draft = start_interview(by=maya, goal=words, service_class=service_class)
        return send_interview(by=maya, interview=draft)

    return asked


@pytest.fixture
def solve(ask, maya, tomas) -> Callable[..., Ticket]:
    def solved(words: str, service_class: ServiceClass) -> Ticket:
        ticket = ask(words, service_class)
        Ticket.objects.filter(pk=ticket.pk).update(
            size=service_class.usual_size, lane=service_class.lane, service_class=service_class
        )
        ticket.refresh_from_db()
        skip_restatement(by=tomas, ticket=ticket, reason="On the phone.")
        solution = offer_solution(by=tomas, ticket=ticket, text="Done.")
        answer_solution(by=maya, solution=solution, answer=Answer.YES)
        ticket.refresh_from_db()
        return ticket

    return solved


@pytest.fixture
def history(maya, tomas, printing, network, monday) -> dict[str, list[Ticket]]:
    """Forty-eight solved requests of two kinds in turn; some have the other's words: nothing is certain."""
    past = []
    for n in range(24):
        for kind, words in ((printing, WIRELESS if n % 12 == 7 else PAPER), (network, WIRELESS)):
            at = monday - timedelta(days=60 - n)
            past.append(
                PastTicket(
                    source_id=f"{kind.pk}-{n}",
                    customer=maya,
                    speaker=tomas,
                    created_at=at,
                    closed_at=at + timedelta(hours=1),
                    subject=words.format(n=n),
                    words=words.format(n=n),
                    service_class=kind,
                    lane=kind.lane,
                )
            )
    made = import_tickets(by=tomas, source="the old desk", tickets=past)
    return {"printing": made[::2], "network": made[1::2]}


@pytest.fixture
def desk(tomas) -> Client:
    client = Client()
    client.force_login(tomas)
    return client


@pytest.fixture
def deep(db):
    return lane(LaneKey.DEEP)
