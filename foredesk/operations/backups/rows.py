"""Rows of all tables as lines of JSON, the same from either database.

Models are those of the migrations that the database has, not those of the code: so a database can be backed up before
it is migrated, and a backup be filled into tables as they were when it was made.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Model
from django.utils.duration import duration_iso_string

Migrations = list[tuple[str, str]]

# What means nothing elsewhere or later: who is signed in, and which workers are alive.
LEFT_OUT = frozenset({"sessions.session", "usersessions.usersession", "operations.worker", "operations.cacheentry"})
AT_ONCE = 2000  # rows


class Unusable(Exception):
    """It cannot be backed up or restored; the message says why, and what to do about it."""


@dataclass(frozen=True)
class Content:
    """How many rows a table has, and a hash of all that they hold."""

    rows: int
    sha256: str


def applied_migrations() -> Migrations:
    """What the database has been through. Raises Unusable for a database that knows more than this program."""
    loader = MigrationLoader(connection)
    applied = sorted(loader.applied_migrations)
    known = loader.graph.nodes.keys() | loader.replacements.keys()
    if unknown := [f"{app}.{name}" for app, name in applied if (app, name) not in known]:
        raise Unusable(
            f"The database belongs to a newer Foredesk (this one does not know {unknown[0]}). Install that version."
        )
    return applied


def tables_at(migrations: Migrations) -> dict[str, type[Model]]:
    """The models whose rows are kept, as they were after `migrations`, by label ("tickets.ticket")."""
    loader = MigrationLoader(connection)
    nodes = [node for node in migrations if node in loader.graph.nodes]
    state = loader.project_state(nodes)
    models = state.apps.get_models(include_auto_created=True)
    kept = {model._meta.label_lower: model for model in models if model._meta.managed and not model._meta.proxy}
    return {label: kept[label] for label in sorted(kept) if label not in LEFT_OUT}


def migrate_to(migrations: Migrations) -> None:
    """Bring an empty database to exactly `migrations`. Raises Unusable if this program does not know them all."""
    loader = MigrationLoader(connection)
    known = loader.graph.nodes.keys() | loader.replacements.keys()
    if unknown := [f"{app}.{name}" for app, name in migrations if (app, name) not in known]:
        raise Unusable(f"It was made by a newer Foredesk (this one does not know {unknown[0]}). Install that version.")
    there = {node for node in migrations if node in loader.graph.nodes}
    # Only the last of each room: asked for one in the middle, the executor would go back to it.
    nodes = loader.graph.node_map
    later = {parent.key for node in there for parent in nodes[node].parents if parent.key[0] == node[0]}
    MigrationExecutor(connection).migrate(sorted(there - later))


def columns_of(model: type[Model]) -> "list[Field[Any, Any]]":
    return list(model._meta.concrete_fields)


def lines_of(model: type[Model]) -> Iterator[bytes]:
    """Each row as a line of JSON, by key."""
    names = [field.attname for field in columns_of(model)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield _line(row)


def _line(row: Iterable[Any]) -> bytes:
    # Keys sorted: PostgreSQL does not keep their order.
    written = json.dumps(list(row), default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written.encode("utf-8", "surrogatepass") + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, date | time):  # a moment is a date too
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value)} has no form in a backup yet.")


def content_of(lines: Iterable[bytes]) -> Content:
    digest, rows = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        rows += 1
    return Content(rows, digest.hexdigest())


def empty(models: Iterable[type[Model]]) -> None:
    """Delete what migrations have put there. Inside a transaction: foreign keys are looked at when it ends."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def fill(model: type[Model], names: list[str], lines: Iterable[bytes]) -> None:
    """Put rows into an empty table, as they are: no default, no automatic time. Raises Unusable for other columns."""
    by_name = {field.attname: field for field in columns_of(model)}
    if set(by_name) != set(names):
        raise Unusable(f"The table {model._meta.label} has other columns than the backup says.")
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    into = ", ".join(quote(field.column or "") for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({into}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        batch: list[list[Any]] = []
        for line in lines:
            batch.append([_stored(field, value) for field, value in zip(fields, json.loads(line), strict=True)])
            if len(batch) >= AT_ONCE:
                cursor.executemany(sql, batch)
                batch = []
        if batch:
            cursor.executemany(sql, batch)


def _stored(field: "Field[Any, Any]", value: Any) -> Any:
    return None if value is None else field.get_db_prep_save(field.to_python(value), connection)


def continue_numbering(models: Iterable[type[Model]]) -> None:
    """Let new rows take the numbers after the highest."""
    with connection.cursor() as cursor, transaction.atomic():
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
