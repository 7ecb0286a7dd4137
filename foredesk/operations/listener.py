"""Taking mail from mail servers: SMTP (RFC 5321) and LMTP (RFC 2033). Meant for the mail server of the house.

"250" is said only when a mail is on the disk; while it cannot be stored, "451": the sender keeps it and comes again.
"""

import asyncio
import logging
import ssl
from asyncio import StreamReader, StreamReaderProtocol, StreamWriter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from foredesk.intake import actions, queries
from foredesk.intake.enums import Door
from foredesk.intake.rules.pace import MOST_BYTES

logger = logging.getLogger("foredesk.listen")

TIMEOUT = 300.0  # seconds that a connection may say nothing (RFC 5321, 4.5.3.2.7)
MOST_CONNECTIONS = 40  # at a time: each may hold a mail of MOST_BYTES in memory
MOST_RECIPIENTS = 100  # of one mail (RFC 5321, 4.5.3.1.8)
# How often a connection may say each command: whoever has more to say opens another.
MOST_COMMANDS = {"RCPT": 10_000, "NOOP": 100, "HELP": 20, "VRFY": 20, "*": 1000}
# Far beyond the 1000 of RFC 5321, 4.5.3.1.6: programs write such lines, and a sentence would not reach their authors.
LONGEST_LINE = 1024 * 1024
STORING_AT_ONCE = 4  # threads, each with its own connection to the database

TAKEN = "250 2.0.0 Taken. It is on our disk."
LATER = "451 4.3.0 It cannot be stored at the moment. Please keep it and try again later."
BUSY = "421 4.3.2 Too many connections at the moment. Please try again later."
UNKNOWN = "550 5.1.1 There is no mailbox <%s> here. Please check the address."
PAUSED = "450 4.2.1 The mailbox <%s> is paused. Please try again later."
TOO_MANY = "452 4.5.3 Too many recipients. Please send the mail to the others once more."

Answer = TypeVar("Answer")


class Reception:
    """What aiosmtpd asks. Whatever touches the database happens in a thread of the pool."""

    def __init__(self, pool: ThreadPoolExecutor, *, for_each: bool) -> None:
        self._pool, self._for_each = pool, for_each

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            mailbox = await self._in_a_thread(partial(queries.mailbox_at_the_door, address))
        except Exception:
            logger.warning("A recipient could not be looked up.", exc_info=True)
            return LATER
        if mailbox is None:
            return UNKNOWN % _harmless(address)
        if not mailbox.is_active:
            return PAUSED % _harmless(address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipients = list(envelope.rcpt_tos)
        raw, sender = envelope.original_content or b"", envelope.mail_from or ""
        answers = await self._in_a_thread(partial(_store, raw, sender, recipients))
        if self._for_each:  # RFC 2033, 4.2: a reply for each recipient, in their order
            return "\r\n".join(answers[address] for address in recipients)
        return next((answer for answer in answers.values() if answer != TAKEN), TAKEN)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if session.ssl is not None:
            # Exim, where it may pipeline, ends its side after its last mail. Within TLS Python then ends the other one:
            # the mail would be stored, its sender not told, and it would come again and again.
            return responses
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_exception(self, error: Exception) -> str:
        logger.error("Taking a mail failed.", exc_info=error)
        return LATER

    async def _in_a_thread(self, what: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._pool, _with_connection, what)


def _store(raw: bytes, sender: str, recipients: list[str]) -> dict[str, str]:
    """Store the mail for each mailbox that it is for; what each recipient is told."""
    answers = dict.fromkeys(recipients, LATER)
    try:
        boxes = {address: queries.mailbox_at_the_door(address) for address in answers}
        for mailbox in {box.pk: box for box in boxes.values() if box}.values():
            to = [address for address, box in boxes.items() if box == mailbox]
            actions.store(raw=raw, door=Door.SMTP, mailbox=mailbox, envelope_from=sender, envelope_to=to)
            answers |= dict.fromkeys(to, TAKEN)
    except Exception:
        logger.exception("A mail could not be stored; its sender was asked to keep it.")
    return answers


def _with_connection(what: Callable[[], Answer]) -> Answer:
    """As Django does around a request: a connection that broke or grew old is not used again."""
    close_old_connections()
    try:
        return what()
    finally:
        close_old_connections()


def _harmless(address: str) -> str:
    return "".join(letter for letter in address if letter.isprintable())[:200]


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE
    connections = 0  # of this process

    async def _handle_client(self) -> None:
        _Smtp.connections += 1
        try:
            if _Smtp.connections <= MOST_CONNECTIONS:
                await super()._handle_client()
            elif self.transport is not None:
                await self.push(BUSY)
                self.transport.close()
        finally:
            _Smtp.connections -= 1

    def eof_received(self) -> bool:
        """The client says no more. What it said is answered first: Exim does not wait for that with its last mail."""
        StreamReaderProtocol.eof_received(self)
        return self.session is not None and self.session.ssl is None

    def _cb_client_connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        super()._cb_client_connected(reader, writer)
        read = reader.readuntil

        async def until_the_end(separator: bytes = b"\n") -> bytes:
            """Nothing more to read is what aiosmtpd knows as a lost connection."""
            try:
                return await read(separator)
            except asyncio.IncompleteReadError as end:
                raise asyncio.CancelledError from end

        reader.readuntil = until_the_end  # type: ignore[method-assign, assignment]


class _Lmtp(LMTP, _Smtp):
    """LMTP with a reply for each recipient after the mail's last line, whatever the reply is (RFC 2033, 4.2)."""

    _owed = 0

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's name)
        self._owed = len(self.envelope.rcpt_tos) if self.envelope else 0
        await super().smtp_DATA(arg)

    async def push(self, status: Any) -> None:
        if self._owed and not status.startswith("354"):
            each = status.split("\r\n")
            status = "\r\n".join(each if len(each) == self._owed else each * self._owed)
            self._owed = 0
        await super().push(status)


def _tls() -> ssl.SSLContext | None:
    if not (settings.MAIL_LISTEN_CERTIFICATE and settings.MAIL_LISTEN_KEY):
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.MAIL_LISTEN_CERTIFICATE, settings.MAIL_LISTEN_KEY)
    return context


async def serve(host: str, port: int, *, lmtp: bool, until: asyncio.Event, ready: Callable[[], None]) -> None:
    """Take mail until told to stop; what is being stored then is finished. Raises OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    tls = _tls()
    with ThreadPoolExecutor(STORING_AT_ONCE, thread_name_prefix="store") as pool:
        reception = Reception(pool, for_each=lmtp)

        def protocol() -> SMTP:
            return (_Lmtp if lmtp else _Smtp)(
                reception,
                data_size_limit=MOST_BYTES,
                enable_SMTPUTF8=True,
                ident="Foredesk",
                hostname=urlsplit(settings.BASE_URL).hostname or "localhost",
                tls_context=tls,
                timeout=TIMEOUT,
                command_call_limit=MOST_COMMANDS,
                auth_exclude_mechanism=["LOGIN", "PLAIN"],
                loop=loop,
            )

        server = await loop.create_server(protocol, host, port)
        async with server:
            ready()
            await until.wait()
