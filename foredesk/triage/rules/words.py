"""What a text is made of: words, pairs of words and pieces of words, each counted in a column that its hash names.

No word is kept anywhere: whoever reads what was learned finds numbers.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zlib import crc32

COLUMNS = 2**18  # of words and pairs; as many again for pieces
LONGEST = 4_000  # characters that are read: what a request is, its beginning says
PIECES = (2, 3, 4)  # characters, a word's ends included (“character n-grams within word boundaries”)

_WORD = re.compile(r"\w\w+")


def words_in(text: str) -> list[str]:
    return _WORD.findall(text[:LONGEST].lower())


def _column(term: str) -> int:
    return crc32(term.encode()) & (COLUMNS - 1)


@lru_cache(maxsize=100_000)
def _pieces(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(
        COLUMNS + _column(padded[start : start + size])
        for size in PIECES
        for start in range(max(1, len(padded) - size + 1))
    )


def _word_column(word: str) -> int:
    return _column(word)


def terms(words: Sequence[str]) -> list[int]:
    """The columns of words and pairs of neighbours."""
    return [
        *map(_word_column, words),
        *(_column(f"{one} {other}") for one, other in pairwise(words)),
    ]


def counted(texts: Iterable[str], *, with_pieces: bool = True) -> Any:
    """How often each column occurs in each text: a sparse matrix of one row a text."""
    from scipy.sparse import csr_array, hstack

    rows, columns, counts = array("i", [0]), array("i"), array("f")
    known: dict[str, int] = {}  # each distinct word, whose pieces are looked at once
    in_rows, in_columns, in_counts = array("i", [0]), array("i"), array("f")
    for text in texts:
        words = words_in(text)
        found = Counter(terms(words))
        columns.extend(found)
        counts.extend(found.values())
        rows.append(len(columns))
        distinct = Counter(words)
        in_columns.extend(known.setdefault(word, len(known)) for word in distinct)
        in_counts.extend(distinct.values())
        in_rows.append(len(in_columns))
    height = len(rows) - 1
    if not with_pieces:
        return csr_array((counts, columns, rows), shape=(height, 2 * COLUMNS))
    whole = csr_array((counts, columns, rows), shape=(height, COLUMNS))
    by_word = csr_array((in_counts, in_columns, in_rows), shape=(height, max(1, len(known))))
    return hstack([whole, by_word @ _pieces_of(known)], format="csr")


def _pieces_of(known: Iterable[str]) -> Any:
    """The pieces of each distinct word: texts by words times this is texts by pieces."""
    import numpy
    from scipy.sparse import csr_array

    rows, columns = array("i", [0]), array("i")
    for word in known:
        columns.extend(piece - COLUMNS for piece in _pieces(word))
        rows.append(len(columns))
    if len(rows) == 1:
        rows.append(0)
    return csr_array((numpy.ones(len(columns), dtype="f4"), columns, rows), shape=(len(rows) - 1, COLUMNS))
