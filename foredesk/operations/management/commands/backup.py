"""`foredesk backup`: everything into one file, while everybody works on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from foredesk.operations.backups.recording import run_backup
from foredesk.operations.backups.rows import Unusable
from foredesk.operations.backups.taking import next_path, rotate


class Command(BaseCommand):
    help = "Put all rows and files into one file, and check it by restoring it into a scratch place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: a new one in the folder backups of the data folder"
        )
        parser.add_argument("--no-verify", action="store_false", dest="verify", help="do not restore it to check it")
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards keep the N newest of that folder")

    def handle(self, *, file: Path | None, verify: bool, keep: int | None, **options: Any) -> None:
        if keep is not None and (keep < 1 or file):
            raise CommandError("--keep takes a number from 1, and goes with the folder of backups, not with a file.")
        try:
            report = run_backup(path=(file or next_path()).absolute(), check=verify)
        except Unusable as wrong:
            raise CommandError(str(wrong)) from wrong
        except OSError as wrong:
            raise CommandError(f"The backup could not be written: {wrong.strerror or wrong}.") from wrong
        size = filesizeformat(report["bytes"]).replace("\xa0", " ")
        self.stdout.write(f"{report['file']}  {size}, {report['rows']} rows, {report['files']} files")
        self.stdout.write(CHECKED[report["checked"]])
        if report["missing_files"]:
            self.stderr.write(f"{report['missing_files']} attached files are missing in the storage, or damaged there.")
        for gone in rotate(keep) if keep else []:
            self.stdout.write(f"Deleted {gone.name}")


CHECKED = {
    "restored": "Checked: restored into a scratch place, every table came out as it went in.",
    "read": "Checked: read again. (To restore it for a check, the database account would need CREATE on the database.)",
    "": "Not checked.",
}
