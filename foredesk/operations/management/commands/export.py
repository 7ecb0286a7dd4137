"""`foredesk export`: everything, to leave with, to move with or to read."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foredesk.kit.refusals import Refused
from foredesk.operations import preparing
from foredesk.operations.exchange.archives import writing
from foredesk.operations.exchange.writing import write_everything


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Write everything but secrets to a folder, or to a ZIP file if the name ends so (export-format.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, metavar="FOLDER_OR_ZIP", help="where; must not be there yet")

    def handle(self, *, target: Path, **options: Any) -> None:
        try:
            preparing.require_tables()
            with writing(target) as archive:
                written = write_everything(archive)
        except (Refused, preparing.NotReady) as problem:
            raise CommandError(str(problem)) from problem
        rows = sum(written.rows.values())
        self.stdout.write(
            f"{target}: {written.rows['tickets']} requests, {written.rows['people']} people, {rows} rows in all, "
            f"{written.files} files ({written.bytes} bytes)."
        )
        if written.missing:
            self.stdout.write(f"{len(written.missing)} files of attachments were lost before; the manifest names them.")
