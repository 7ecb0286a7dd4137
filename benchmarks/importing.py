"""Times `foredesk import` of a made-up file: python -m benchmarks.importing ROWS FOLDER

`benchmarks/__main__.py` calls it with DATABASE_URL of an empty, prepared database and POSTGRES_PID in the environment.
"""

import csv
import os
import random
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from .fill import SEED
from .server import Meter
from .words import Words

ROWS_PER_PERSON = 20
MAP = """source = "Bench"
timezone = "UTC"

[columns]
id = "number"
created = "opened"
closed = "closed"
state = "state"
customer_name = "caller"
customer_email = "mail"
subject = "title"
description = "text"
solution = "resolution"
"""


def main() -> None:
    rows, folder = int(sys.argv[1]), Path(sys.argv[2])
    file, mapping = folder / "import.csv", folder / "import.toml"
    mapping.write_text(MAP)
    write(file, rows)
    size = file.stat().st_size / 2**20
    print(f"| {rows:,} rows, {size:.0f} MiB | seconds | CPU, import + database | rows a second |")
    print("|---|--:|--:|--:|")
    for what in ("brought in", "the same once more"):
        seconds, own, database = timed(["tickets", str(file), "--map", str(mapping)])
        print(f"| {what} | {seconds:.0f} | {own:.0f} + {database:.0f} s | {rows / seconds:,.0f} |", flush=True)


def timed(arguments: list[str]) -> tuple[float, float, float]:
    """Seconds on the clock, and of the processor: of the command and of PostgreSQL."""
    database = Meter(int(os.environ["POSTGRES_PID"]))
    used, begun = database(), time.monotonic()
    before = os.times()
    with subprocess.Popen([sys.executable, "-m", "foredesk", "import", *arguments]) as running:
        while running.poll() is None:
            database()  # its process ends with the command, and what it used is known only while it lives
            time.sleep(0.2)
    if running.returncode:
        sys.exit(f"The import ended with {running.returncode}.")
    after = os.times()
    own = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - begun, own, (database() - used) / 1000


def write(file: Path, rows: int) -> None:
    """One row a request, all closed but the newest twentieth, as another desk would hand them over."""
    words, chance = Words(SEED), random.Random(SEED)
    people = [(words.name(), f"person{number}@bench.example") for number in range(max(1, rows // ROWS_PER_PERSON))]
    moment = datetime(2024, 1, 1, 8)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow("number opened closed state caller mail title text resolution".split())
        for number in range(rows):
            moment += timedelta(minutes=chance.randint(1, 15))
            closed = moment + timedelta(hours=chance.randint(1, 90)) if number < rows * 0.95 else None
            writer.writerow(
                [
                    f"INC{number}",
                    moment.isoformat(" "),
                    closed.isoformat(" ") if closed else "",
                    "closed" if closed else "open",
                    *chance.choice(people),
                    words.title(),
                    words.paragraph(4),
                    words.paragraph(2) if closed else "",
                ]
            )


if __name__ == "__main__":
    main()
