"""Writing millions of rows: COPY on PostgreSQL, without indexes and checks of references until all are in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import JSONField, Model


class Table:
    """Rows waiting to be written: `add` takes the values of `columns` in order; the other columns get their default."""

    def __init__(self, model: type[Model], *columns: str) -> None:
        self.model = model
        left = [
            field
            for field in model._meta.local_concrete_fields
            if field.column not in columns and not field.primary_key and not field.null
        ]
        self.columns = [*columns, *(str(field.column) for field in left)]
        self._defaults = tuple(_stored(field) for field in left)
        self._rows: list[tuple[Any, ...]] = []
        self.written = 0

    def add(self, *values: Any) -> None:
        self._rows.append(values + self._defaults)

    def write(self) -> None:
        """Write what waits."""
        if not self._rows:
            return
        quote = connection.ops.quote_name
        into = f"{quote(self.model._meta.db_table)} ({', '.join(map(quote, self.columns))})"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row in self._rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {into} VALUES ({places})", self._rows)
        self.written += len(self._rows)
        self._rows.clear()


def _stored(field: "models.Field[Any, Any]") -> Any:
    default = field.get_default()
    if isinstance(field, JSONField):
        return "{}" if default == {} else "[]"
    return field.get_db_prep_save(default, connection)


@contextmanager
def loading(tables: Sequence[Table]) -> Iterator[None]:
    """Take the indexes off while rows come in, and set the numbering right afterwards. For empty tables only."""
    if connection.vendor != "postgresql":
        yield
        return
    names = [table.model._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))",
            [names],
        )
        indexes = cursor.fetchall()
        cursor.execute("SET timezone = 'UTC'")  # moments are given as text without a zone
        cursor.execute("SET session_replication_role = replica")  # references are right by construction
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
            cursor.execute(statement)
