from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

import pytest

from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Door
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.queries import MAILBOXES
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import message_id
from foredesk.people.enums import Role
from foredesk.people.models import Person
from foredesk.tickets.actions import offer_solution, restate
from foredesk.tickets.models import Restatement, Solution, Ticket
from tests.factories import PersonFactory
from tests.intake.installed import installation
from tests.operations.installation import Installation

Arrive = Callable[..., Incoming]
DESK = "desk@ashgrove.example"


def letter(
    words: str = "The printer on the second floor prints nothing.",
    *,
    sender: str = "Maya Ortiz <maya@ashgrove.example>",
    to: str = DESK,
    cc: str = "",
    subject: str = "Printer",
    answers: str = "",
    **headers: str,
) -> EmailMessage:
    """A mail as a person's program writes it; `answers`: the Message-ID that it replies to."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain="ashgrove.example")
    if cc:
        mail["Cc"] = cc
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    return mail


@pytest.fixture
def desk(db) -> Mailbox:
    MAILBOXES.forget()
    return Mailbox.objects.create(name="Desk", address=DESK)


@pytest.fixture
def maya(db):
    return PersonFactory(full_name="Maya Ortiz", email="maya@ashgrove.example")


@pytest.fixture
def arrive(desk) -> Arrive:
    """A mail comes in and is filed; returns its row."""

    def came(mail: EmailMessage | bytes | None = None, **words: str) -> Incoming:
        raw = mail if isinstance(mail, bytes) else (mail or letter(**words)).as_bytes()
        stored = store(raw=raw, door=Door.SMTP, mailbox=desk)
        file_mail(stored.pk)
        return Incoming.objects.select_related("ticket", "message", "person").get(pk=stored.pk)

    return came


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("doors")) as one:
        yield one


@pytest.fixture
def tomas(db) -> Person:
    return PersonFactory(full_name="Tomás Reyes", email="tomas@ashgrove.example", role=Role.AGENT)


@pytest.fixture
def asked(arrive, maya) -> Ticket:
    return arrive().ticket


@pytest.fixture
def restated(asked, tomas) -> Restatement:
    return restate(by=tomas, ticket=asked, text="You want to print on the second floor.")


@pytest.fixture
def offered(restated, tomas, asked) -> Solution:
    return offer_solution(by=tomas, ticket=asked, text="It had no paper.")


def our_mail(ticket: Ticket, person: Person, kind: str) -> str:
    """The Message-ID of the latest mail of a kind that we sent to somebody about a ticket."""
    mails = OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", to=person.email, kind=kind)
    return message_id(mails.latest("pk"))
