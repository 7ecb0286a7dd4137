"""`foredesk load`: an export into an empty installation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.kit.refusals import Refused
from foredesk.operations import preparing
from foredesk.operations.exchange.loading import load_everything


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Load what `foredesk export` wrote into an empty installation, on either database: all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="FOLDER_OR_ZIP", help="the export")

    def handle(self, *, source: Path, **options: Any) -> None:
        try:
            preparing.require_tables()
            loaded = load_everything(source)
        except (Refused, preparing.NotReady) as problem:
            raise CommandError(f"Nothing was loaded. {problem}") from problem
        rows = sum(loaded.values())
        self.stdout.write(f"Loaded {loaded['tickets']} requests, {loaded['people']} people, {rows} rows in all.")
        self.stdout.write("No passwords came along. Give one administrator theirs: foredesk changepassword E-MAIL")
