"""`foredesk worker`: what happens behind the pages."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.operations import preparing
from foredesk.operations.processes import end_with_parent
from foredesk.operations.worker import DeskWorker


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # `run` has checked already; alone, we check below
    help = "Run queued tasks and periodic jobs, until Ctrl-C or SIGTERM; a task that runs is finished first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="do what is due now, then end")
        parser.add_argument("--prepared", action="store_true", help="skip the look whether the database is up to date")

    def handle(self, *, until_idle: bool, prepared: bool, verbosity: int, **options: Any) -> None:
        if not prepared:
            self.check()
            try:
                preparing.require_prepared()
            except preparing.NotReady as error:
                raise CommandError(str(error)) from error
        logging.getLogger("foredesk.worker").setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
        end_with_parent()
        worker = DeskWorker(until_idle=until_idle)
        worker.configure_signals()
        worker.run()
