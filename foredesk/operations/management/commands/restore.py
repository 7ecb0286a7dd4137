"""`foredesk restore FILE`: back to what a backup holds, on either database."""

import json
from argparse import SUPPRESS
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.operations import preparing
from foredesk.operations.backups.restoring import fill_scratch, restore_backup
from foredesk.operations.backups.rows import Unusable


class Command(BaseCommand):
    help = "Put a backup into this installation: built up beside, checked, then put in place in one step."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="in the place of what this installation holds")
        # How `backups.scratch` calls us, with DATABASE_URL leading to a scratch place.
        parser.add_argument("--into-scratch", action="store_true", help=SUPPRESS)
        parser.add_argument("--forward", action="store_true", help=SUPPRESS)

    def handle(self, *, file: Path, replace: bool, into_scratch: bool, forward: bool, **options: Any) -> None:
        try:
            if into_scratch:
                self.stdout.write(json.dumps(fill_scratch(file, forward=forward)))
                return
            preparing.require_folder()
            manifest = restore_backup(file.absolute(), replace=replace)
        except (Unusable, preparing.NotReady) as wrong:
            raise CommandError(str(wrong)) from wrong
        except (ValueError, KeyError, TypeError) as wrong:  # met in its rows before their hash is known
            raise CommandError(
                "The backup is damaged: what stands in it cannot be read. Nothing was changed."
            ) from wrong
        counted = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"Restored as of {manifest['made_at'][:16].replace('T', ' ')} UTC: {counted} rows, "
            f"{manifest['files']['rows']} files. Everybody signs in again."
        )
        if not manifest["same_secret_key"]:
            self.stderr.write(
                "This installation has another secret key than the one that the backup was made with. Links in mails "
                "already sent, and second factors, need the old key: see docs/operations/backup.md."
            )
