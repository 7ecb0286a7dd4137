"""`make bench`: fills databases of their own with tickets, measures every main page and action, prints a table."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from scripts.with_postgres import server

from .server import postmaster
from .table import circumstances, table

HERE = Path(__file__).resolve().parent
SMALL = 10_000
# As docs/operations/install.md advises for a small machine, with room for a long load between two checkpoints.
SETTINGS = ("max_connections=60", "shared_buffers=1GB", "random_page_cost=1.1", "max_wal_size=8GB")


def main() -> None:
    options = _options()
    tickets = 1_000_000 if options.large else options.tickets
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="foredesk-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        url = stack.enter_context(server(SETTINGS, folder.absolute() if options.keep else None))
        with psycopg.connect(url, autocommit=True) as connection:
            database = "PostgreSQL " + connection.execute("SHOW server_version").fetchone()[0].split()[0]  # type: ignore[index]
            pid = postmaster(connection)
            if options.imports:
                _import(connection, url, options.imports, folder, pid)
                return
            known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for number in sorted({SMALL, tickets}):
                if f"tickets_{number}" not in known:
                    _fill(connection, url, number, folder)
        sizes = [tickets] if options.no_growth or tickets == SMALL else [SMALL, tickets]
        if options.quick:
            os.environ["BENCH_QUICK"] = "yes"
        if options.flow:
            _flow(stack, url, tickets, folder)
            return
        reports = {}
        for number in sizes:
            name = f"tickets_{number}"
            if options.keep:
                name = _copy(stack, url, name)
            reports[number] = _measure(_environment(url, name, folder), number, options.port, pid)
    given = " ".join("FOLDER" if options.keep and Path(one) == options.keep else one for one in sys.argv[1:])
    notes = circumstances(f'make bench ARGS="{given}"' if given else "make bench", database)
    small = reports[SMALL] if len(reports) > 1 else None
    text = table(tickets, reports[tickets], small, SMALL, notes)
    print("\n" + text)
    if options.save:
        path = HERE / "results" / f"{date.today().isoformat()}-{tickets}.md"
        path.write_text(text)
        print(f"Written to {path}")
    print(f"{time.monotonic() - begun:.0f} s in all")


def _copy(stack: ExitStack, url: str, name: str) -> str:
    """Measuring writes: a copy is measured, so that the next time finds the same."""
    connection = stack.enter_context(psycopg.connect(url, autocommit=True))
    connection.execute("DROP DATABASE IF EXISTS measured")
    connection.execute(f"CREATE DATABASE measured TEMPLATE {name} STRATEGY file_copy")
    connection.execute("CHECKPOINT")
    os.sync()  # what is still being written would be counted among the first pages
    return "measured"


def _flow(stack: ExitStack, url: str, number: int, folder: Path) -> None:
    environment = _environment(url, _copy(stack, url, f"tickets_{number}"), folder)
    _run(environment, "foredesk", "migrate", "-v0")
    _run(environment, "benchmarks.flow")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--large", action="store_true", help="a million tickets")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there, or use those kept")
    parser.add_argument("--no-growth", action="store_true", help="do not measure 10,000 tickets to compare with")
    parser.add_argument("--quick", action="store_true", help="one round of ten requests each: a look while tuning")
    parser.add_argument("--save", action="store_true", help="write the table to benchmarks/results")
    parser.add_argument("--flow", action="store_true", help="time the order of work and new promises instead of pages")
    parser.add_argument("--import", dest="imports", type=int, metavar="ROWS", help="time an import instead of pages")
    parser.add_argument("--port", type=int, default=8201, help="for the web server (default: %(default)s)")
    return parser.parse_args()


def _environment(url: str, database: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"{url.rpartition('/')[0]}/{database}",
        "DJANGO_SETTINGS_MODULE": "foredesk.config.settings",
        "FOREDESK_DEMO": "false",
        "DEBUG": "false",
        "FOREDESK_HOME": str(folder.absolute() / "home"),
        "PYTHONPATH": str(HERE.parent),
    }


def _fill(connection: "psycopg.Connection[Any]", url: str, number: int, folder: Path) -> None:
    print(f"Filling {number:,} tickets:", flush=True)
    connection.execute(f"DROP DATABASE IF EXISTS filling_{number}")
    connection.execute(f"CREATE DATABASE filling_{number}")
    environment = _environment(url, f"filling_{number}", folder)
    _run(environment, "foredesk", "prepare")
    _run(environment, "benchmarks.fill", str(number))
    connection.execute(f"ALTER DATABASE filling_{number} RENAME TO tickets_{number}")  # whole, or not there


def _import(connection: "psycopg.Connection[Any]", url: str, rows: int, folder: Path, postmaster: int) -> None:
    connection.execute("DROP DATABASE IF EXISTS importing")
    connection.execute("CREATE DATABASE importing")
    environment = _environment(url, "importing", folder)
    _run(environment, "foredesk", "prepare")
    _run({**environment, "POSTGRES_PID": str(postmaster)}, "benchmarks.importing", str(rows), str(folder.absolute()))
    connection.execute("DROP DATABASE importing")


def _measure(environment: dict[str, str], number: int, port: int, postmaster: int) -> dict[str, Any]:
    print(f"Measuring {number:,} tickets:", flush=True)
    _run(environment, "foredesk", "migrate", "-v0")  # kept ones may be older; `prepare` alone would back them up first
    _run(environment, "foredesk", "prepare")
    out = Path(environment["FOREDESK_HOME"]) / f"report-{number}.json"
    _run({**environment, "BENCH_PORT": str(port), "POSTGRES_PID": str(postmaster)}, "benchmarks.measure", str(out))
    report: dict[str, Any] = json.loads(out.read_text())
    return report


def _run(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "-m", *command], env=environment, check=True)


if __name__ == "__main__":
    main()
