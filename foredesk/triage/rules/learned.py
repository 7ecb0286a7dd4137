"""What was learned, and what it says of a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

from .words import COLUMNS, counted

REASONS = 3  # the most similar solved requests that are named
TOO_COMMON = 0.2  # a column in more of the texts than this says nothing about likeness
PIECES_WEIGH = 0.7  # beside whole words: cross-validated as the cost is (learning.py)
LIKE = 0.15  # cosine from which on two texts are alike

Scale = tuple[float, float, float]


@dataclass(frozen=True)
class Saying:
    """The likeliest label, how sure it is (0 to 1), and whether that is sure enough to be said."""

    label: str
    confidence: float
    is_said: bool


@dataclass(frozen=True)
class Head:
    """What is known about one aspect of a request: its class, say."""

    labels: tuple[str, ...]
    coefficients: Any  # columns that were met, by labels
    intercepts: Any
    scale: Scale  # of the best score and of its lead over the second, and what is added
    sure_from: float  # the confidence below which nothing is said; above 1: never
    least_lead: float  # of the best score over the second: with less, a text is unlike what it was tried on
    right: float  # the share that was right of what it would have said of requests it had not learned
    spoken: float  # the share of them of which it would have said something
    sayable: frozenset[str]  # labels that enough requests have had

    def say(self, row: Any) -> Saying:
        """`row` is one text as `Learned.read` makes it."""
        scores = row.data @ self.coefficients[row.indices] + self.intercepts
        first, second = scores.argsort()[-1], scores.argsort()[-2]
        best, label = float(scores[first]), self.labels[first]
        lead = best - float(scores[second])
        confidence = confidence_of(best, lead, self.scale)
        is_sure = confidence >= self.sure_from and lead >= self.least_lead and row.nnz > 0
        return Saying(label, confidence, is_sure and label in self.sayable)


def confidence_of(best: float, lead: float, scale: Scale) -> float:
    """A logistic curve over the best score and its lead (after Platt 1999), fitted on texts that were not learned."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, scale[0] * best + scale[1] * lead + scale[2]))))


@dataclass(frozen=True)
class Learned:
    """All that a worker needs to say what a request is: numbers, and no words."""

    weights: Any  # of each column its inverse document frequency; 0 where it was never met
    places: Any  # of each column its row in the coefficients
    heads: Mapping[str, Head]
    keys: Any  # of the solved requests that may be named
    by_column: Any  # columns of whole words by these requests, each request of unit length

    def says(self, words: str) -> dict[str, Saying]:
        row = self.read(words)
        return {aspect: head.say(row) for aspect, head in self.heads.items()}

    def read(self, words: str) -> Any:
        """A text's weighted columns, as rows of the coefficients."""
        row = weighted(counted([words]), self.weights)
        row.indices = self.places[row.indices]
        return row

    def similar(self, words: str, most: int = REASONS, but: int = 0) -> list[int]:
        """Keys of the solved requests that are most like a text, the most alike first, without `but`."""
        likeness = self._likeness(words)
        found = likeness.argsort()[::-1][: most + 1]
        alike = [int(self.keys[place]) for place in found if likeness[place] >= LIKE]
        return [key for key in alike if key != but][:most]

    def _likeness(self, words: str) -> Any:
        import numpy

        row = weighted(counted([words]), self.weights)
        likeness = numpy.zeros(len(self.keys), dtype="f4")
        starts = self.by_column.indptr
        for column, value in zip(row.indices, row.data, strict=True):
            if column < COLUMNS:
                part = slice(starts[column], starts[column + 1])
                likeness[self.by_column.indices[part]] += value * self.by_column.data[part]
        return likeness


def weighted(counts: Any, weights: Any) -> Any:
    """Sublinear tf-idf; whole words of unit length, pieces of less. What was never met is left out."""
    import numpy

    found = counts.astype("f4")
    found.data = (1 + numpy.log(found.data)) * weights[found.indices]
    found.eliminate_zeros()
    rows = numpy.repeat(numpy.arange(found.shape[0]), numpy.diff(found.indptr))
    halves = rows * 2 + (found.indices >= COLUMNS)
    lengths = numpy.bincount(halves, weights=found.data**2, minlength=2 * found.shape[0]) ** 0.5
    found.data /= lengths[halves].astype("f4")
    found.data[found.indices >= COLUMNS] *= PIECES_WEIGH
    return found
