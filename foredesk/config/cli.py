"""The `foredesk` command: Foredesk's own verbs and all of Django's."""

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

import foredesk


def main() -> None:
    """Run one command; settings that make no sense end it with one sentence instead of a traceback."""
    os.umask(0o077)  # the database, files and exports are nobody else's to read
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")
    if sys.argv[1:] in (["--version"], ["version"]):
        sys.exit(print(f"Foredesk {foredesk.__version__}"))  # noqa: T201
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except (ImproperlyConfigured, ValueError) as error:  # EnvError too; a secret’s file that cannot be read
        sys.exit(f"Foredesk cannot start: {error}")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Foredesk cannot start: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
