"""The `foredesk` command: Foredesk's own verbs and all of Django's."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")
    execute_from_command_line(sys.argv)
