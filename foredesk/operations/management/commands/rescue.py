"""`foredesk rescue`: the emergency door."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from foredesk.kit.refusals import Refused
from foredesk.people import actions


class Command(BaseCommand):
    help = "Print a link that signs an administrator in, once and within ten minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the administrator's address")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            token = actions.make_rescue_token(email=email)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{settings.BASE_URL}{reverse('account_rescue', args=[token])}")
