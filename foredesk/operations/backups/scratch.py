"""A place beside the live database where a backup is built up: to check it, or to put it in the live one's place.

SQLite: a file. PostgreSQL: a schema of the same database. A process of its own fills it, with DATABASE_URL leading
there, so that no migration can touch the live rows.
"""

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from .rows import Unusable


class NotAllowed(Unusable):
    """The database account may not make the schema that a check or a restoration needs."""


@dataclass(frozen=True)
class Scratch:
    """`place` is a file or a schema, `url` what leads there."""

    place: str
    url: str

    def fill(self, backup: Path, *, forward: bool) -> dict[str, Any]:
        """Build the backup's database here and compare it with the manifest; `forward` also migrates it to today.

        Raises Unusable with what the process says when it finds anything wrong.
        """
        command = [sys.executable, "-m", "foredesk", "restore", str(backup), "--into-scratch"]
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}
        done = subprocess.run(
            [*command, *(["--forward"] if forward else [])],
            env={**environment, "DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["the process that fills it ended without a word"]
            raise Unusable(said[-1].removeprefix("CommandError: "))
        report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return report

    def take_live_place(self) -> None:
        """Put what is here where the live rows are: all at once, and not at all if anything goes wrong."""
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with sqlite3.connect(self.place) as source:
                source.backup(connection.connection)  # one transaction on the live file; waits for others to finish
            source.close()
            return
        quote_name = connection.ops.quote_name
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            live = quote_name(cursor.fetchone()[0])
            ours = {*connection.introspection.django_table_names(only_existing=True), "django_migrations"}
            for table in sorted(ours):
                cursor.execute(f"DROP TABLE IF EXISTS {live}.{quote_name(table)} CASCADE")
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [self.place])
            for (table,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {quote_name(self.place)}.{quote_name(table)} SET SCHEMA {live}")


@contextmanager
def scratch_place() -> Iterator[Scratch]:
    """A new, empty place; gone when the block ends. Raises NotAllowed where PostgreSQL refuses a schema."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.HOME) as folder:
            place = f"{folder}/scratch.sqlite3"
            yield Scratch(place, f"sqlite:///{quote(place)}")
        return
    name = f"foredesk_scratch_{secrets.token_hex(6)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {name}")
    except DatabaseError as refused:
        database = connection.settings_dict["NAME"]
        raise NotAllowed(
            f"The database account may not make a schema. Allow it: GRANT CREATE ON DATABASE {database} TO …"
        ) from refused
    try:
        yield Scratch(name, _url_of_schema(name))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def _url_of_schema(schema: str) -> str:
    """DATABASE_URL of the present connection, with `schema` instead of the usual one."""
    known = connection.settings_dict
    options = {name: value for name, value in known["OPTIONS"].items() if isinstance(value, str | int)}
    options["options"] = f"{options.get('options', '')} -c search_path={schema}".strip()
    who = quote(known["USER"], safe="") + (f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else "")
    where = quote(known["HOST"], safe="") + (f":{known['PORT']}" if known["PORT"] else "")
    return f"postgres://{who}@{where}/{quote(known['NAME'], safe='')}?{urlencode(options, quote_via=quote)}"
