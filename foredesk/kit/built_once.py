"""Queries that are built once and asked many times.

Putting a query together and writing it as SQL costs Django more than reading the answer of a small one. What the pages
that people open all day ask is therefore kept as SQL, with gaps for the values.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Value = int | str | datetime
Given = Value | Sequence[int] | Sequence[str]
KEPT = 64  # statements of one query, for lists of different lengths

_WORD = "stand-in"
_MOST = 100_000
_NUMBERS = 7_300_000_000_000_000_000  # no key gets there (64 bits hold 9.2e18)
_MOMENT = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Statement:
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    gaps: dict[int, int]  # place among the parameters -> place among the values


class BuiltOnce(Generic[Row]):
    """`build(*values)` makes a query; calling this with values gives its rows, as a list.

    `build` gets stand-ins of the same kinds: whole numbers (of 64 bits: keys), strings, moments, lists of these. It may
    compare columns with them and nothing else: neither look at them nor change them. Lists of another length make
    another statement, so bring them to few lengths (`padded`). Lookups ahead (`prefetch_related`) work.

    Raises LookupError where a stand-in did not come through to the SQL as it was, TypeError for values of other kinds.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Row]"]) -> None:
        self._build = build
        self._known: dict[tuple[Any, ...], tuple[QuerySet[Any, Row], _Statement | None]] = {}

    def __call__(self, *values: Given) -> list[Row]:
        if any(isinstance(one, int) and not -(2**63) <= one < 2**63 for one in _flat(values)):
            return list(self._build(*values))  # no column holds it; Django knows what that means for each comparison
        alias = router.db_for_read(Model)
        shape = (alias, *map(_shape, values))
        known = self._known.get(shape)
        if known is None:  # two threads may build it at once, and either is right
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[shape] = self._built(alias, values)
        queryset, statement = known
        if statement is None:
            return []
        rows = queryset._chain()  # type: ignore[attr-defined]
        rows.query.get_compiler = lambda *_args, **_more: _bound(statement, alias, _flat(values))
        # A list, not the query: whoever narrowed that further would narrow the stand-ins' answer.
        return list(rows)

    def _built(self, alias: str, values: Sequence[Given]) -> tuple["QuerySet[Any, Row]", _Statement | None]:
        stand_ins = _stand_ins(values)
        queryset = self._build(*stand_ins).using(alias)
        compiler = queryset.query.get_compiler(alias)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet as nothing:
            if [] not in values and () not in values:
                raise LookupError("a value is compared with a column that cannot hold a number of 64 bits") from nothing
            return queryset, None
        place = {_adapted(one, alias): number for number, one in enumerate(_flat(stand_ins))}
        gaps = {number: place[one] for number, one in enumerate(parameters) if _may_be(one) and one in place}
        changed = [one for number, one in enumerate(parameters) if number not in gaps and _is_of_a_stand_in(one)]
        if changed or set(place.values()) - set(gaps.values()):
            raise LookupError(f"not every value stands in the SQL as it was given: {sql} {changed}")
        compiler.connection = None  # kept longer than the thread that built it, whose connection it must not hold
        return queryset, _Statement(compiler, sql, tuple(parameters), gaps)


def padded(keys: Iterable[int], length: int) -> list[int]:
    """`keys` brought to `length` (at least) by saying the last one again, for lookups `…__in`; none stay none."""
    found = list(keys)
    return found + found[-1:] * (length - len(found))


def hand_out(owners: Iterable[Model], name: str, pairs: Iterable[tuple[int, Any]]) -> None:
    """Let `owner.<name>.all()` be what `pairs` (the owner's key, a thing) say, as `prefetch_related` does.

    For reading only: where an owner has none, a narrowed `owner.<name>.filter(…)` finds none either, and asks nobody.
    """
    things: dict[int, list[Any]] = {}
    for key, thing in pairs:
        things.setdefault(key, []).append(thing)
    nothing: Any = None
    for owner in owners:
        if owner.pk in things:
            found = getattr(owner, name).get_queryset()
            found._result_cache, found._prefetch_done = things[owner.pk], True
        else:
            # Shared by all that have none: making a query for each takes longer than reading all.
            if nothing is None:
                nothing = getattr(owner, name).none()
                nothing._result_cache, nothing._prefetch_done = [], True
            found = nothing
        owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _shape(value: Given) -> tuple[type | None, int]:
    if isinstance(value, list | tuple):
        return (_kind(value[0]) if value else list), len(value)
    return _kind(value), -1


def _kind(value: object) -> type | None:
    return next((kind for kind in (bool, int, str, datetime) if isinstance(value, kind)), None)


def _flat(values: Sequence[Given]) -> list[Value]:
    flat: list[Value] = []
    for one in values:
        flat.extend(one) if isinstance(one, list | tuple) else flat.append(one)  # type: ignore[arg-type]
    return flat


def _stand_ins(values: Sequence[Given]) -> list[Any]:
    """Values of the same kinds, each of which is met nowhere else."""
    number = iter(range(_NUMBERS, _NUMBERS + _MOST))

    def stand_in(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [stand_in(one) for one in value]
        if isinstance(value, datetime):
            return _MOMENT + timedelta(seconds=next(number) - _NUMBERS)
        if isinstance(value, str):
            return f"{_WORD} {next(number)}"
        if isinstance(value, int) and not isinstance(value, bool):
            return next(number)
        raise TypeError(f"a query is not built once for {value!r}")

    return [stand_in(value) for value in values]


def _is_of_a_stand_in(parameter: object) -> bool:
    return (isinstance(parameter, str) and _WORD in parameter) or (
        isinstance(parameter, int) and _NUMBERS <= parameter < _NUMBERS + _MOST
    )


def _may_be(parameter: object) -> bool:
    return isinstance(parameter, int | str | datetime)


def _adapted(value: Value, alias: str) -> Any:
    """A value as the database's adapter gets it from Django's fields."""
    if isinstance(value, datetime):
        return connections[alias].ops.adapt_datetimefield_value(value)
    return str(value) if isinstance(value, str) else value  # of a TextChoices, its value


def _bound(statement: _Statement, alias: str, values: list[Value]) -> SQLCompiler:
    parameters = list(statement.parameters)
    for at, number in statement.gaps.items():
        value = _adapted(values[number], alias)
        # psycopg is told an integer's width by a class of its own, which Django's fields wrap it in.
        parameters[at] = type(parameters[at])(value) if isinstance(value, int) else value
    compiler = copy.copy(statement.compiler)
    compiler.connection = connections[alias]  # that of this thread
    compiler.as_sql = lambda *_args, **_more: (statement.sql, tuple(parameters))  # type: ignore[method-assign]
    return compiler
