"""What every evaluation is given: folders of data, and how its answer is printed."""

import argparse
import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
TRAINS = 0.6  # of each set, where one folder is given: the oldest part

csv.field_size_limit(10**9)


@dataclass(frozen=True)
class Folders:
    """Where to learn from and what to score; the same folder twice where only one was given."""

    train: Path
    score: Path

    def rows(self, name: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """A file's rows to learn from and to score, not yet divided where both are one: see `divided`."""
        return list(read(self.train / name)), list(read(self.score / name)) if self.are_two else []

    @property
    def are_two(self) -> bool:
        return self.train != self.score

    def divided(self, train: Sequence[T], score: Sequence[T], age: Callable[[T], Any]) -> tuple[list[T], list[T]]:
        """Both parts, oldest first; of one folder the oldest 60 % and the rest."""
        if self.are_two:
            return sorted(train, key=age), sorted(score, key=age)
        together = sorted(train, key=age)
        cut = int(len(together) * TRAINS)
        return together[:cut], together[cut:]


def read(path: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def cases(rows: Iterable[dict[str, str]], key: str) -> list[list[dict[str, str]]]:
    """The rows of an event log by case, in the order of the log."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return list(found.values())


def main(name: str, description: str, score: Callable[[Folders], dict[str, Any]]) -> None:
    """Read the arguments, score, and print: a table for people, or with --json exactly one object."""
    parser = argparse.ArgumentParser(prog=f"python -m evaluations.{name}", description=description)
    parser.add_argument("--train", type=Path, help="folder to learn from")
    parser.add_argument("--score", type=Path, help="folder to score")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    given = parser.parse_args()
    train, scored = given.train or given.score, given.score or given.train
    if train is None:
        parser.error("give --train DIR, --score DIR, or both")
    found = score(Folders(train.resolve(), scored.resolve()))
    if given.json:
        json.dump(found, sys.stdout, indent=1)
        print()
        return
    for key, values in found.items():
        print(f"\n{key}")
        for inner, value in values.items() if isinstance(values, dict) else [("", values)]:
            print(f"  {inner:34} {f'{value:.4f}' if isinstance(value, float) else value}")
