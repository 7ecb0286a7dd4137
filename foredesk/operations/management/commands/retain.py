"""`foredesk retain`: what the worker does every night, now; or what it would do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.catalogue.models import ServiceClass
from foredesk.intake.actions import let_go_of_set_aside
from foredesk.intake.queries import keeping, past_keeping
from foredesk.operations import preparing
from foredesk.tickets.actions import let_go_of_what_is_past
from foredesk.tickets.queries import past_retention


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Let go of the words and files of old requests, and of mail set aside, that are kept no longer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many requests there are, by kind")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        try:
            preparing.require_tables()
        except preparing.NotReady as problem:
            raise CommandError(str(problem)) from problem
        if not dry_run:
            self.stdout.write(f"Let go of the words and files of {let_go_of_what_is_past()} requests.")
            self.stdout.write(f"Let go of {let_go_of_set_aside()} mails that were set aside.")
            return
        for one in ServiceClass.objects.filter(retention_months__isnull=False):
            number = past_retention(one.pk, one.retention_months or 0).count()
            self.stdout.write(f"{one.name}, kept for {one.retention_months} months: {number} requests would be let go.")
        for one in ServiceClass.objects.filter(retention_months=None):
            self.stdout.write(f"{one.name}: kept for ever.")
        if days := keeping().set_aside_days:
            number = past_keeping(days).count()
            self.stdout.write(f"Mails that were set aside, kept for {days} days: {number} would be let go.")
        else:
            self.stdout.write("Mails that were set aside: kept for ever.")
