"""Learning what a request is from requests that are done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from .learned import TOO_COMMON, Head, Learned, confidence_of, weighted
from .words import COLUMNS, counted

FEWEST = 40  # requests of which a label is known, from which on anything is said about it
FEWEST_OF_LABEL = 5  # requests of a label, from which on it is said
COST = 1.0  # of the support vector machine’s errors: cross-validated within the training parts of evaluations/triage
AIM = 0.925  # the share of what is said that has to be right
LEAST = 0.7  # no single saying is less sure than this, however well the others do
MANY = 30_000  # requests from which on whole words say enough: pieces of them would take ten times as long
FOLDS = ((0.5, 0.67), (0.67, 0.84), (0.84, 1.0))  # learned until the first, tried until the second: as time goes
CALIBRATES = 20_000  # the latest requests, from which is learned how sure to be
NAMED = 20_000  # the latest solved requests, which may be named as reasons
UNCLEAR = 0.02  # the share of what it was tried on that was less clear than anything it speaks about
# Nothing reaches a confidence of 2.
SILENT = {"scale": (0.0, 0.0, 0.0), "sure_from": 2.0, "least_lead": 0.0, "right": 0.0, "spoken": 0.0}


@dataclass(frozen=True)
class Lesson:
    """A request that is done: its words, and what it was, aspect by aspect ("" where that is not known)."""

    key: int
    words: str
    labels: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0
    may_be_named: bool = True


def learn(lessons: Sequence[Lesson]) -> Learned:
    """Learn from requests, oldest first. Which aspects there are, the lessons say."""
    import numpy

    counts = counted((lesson.words for lesson in lessons), with_pieces=len(lessons) <= MANY)
    weights = _rarity(counts)
    rows = weighted(counts, weights)
    met = numpy.flatnonzero(weights)
    places = numpy.zeros(len(weights), dtype="i4")
    places[met] = numpy.arange(len(met))
    heads = {}
    for aspect in dict.fromkeys(aspect for lesson in lessons for aspect in lesson.labels):
        known = [place for place, lesson in enumerate(lessons) if lesson.labels.get(aspect)]
        labels = numpy.array([lessons[place].labels[aspect] for place in known])
        importance = numpy.array([lessons[place].weight for place in known])
        if len(known) >= FEWEST and len(set(labels)) > 1:
            heads[aspect] = _head(counts[known], rows[known], labels, importance, met)
    keys, by_column = _named(lessons, rows)
    return Learned(weights, places, heads, keys, by_column)


def _rarity(counts: Any) -> Any:
    """Each column's inverse document frequency, smoothed; 0 where no text has it."""
    import numpy

    frequency = numpy.bincount(counts.indices, minlength=counts.shape[1])
    return numpy.where(frequency, numpy.log((1 + counts.shape[0]) / (1 + frequency)) + 1, 0).astype("f4")


def _head(counts: Any, rows: Any, labels: Any, importance: Any, met: Any) -> Head:
    import numpy

    tried = _tried(counts, labels, importance)
    machine = _machine(rows[:, met], labels, importance)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # one line between two, seen from both sides
        coefficients, intercepts = numpy.vstack([-coefficients, coefficients]), numpy.hstack([-intercepts, intercepts])
    often = Counter(labels.tolist())
    return Head(
        labels=tuple(map(str, machine.classes_)),
        coefficients=numpy.ascontiguousarray(coefficients.T, dtype="f4"),
        intercepts=intercepts.astype("f4"),
        **_calibrated(*tried) if tried else SILENT,
        sayable=frozenset(label for label, times in often.items() if times >= FEWEST_OF_LABEL),
    )


def _machine(rows: Any, labels: Any, importance: Any) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=COST, random_state=0).fit(rows, labels, sample_weight=importance)


def _tried(counts: Any, labels: Any, importance: Any) -> tuple[Any, Any] | None:
    """Scores of requests that came after those learned from, as it will be asked: the best, its lead; was it right?

    None where there was nothing to try.
    """
    import numpy

    counts, labels, importance = counts[-CALIBRATES:], labels[-CALIBRATES:], importance[-CALIBRATES:]
    told, rights = [], []
    for until, end in FOLDS:
        learned, tried = int(len(labels) * until), slice(int(len(labels) * until), int(len(labels) * end))
        if len(set(labels[:learned])) < 2:
            continue
        weights = _rarity(counts[:learned])
        met = numpy.flatnonzero(weights)
        machine = _machine(weighted(counts[:learned], weights)[:, met], labels[:learned], importance[:learned])
        scores = machine.decision_function(weighted(counts[tried], weights)[:, met])
        scores = numpy.column_stack([-scores, scores]) if scores.ndim == 1 else scores
        ordered = numpy.sort(scores, axis=1)
        told.append(numpy.column_stack([ordered[:, -1], ordered[:, -1] - ordered[:, -2]]))
        rights.append(machine.classes_[scores.argmax(axis=1)] == labels[tried])
    return (numpy.concatenate(told), numpy.concatenate(rights)) if rights else None


def _calibrated(told: Any, right: Any) -> dict[str, Any]:
    """How scores become confidence, and from where on to speak: the lowest from which on `AIM` was right."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    if right.all():
        scale = (0.0, 0.0, log(len(right) + 1))  # right n times of n: the next with (n + 1) / (n + 2)
    elif not right.any():
        return SILENT
    else:
        curve = LogisticRegression().fit(told, right)
        scale = (float(curve.coef_[0][0]), float(curve.coef_[0][1]), float(curve.intercept_[0]))
    confidence = numpy.array([confidence_of(best, lead, scale) for best, lead in told])
    order = numpy.argsort(-confidence)
    shares = numpy.cumsum(right[order]) / numpy.arange(1, len(order) + 1)
    enough = numpy.flatnonzero((shares >= AIM) & (confidence[order] >= LEAST))
    if not len(enough):
        return SILENT
    last = int(enough[-1])
    return {
        "scale": scale,
        "sure_from": float(confidence[order[last]]),
        "least_lead": float(numpy.quantile(told[:, 1], UNCLEAR)),
        "right": float(shares[last]),
        "spoken": (last + 1) / len(order),
    }


def _named(lessons: Sequence[Lesson], rows: Any) -> tuple[Any, Any]:
    """The latest solved requests by the whole words in them, but for words that are everywhere."""
    import numpy
    from scipy.sparse import csc_array

    named = [place for place, lesson in enumerate(lessons) if lesson.may_be_named][-NAMED:]
    keys = numpy.array([lessons[place].key for place in named], dtype="i8")
    by_column = csc_array(rows[named][:, :COLUMNS])
    often = numpy.repeat(numpy.diff(by_column.indptr), numpy.diff(by_column.indptr))
    by_column.data[often > max(TOO_COMMON * len(named), 50)] = 0
    by_column.eliminate_zeros()
    return keys, by_column
