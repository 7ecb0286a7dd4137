"""`foredesk check`: Django's look at the code and settings, and ours at everything that an installation needs."""

from typing import Any

from django.core.checks import register
from django.core.management.commands.check import Command as DjangosCheck

from foredesk.operations.checks import all_that_is_open


class Command(DjangosCheck):
    help = "Look at this installation and say what is missing, why it matters and how to mend it."

    def handle(self, *app_labels: Any, **options: Any) -> None:
        register(all_that_is_open)  # here only: no other command should ask the database before it begins
        super().handle(*app_labels, **options)
