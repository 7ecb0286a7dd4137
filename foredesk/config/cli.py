"""The `foredesk` command: Foredesk's own verbs and all of Django's."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

import foredesk


def main() -> None:
    """Run one command; settings that make no sense end it with one sentence instead of a traceback."""
    os.umask(0o077)  # the database, files and exports are nobody else's to read
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")
    if sys.argv[1:] in (["--version"], ["version"]):
        sys.exit(print(f"Foredesk {foredesk.__version__}"))  # noqa: T201
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"Foredesk cannot start: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
