"""How far the set-up has come. Everything is read from what is there, so it can be left and taken up again."""

from foredesk.people import queries as people
from foredesk.people.models import Person
from foredesk.tickets.models import Ticket

from ..enums import SetUpStep


def is_open() -> bool:
    """Whether people may come in: the set-up is over, or was never needed because somebody was here before it."""
    organisation = people.organisation()
    return organisation.set_up_at is not None if organisation is not None else Person.objects.exists()


def has_administrator() -> bool:
    return people.administrators().exists()


def steps_done() -> set[str]:
    organisation = people.organisation()
    return set(organisation.steps_done) if organisation is not None else set()


def next_step() -> SetUpStep | None:
    """The first step that is neither answered nor put off; None when there is none left."""
    if not has_administrator():
        return SetUpStep.ADMINISTRATOR
    done = steps_done()
    return next((step for step in SetUpStep if step not in done), None)


def first_request_of(person: Person) -> Ticket | None:
    """What the administrator asked for first, to see it arrive."""
    return Ticket.objects.filter(opened_by=person).select_related("service_class", "lane").order_by("pk").first()
