"""The `foredesk` command: Foredesk's own verbs and all of Django's."""

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

import foredesk

# What `foredesk receive` may end with (sysexits.h): taken, not a mail that can be taken, no such mailbox. A mail server
# sends a mail back for most other numbers, so that whatever else happens has to be "try again later".
RECEIVE_ENDS_WITH = {0, 65, 67}
TRY_AGAIN_LATER = 75


def main() -> None:
    """Run one command, for a mail server with a number that it understands."""
    if sys.argv[1:2] != ["receive"]:
        return run()
    try:
        run()
    except SystemExit as end:
        if end.code in RECEIVE_ENDS_WITH or end.code is None:
            raise
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)  # noqa: T201
    except Exception as error:
        print(f"Foredesk cannot take it now ({type(error).__name__}: {error}).", file=sys.stderr)  # noqa: T201
    else:
        return None
    sys.exit(TRY_AGAIN_LATER)


def run() -> None:
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
