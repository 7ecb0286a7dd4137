"""`foredesk prepare`: the first half of `foredesk run`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.operations import preparing


class Command(BaseCommand):
    help = "Make the tables, collect the static files and, in demo mode, fill the demo; does only what is not done yet."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-backup", action="store_false", dest="backup", help="do not take a backup before an upgrade"
        )

    def handle(self, *, backup: bool, **options: Any) -> None:
        try:
            preparing.prepare(self.stdout.write, backup=backup)
        except preparing.NotReady as error:
            raise CommandError(str(error)) from error
