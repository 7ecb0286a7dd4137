"""Brings real exports of other systems into an empty installation and prints what came of each.

    FOREDESK_HOME=/tmp/an-empty-folder python evaluations/import_real_files.py DATA_FOLDER

DATA_FOLDER holds tickets/*.csv.gz and lifecycle/…; nothing of it is part of Foredesk. Each file is imported twice: the
second run has to write nothing.
"""

import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")

import django

django.setup()

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from foredesk.operations.importing.fields import Target
from foredesk.operations.importing.mapping import from_file
from foredesk.operations.importing.proposing import propose
from foredesk.operations.importing.reading import Source
from foredesk.operations.importing.running import Report, run
from foredesk.operations.importing.takers import taker_for

MAPS = Path(__file__).resolve().parent.parent / "docs/operations/mappings"
FILES = (
    ("lifecycle/snipeit_samples/users-sample.csv", Target.PEOPLE, ""),
    ("tickets/mendeley_helpdesk_threads.csv.gz", Target.TICKETS, "helpdesk-threads.toml"),
    ("tickets/capstone_itsm_8500.csv.gz", Target.TICKETS, "itsm-incidents.toml"),
)


def bring(path: Path, target: Target, map_name: str) -> Report:
    if map_name:
        mapping = from_file(MAPS / map_name, target)
    else:
        with path.open("rb") as file:
            mapping = propose(Source(file), target).mapping.with_changes(create=["departments"])
    with path.open("rb") as file:
        source = Source(file, encoding=mapping.encoding)
        return run(source, taker_for(mapping, source.columns, by=None))


def state() -> int:
    """A number that changes with any row of any table."""
    tables = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))
    total = 0
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 (our own tables)
            total = hash((total, tuple(map(str, cursor.fetchall()))))
    return total


def main() -> None:
    folder = Path(sys.argv[1])
    call_command("migrate", verbosity=0)
    print("| file | rows | taken | refused | seconds | rows/s | second run writes |")
    print("|---|---|---|---|---|---|---|")
    reasons: list[str] = []
    for name, target, map_name in FILES:
        began = time.perf_counter()
        report = bring(folder / name, target, map_name)
        seconds = time.perf_counter() - began
        before = state()
        bring(folder / name, target, map_name)
        writes = "nothing" if state() == before else "SOMETHING"
        print(
            f"| {name} | {report.rows} | {report.new + report.changed + report.here} | {report.refused} | "
            f"{seconds:.1f} | {report.rows / seconds:.0f} | {writes} |"
        )
        for reason, times in Counter(re.sub(r"“[^”]*”", "“…”", why) for _line, why in report.refusals).most_common():
            reasons.append(f"- {Path(name).name}: {times} × {reason}")
        reasons += [f"- {Path(name).name}: line {line}, taken: {words}" for line, words in report.remarks]
    print("\n".join(["", *reasons]))


main()
