"""A conversation with the mail server in slow motion: each step, what the server said, what to do when it failed."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from . import rules
from .models import OutboxMessage
from .transports import reason_of, written

TIMEOUT = 10.0  # seconds for each answer: somebody sits and waits
_WANTS_SIGN_IN = {530, 534, 535, 538}


@dataclass(frozen=True)
class Step:
    name: str
    state: str  # "done", "failed", "open": not reached
    said: str = ""  # by the server, or about the connection
    advice: str = ""


def converse(message: OutboxMessage) -> list[Step]:
    """Send one mail and tell how it went. Never raises for what the server or the network does."""
    talk = _Conversation(message)
    planned = [
        (_("Find the server’s name"), talk.find, _why_not_found),
        (_("Connect"), talk.connect, _why_not_connected),
        (_("Encrypt"), talk.encrypt, _why_not_encrypted),
        (_("Sign in"), talk.sign_in, _why_not_signed_in),
        (_("Hand over a mail"), talk.hand_over, _why_not_taken),
    ]
    steps: list[Step] = []
    for name, step, why_not in planned:
        try:
            steps.append(Step(name, "done", step()))
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as problem:
            if isinstance(problem, ssl.SSLError) and step == talk.connect:
                # With TLS at once the connection stood; what failed is the next step.
                steps.append(Step(name, "done"))
                name, step, why_not = planned[2]
            steps.append(Step(name, "failed", reason_of(problem), why_not(problem)))
            break
    talk.end()
    return steps + [Step(name, "open") for name, _step, _why in planned[len(steps) :]]


class _Conversation:
    """Each method is a step and returns what was said; it raises what smtplib, ssl and sockets raise."""

    def __init__(self, message: OutboxMessage) -> None:
        self.message = message
        if settings.EMAIL_USE_SSL:
            self.server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            self.server = smtplib.SMTP(timeout=TIMEOUT)

    def find(self) -> str:
        found = socket.getaddrinfo(settings.EMAIL_HOST, settings.EMAIL_PORT, type=socket.SOCK_STREAM)
        return ", ".join(dict.fromkeys(str(one[4][0]) for one in found))

    def connect(self) -> str:
        # smtplib checks the certificate against the name that its constructor was given; ours waited until here.
        self.server._host = settings.EMAIL_HOST  # type: ignore[attr-defined]
        code, greeting = self.server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)
        return _spoken(code, greeting)

    def encrypt(self) -> str:
        if settings.EMAIL_USE_TLS:
            self.server.starttls(context=ssl.create_default_context())
        if isinstance(self.server.sock, ssl.SSLSocket):
            return str(self.server.sock.version())
        return _("Not asked for: EMAIL_URL begins with smtp://. Fine on this machine or in your own network.")

    def sign_in(self) -> str:
        if not settings.EMAIL_HOST_USER:
            return _("Not asked for: EMAIL_URL names nobody to sign in.")
        return _spoken(*self.server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD))

    def hand_over(self) -> str:
        self.server.send_message(written(self.message), parseaddr(self.message.sender)[1], [self.message.to])
        return _("Taken for %(address)s. Look whether it arrives; if not, look among the unwanted mails.") % {
            "address": self.message.to
        }

    def end(self) -> None:
        self.server.close()


def _spoken(code: int, answer: bytes) -> str:
    return rules.one_line(f"{code} {answer.decode('utf-8', 'replace')}", 300)


def _server() -> dict[str, object]:
    return {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}


def _why_not_found(problem: Exception) -> str:
    return _("Nobody knows a server called %(host)s. Look at the name in EMAIL_URL.") % _server()


def _why_not_connected(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return _("Nothing answers at %(host)s, port %(port)d. A firewall on the way is likely.") % _server()
    if isinstance(problem, smtplib.SMTPException):
        return _("Something answers at %(host)s, port %(port)d, but does not speak as a mail server does.") % _server()
    return (
        _(
            "Nothing listens at %(host)s, port %(port)d. submission:// means port 587 and smtp:// port 25; any other "
            "is written after the name: submission://mail.example.org:2525."
        )
        % _server()
    )


def _why_not_encrypted(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _("The certificate is not valid for %(host)s. Use the name that it was made for.") % _server()
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return _("The server offers no encryption here. Take smtp:// for a server in your own network.")
    return _("The server does not speak TLS like this. submission:// begins plain, “?ssl=True” is TLS at once.")


def _why_not_signed_in(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return _("The server wants nobody to sign in here. Leave name and password out of EMAIL_URL.")
    return _(
        "The server does not accept this name and password. Signs such as @ : / in them are written as %40 %3A %2F in "
        "EMAIL_URL. Some servers want a password made for programs."
    )


def _why_not_taken(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPSenderRefused) and problem.smtp_code in _WANTS_SIGN_IN:
        return _("The server wants somebody to sign in: put name and password into EMAIL_URL.")
    if isinstance(problem, smtplib.SMTPSenderRefused):
        return _("The server does not send for this sender. Set MAIL_FROM to an address that it knows.")
    return _("The server does not take this mail. Its answer says why; whoever runs it knows more.")
