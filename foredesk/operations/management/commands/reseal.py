"""`foredesk reseal`: the second half of changing SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foredesk.kit.sealing import Unsealable
from foredesk.people import actions


class Command(BaseCommand):
    help = "Seal anew, with the present SECRET_KEY, what was sealed with one of SECRET_KEY_FALLBACKS."

    def handle(self, **options: Any) -> None:
        try:
            moved = actions.reseal_factors()
        except Unsealable as error:
            raise CommandError(f"{error} Nothing was changed. Put the former key into SECRET_KEY_FALLBACKS.") from error
        self.stdout.write(f"{moved} sealed. The former keys may go from SECRET_KEY_FALLBACKS after the sessions end.")
