"""`foredesk prepare`: the first half of `foredesk run`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foredesk.operations import preparing


class Command(BaseCommand):
    help = "Make the tables, collect the static files and, in demo mode, fill the demo; does only what is not done yet."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        try:
            preparing.prepare(self.stdout.write)
        except preparing.NotReady as error:
            raise CommandError(str(error)) from error
