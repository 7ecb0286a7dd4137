"""`foredesk reseal`: the second half of changing SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from foredesk.intake import actions as intake
from foredesk.kit.sealing import Unsealable
from foredesk.people import actions as people


class Command(BaseCommand):
    help = "Seal anew, with the present SECRET_KEY, what was sealed with one of SECRET_KEY_FALLBACKS."

    def handle(self, **options: Any) -> None:
        try:
            with transaction.atomic():
                moved = people.reseal_factors() + intake.reseal_mailboxes()
        except Unsealable as error:
            raise CommandError(f"{error} Nothing was changed. Put the former key into SECRET_KEY_FALLBACKS.") from error
        self.stdout.write(f"{moved} sealed. The former keys may go from SECRET_KEY_FALLBACKS after the sessions end.")
