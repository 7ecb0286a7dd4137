"""Lookups whose fast form differs between the databases."""

from typing import Any

from django.db.models import CharField
from django.db.models.lookups import IContains, StartsWith

LAST = chr(0x10FFFF)  # sorts after every character there is


@CharField.register_lookup
class Begins(StartsWith):
    """`word__begins="ada"`: like startswith, case and all, but found through the column's index on SQLite too.

    SQLite's LIKE ignores case and so cannot use the index, a range can. PostgreSQL orders by the rules of a language,
    where a range would be wrong, but has an index for LIKE on every CharField with `db_index`.
    """

    lookup_name = "begins"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return str(connection.operators["startswith"] % rhs)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [*params, self.rhs, *params, f"{self.rhs}{LAST}"]


@CharField.register_lookup
class HasWord(IContains):
    """`subject__has_word="print"`: a word of the text begins so, in whatever case.

    On PostgreSQL through an index on `to_tsvector('simple', …)`; SQLite, for small desks, looks anywhere in the text.
    """

    lookup_name = "has_word"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return str(connection.operators["icontains"] % rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        quoted = str(self.rhs).replace("\\", "\\\\").replace("'", "''")
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", [*params, f"'{quoted}':*"]
