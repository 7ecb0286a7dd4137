from django.db import connection
from django.db.models import Model


def begin_numbers_at(model: type[Model], first: int) -> None:
    """Let the next row of an automatically numbered model be `first`; for empty tables only.

    The one thing here that SQLite and PostgreSQL say differently.
    """
    table, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The row is there only after the first insert, or not at all.
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first - 1])
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", [f'"{table}"', column, first])
