"""The ways in which a mail leaves the house."""

import re
import smtplib
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Protocol

from django.conf import settings

from . import connections, rules
from .emails import flowed
from .enums import PERSONAL_KINDS
from .models import OutboxMessage

# Domains that exist nowhere (RFC 2606, 3): where mails are kept, their servers are played.
BUSY_SERVER, STRICT_SERVER = "busy.example", "refuses.example"
_NOBODY_THERE = re.compile(r"5\d\d 5\.(1\.[1-36]|2\.1)\b")


class _Ids(UnstructuredHeader, BaseHeader):
    """Ids of mails, each whole and as it is (RFC 5322, 3.6.4): the library would encode one of 78 characters or more,
    as Exchange makes them, and no program would know it again."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    _HEADERS.map_to_type(_name, _Ids)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class TemporaryFailure(Exception):
    """It may work later: no connection, a busy server, a full mailbox."""


class PermanentFailure(Exception):
    """It will never work: the server said no to this mail (SMTP 5xx)."""

    is_address_at_fault = False  # nobody is there, or nobody who takes mail, whatever it says


class Transport(Protocol):
    """Takes one mail. Raises TemporaryFailure or PermanentFailure, with the reason for people in its text."""

    name: str

    def ready(self) -> None:
        """Be able to take a mail at once; may take long. Raises TemporaryFailure."""

    def send(self, message: OutboxMessage) -> None: ...


class KeptTransport:
    """Demo and development: the mail stays in the outbox, where it can be read. Nothing goes out.

    Two servers are played, so that one sees what comes of it: one that never has time, one that takes no mail.
    """

    name = "kept"

    def ready(self) -> None:
        return None

    def send(self, message: OutboxMessage) -> None:
        domain = message.to.rpartition("@")[2]
        if domain == BUSY_SERVER:
            raise TemporaryFailure("451 4.7.1 We do not know you yet. Please come again later.")
        if domain == STRICT_SERVER:
            raise PermanentFailure("554 5.7.1 This server takes no mail from yours.")


class SmtpTransport:
    """Hands the mail to the SMTP server of the settings (EMAIL_HOST and so on)."""

    name = "smtp"

    def ready(self) -> None:
        with connections.line() as line:
            _open(line)

    def send(self, message: OutboxMessage) -> None:
        try:
            mail = written(message)
        except ValueError as wrong:  # no header can be made of it, so no later try will do better
            raise PermanentFailure(rules.one_line(str(wrong), 500)) from wrong
        with connections.line() as line:
            server = _open(line)
            try:
                server.send_message(mail, parseaddr(message.sender)[1], [message.to])
            except (smtplib.SMTPException, OSError, UnicodeError) as refused:
                line.close()
                raise _failure(refused) from refused
            line.done()


def transport() -> Transport:
    """The transport of this installation (settings.MAIL_TRANSPORT)."""
    return KeptTransport() if settings.MAIL_TRANSPORT == "kept" else SmtpTransport()


def written(message: OutboxMessage) -> EmailMessage:
    """The mail as it goes over the wire (RFC 5322), plain text first, HTML as the alternative."""
    mail = EmailMessage(policy=_POLICY)
    name, address = parseaddr(message.sender)
    mail["From"] = Address(rules.one_line(name, 120), addr_spec=address)
    mail["To"] = Address(rules.one_line(message.to_name, 120), addr_spec=message.to)
    mail["Subject"] = rules.one_line(message.subject, 250)
    mail["Date"] = format_datetime(message.queued_at)
    mail["Message-ID"] = rules.message_id(message)
    mail["X-Foredesk-Loop"] = rules.loop_mark()
    for header, value in message.headers.items():
        mail[header] = value
    if message.kind not in PERSONAL_KINDS and "Auto-Submitted" not in mail:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"  # Exchange's word for the same
    mail.set_content(flowed(message.text), cte="quoted-printable", params={"format": "flowed"})
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail


def _open(line: connections.Line) -> smtplib.SMTP:
    try:
        return line.open()
    # A server that does not let us in says nothing about the mail: whatever the code, it may work later.
    except (smtplib.SMTPException, OSError) as refused:
        raise TemporaryFailure(reason_of(refused)) from refused


def _failure(refused: Exception) -> TemporaryFailure | PermanentFailure:
    if not _is_permanent(refused):
        return TemporaryFailure(reason_of(refused))
    failure = PermanentFailure(reason_of(refused))
    # Told of the recipient alone, with an enhanced code (RFC 3463) for: no such address, or it takes no mail.
    failure.is_address_at_fault = isinstance(refused, smtplib.SMTPRecipientsRefused) and bool(
        _NOBODY_THERE.match(str(failure))
    )
    return failure


def _is_permanent(refused: Exception) -> bool:
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in refused.recipients.values())
    if isinstance(refused, smtplib.SMTPResponseException):
        return refused.smtp_code >= 500
    # An address in another script, and a server that cannot take it.
    return isinstance(refused, smtplib.SMTPNotSupportedError | UnicodeError)


def reason_of(refused: Exception) -> str:
    """What the server said, in one line; its answer, not our stack."""
    answer: bytes | str
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(refused.recipients.values()))
    elif isinstance(refused, smtplib.SMTPResponseException):
        code, answer = refused.smtp_code, refused.smtp_error
    else:
        return rules.one_line(f"{type(refused).__name__}: {refused}", 500)
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return rules.one_line(f"{code} {words}", 500)
