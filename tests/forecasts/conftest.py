from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from foredesk.catalogue.models import ServiceClass
from foredesk.forecasts.actions import draw_curves
from foredesk.forecasts.models import Quote
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets.actions import save_answers, send_interview, start_interview
from foredesk.tickets.enums import CloseReason, State
from foredesk.tickets.models import Ticket
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory

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
    return PersonFactory(full_name="Tomás Reyes", agent=True)


@pytest.fixture
def printing(db) -> ServiceClass:
    return ServiceClassFactory(name="Paper and ink", offered=True, solution_minutes=480)


@pytest.fixture
def ask(db, printing) -> Callable[..., Ticket]:
    """A request as a customer sends it."""

    def asked(by: Person, kind: ServiceClass | None = None, **answers: object) -> Ticket:
        interview = start_interview(by=by, goal="Print the exam sheets", service_class=kind or printing)
        save_answers(by=by, interview=interview, **answers)
        return send_interview(by=by, interview=interview)

    return asked


@pytest.fixture
def past(db, maya, printing) -> Callable[..., Ticket]:
    """A request of the past as a row: `took` working minutes (None: still open), asked `days` ago at 10:00."""

    def told(took: float | None, days: int = 7, kind: ServiceClass | None = None, **fields: object) -> Ticket:
        kind = kind or printing
        asked = MONDAY - timedelta(days=days)
        closed = None if took is None else asked + timedelta(minutes=took)
        values = {
            "subject": "Past",
            "customer": maya,
            "opened_by": maya,
            "created_at": asked,
            "service_class": kind,
            "size": kind.usual_size,
            "lane": kind.lane,
            "first_reply_target": asked,
            "solution_target": asked,
            "state": State.CLOSED if closed else State.WORKING,
            "closed_at": closed,
            "close_reason": CloseReason.CONFIRMED if closed else "",
            **fields,
        }
        return Ticket.objects.create(**values)

    return told


@pytest.fixture
def measured(past) -> Callable[..., None]:
    """Forty requests of a week ago that took 10, 20, … 400 minutes, and the curves drawn from them."""

    def drawn(kind: ServiceClass | None = None, number: int = 40) -> None:
        for place in range(1, number + 1):
            past(place * 10, kind=kind)
        draw_curves()

    return drawn


def present(ticket: Ticket) -> Quote:
    return Quote.objects.get(ticket=ticket, replaced_at=None)
