"""`foredesk listen`: taking mail from mail servers."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.kit.connections import end_with_their_threads
from foredesk.operations import preparing
from foredesk.operations.listener import serve
from foredesk.operations.processes import end_with_parent
from foredesk.operations.rules import host_and_port


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # `run` has checked already; alone, we check below
    help = "Take mail from mail servers (SMTP, or LMTP with --lmtp), until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", help="address to listen on (default: of MAIL_LISTEN, else 127.0.0.1)")
        parser.add_argument("--port", type=int, help="port to listen on (default: of MAIL_LISTEN, else 2525)")
        parser.add_argument(
            "--lmtp", action="store_true", help="LMTP; defaults are those of MAIL_LISTEN_LMTP, port 2424"
        )
        parser.add_argument("--prepared", action="store_true", help="skip the look whether the database is up to date")

    def handle(self, *, host: str | None, port: int | None, lmtp: bool, prepared: bool, **options: Any) -> None:
        if not prepared:
            self.check()
            try:
                preparing.require_tables()
            except preparing.NotReady as error:
                raise CommandError(str(error)) from error
        set_host, set_port = host_and_port(settings.MAIL_LISTEN_LMTP if lmtp else settings.MAIL_LISTEN)
        where = host or set_host or "127.0.0.1", port or set_port or (2424 if lmtp else 2525)
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's: every line of every conversation
        end_with_parent()
        end_with_their_threads()
        try:
            asyncio.run(self._listen(*where, lmtp=lmtp))
        except OSError as problem:
            raise CommandError(f"{where[0]}, port {where[1]}, cannot be used: {problem.strerror}.") from problem

    async def _listen(self, host: str, port: int, *, lmtp: bool) -> None:
        until = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, until.set)

        def ready() -> None:
            self.stdout.write(f"Mail is taken in at {host}, port {port} ({'LMTP' if lmtp else 'SMTP'}).")
            self.stdout.flush()

        await serve(host, port, lmtp=lmtp, until=until, ready=ready)
