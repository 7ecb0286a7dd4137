"""People of each role, the real queue, and a real mail server on this machine whose answers a test decides."""

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from foredesk.people.enums import Role
from foredesk.people.models import Person


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sink:
    """Takes mails, or answers as told: `answers` holds the replies to the next DATA commands, "" takes the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.answers: list[str] = []
        self.answer_to_recipient = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_recipient:
            return self.answer_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if answer := (self.answers.pop(0) if self.answers else ""):
            return answer
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def queue(settings: Any) -> None:
    """The queue of the product: tasks wait in the database until somebody runs them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def sink(settings: Any, queue: None) -> Iterator[Sink]:
    handler = Sink()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.DEMO = False
    settings.MAIL_TRANSPORT = "smtp"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "IT desk of the college <desk@college.example>"
    yield handler
    server.stop()


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    def make(role: str = Role.CUSTOMER, name: str = "Maya Ortiz") -> Person:
        email = f"{name.lower().replace(' ', '.')}.{role}@college.example"
        return Person.objects.get_or_create(email=email, defaults={"full_name": name, "role": role})[0]

    return make
