"""`foredesk import`: what another desk knew, from CSV files."""

import sys
from argparse import ArgumentParser
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foredesk.operations.importing.fields import Target
from foredesk.operations.importing.mapping import BadMap, Mapping, from_file
from foredesk.operations.importing.progress import Bar
from foredesk.operations.importing.proposing import propose
from foredesk.operations.importing.reading import Source, Unreadable
from foredesk.operations.importing.running import Report, run
from foredesk.operations.importing.takers import taker_for
from foredesk.operations.importing.toml import written
from foredesk.operations.importing.writing import RefusedFile, told
from foredesk.operations.rules import source_of

SOME_REFUSED = 2  # exit code


class Command(BaseCommand):
    help = "Bring requests and people here from CSV files; see docs/operations/moving-in.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for target, help_text in ((Target.TICKETS, "bring requests"), (Target.PEOPLE, "bring people, or what changed")):
            one = verbs.add_parser(target.value, help=help_text)
            one.add_argument("file", type=Path, help="a CSV file, packed with gzip or not")
            one.add_argument("--map", type=Path, help="says which column is what; without one, as `map` proposes")
            one.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
            one.add_argument("--limit", type=int, help="the first so many rows only")
            one.add_argument("--refused", type=Path, help="where to write the rows that were refused, to mend them")
            one.add_argument("--encoding", default="", help="of the letters in the file, where it is not found out")
            one.add_argument("--source", default="", help="what the other desk is called (tickets)")
            if target == Target.PEOPLE:
                one.add_argument("--create-missing", action="store_true", help="make departments that are not here")
        mapping = verbs.add_parser("map", help="propose a map for a file, with samples of its columns")
        mapping.add_argument("file", type=Path)
        mapping.add_argument("--for", dest="target", choices=[one.value for one in Target], default="tickets")
        mapping.add_argument("--encoding", default="")
        mapping.add_argument("--source", default="")

    def handle(self, *args: Any, verb: str, file: Path, **options: Any) -> None:
        try:
            if verb == "map":
                self._propose(file, options)
            else:
                self._import(Target(verb), file, options)
        except (Unreadable, BadMap) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}.") from error

    def _propose(self, file: Path, options: dict[str, Any]) -> None:
        with file.open("rb") as stream:
            source = Source(stream, encoding=options["encoding"])
            name = options["source"] or source_of(file.name)
            self.stdout.write(written(propose(source, Target(options["target"]), name=name)))

    def _import(self, target: Target, file: Path, options: dict[str, Any]) -> None:
        mapping = self._mapping(target, file, options)
        with ExitStack() as stack:
            stream = stack.enter_context(file.open("rb"))
            source = Source(stream, encoding=mapping.encoding, delimiter=mapping.delimiter)
            taker = taker_for(mapping, source.columns, by=None, dry=options["dry_run"])
            refused = None
            if options["refused"]:
                # The mark at its beginning tells a spreadsheet that the letters are UTF-8.
                out = stack.enter_context(options["refused"].open("w", encoding="utf-8-sig", newline=""))
                refused = RefusedFile(out, source.columns, mapping.used(), source.delimiter)
            bar = stack.enter_context(Bar(source) if sys.stderr.isatty() else nullcontext())
            try:
                progress = bar.show if bar is not None else lambda _report: None
                report = run(source, taker, refused, limit=options["limit"], progress=progress)
            except KeyboardInterrupt:
                raise CommandError(
                    "Stopped. What was read is here, each row whole. Give the same command again to go on.",
                    returncode=130,
                ) from None
        self._tell(report, options)
        if report.broke_off:
            raise CommandError(report.broke_off)
        if report.refused:
            sys.exit(SOME_REFUSED)

    def _mapping(self, target: Target, file: Path, options: dict[str, Any]) -> Mapping:
        if options["map"]:
            mapping = from_file(options["map"], target)
        else:
            with file.open("rb") as stream:
                mapping = propose(
                    Source(stream, encoding=options["encoding"]), target, name=source_of(file.name)
                ).mapping
        changes = {name: options[name] for name in ("encoding", "source") if options[name]}
        if options.get("create_missing"):
            changes["create"] = ["departments"]
        return mapping.with_changes(**changes)

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        for number, words in sorted(report.refusals + report.remarks):
            self.stderr.write(told(number, words))
        if hidden := report.refused + report.remarked - len(report.refusals) - len(report.remarks):
            self.stderr.write(
                f"… and {hidden} more" + ("." if options["refused"] else "; --refused FILE keeps them all.")
            )
        would = "would be " if options["dry_run"] else ""
        counts = [f"{report.rows} rows: {report.new} {would}new", f"{report.here} already here"]
        if report.changed:
            counts.insert(1, f"{report.changed} {would}changed")
        self.stdout.write(", ".join([*counts, f"{report.refused} refused"]) + ".")
