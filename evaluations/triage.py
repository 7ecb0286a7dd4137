"""What a request is, from its words: python -m evaluations.triage --train DIR --score DIR [--json]

Learns each set's training part through `foredesk.triage.rules`, which also calibrates there from which confidence on to
speak. Beside it the usual baseline: TF-IDF of words and pairs with sublinear counts, and a linear support vector
machine. With `--speed` alone it measures learning 100,000 made-up requests and saying what one is.
"""

import random
import sys
import time
from collections.abc import Sequence
from statistics import mean, quantiles
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from foredesk.triage.rules import Lesson, learn, to_bytes, to_learned

from .folders import Folders, main

Row = dict[str, str]
TEXTS = 100_000
WORDS_OF_A_TEXT = (8, 90)
KINDS = 24


def score(folders: Folders) -> dict[str, Any]:
    capstone = "tickets/capstone_itsm_8500.csv.gz"
    zenodo = "tickets/zenodo7384758_it_support.csv.gz"
    endava = "tickets/endava_5431.csv.gz"
    return {
        "capstone_lane": compared(folders, capstone, ("short_description", "description"), "level", _newest_is_0),
        "capstone_group": compared(
            folders, capstone, ("short_description", "description"), "assignment_group", _newest_is_0
        ),
        "zenodo_queue": compared(folders, zenodo, ("text",), "label", lambda row: int(row["id"])),
        "endava_topic": compared(folders, endava, ("title", "body"), "topic_group", lambda row: int(row["row_no"])),
    }


def _newest_is_0(row: Row) -> int:
    return -int(row["row_no"])


def compared(folders: Folders, name: str, texts: Sequence[str], label: str, age: Any) -> dict[str, Any]:
    """The product and the baseline on one set: rows without a label are neither learned nor scored."""
    given = [[row for row in rows if row[label]] for rows in folders.rows(name)]
    train, scored = folders.divided(*given, age=age)
    said = [_text(row, texts) for row in train]
    asked, true = [_text(row, texts) for row in scored], [row[label] for row in scored]
    lessons = [
        Lesson(key, words, {label: row[label]}) for key, (row, words) in enumerate(zip(train, said, strict=True))
    ]
    learned = learn(lessons)
    sayings = [learned.says(words)[label] for words in asked]
    guessed = [saying.label for saying in sayings]
    spoken = [(saying.label, right) for saying, right in zip(sayings, true, strict=True) if saying.is_said]
    baseline = make_pipeline(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)), LinearSVC())
    plain = baseline.fit(said, [row[label] for row in train]).predict(asked)
    head = learned.heads[label]
    return {
        "macro_f1": _macro_f1(true, guessed),
        "baseline_macro_f1": _macro_f1(true, plain),
        "accuracy": accuracy_score(true, guessed),
        "baseline_accuracy": accuracy_score(true, plain),
        "spoken_share": len(spoken) / len(true),
        "spoken_accuracy": mean(label == right for label, right in spoken) if spoken else 0.0,
        "expected_spoken_share": head.spoken,
        "expected_spoken_accuracy": head.right,
        "trained": len(train),
        "scored": len(scored),
    }


def _macro_f1(true: Sequence[str], guessed: Sequence[str]) -> float:
    return float(f1_score(true, guessed, average="macro", zero_division=0))


def _text(row: Row, names: Sequence[str]) -> str:
    """A request's words; what only repeats the line above is said once."""
    return "\n".join(dict.fromkeys(row[name] for name in names if row[name]))


# --- How long it takes ------------------------------------------------------------------------------------------------


def speed() -> dict[str, Any]:
    """Learning made-up requests in words of a natural spread, and then asking; seconds and milliseconds."""
    lessons = _made_up()
    wall, cpu = time.perf_counter(), time.process_time()
    learned = learn(lessons)
    learning = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    stored = to_bytes(learned)
    began = time.perf_counter()
    learned = to_learned(stored)
    reading = time.perf_counter() - began
    walls, cpus = [], []
    for lesson in random.Random(5).sample(lessons, 300):  # noqa: S311 (a measurement)
        wall, cpu = time.perf_counter(), time.process_time()
        learned.says(lesson.words)
        learned.similar(lesson.words)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return {
        "texts": len(lessons),
        **{f"learning_{name}": value for name, value in learning.items()},
        "stored_MB": len(stored) / 1e6,
        "reading_s": reading,
        "suggesting_mean_ms": mean(walls),
        "suggesting_p95_ms": quantiles(walls, n=20)[-1],
        "suggesting_max_ms": max(walls),
        "suggesting_cpu_mean_ms": mean(cpus),
    }


def _made_up() -> list[Lesson]:
    chance = random.Random(7)  # noqa: S311 (a measurement)
    letters = "etaoinshrdlucmfwypvbgk"
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(3, 11))) for _ in range(60_000)]
    common = [1 / (place + 3) for place in range(len(vocabulary))]
    own = [chance.sample(vocabulary[:20_000], 60) for _ in range(KINDS)]
    lessons = []
    for key in range(TEXTS):
        kind = min(int(chance.expovariate(0.15)), KINDS - 1)
        length = chance.randint(*WORDS_OF_A_TEXT)
        words = chance.choices(vocabulary, common, k=length) + chance.choices(own[kind], k=max(2, length // 6))
        chance.shuffle(words)
        labels = {"class": f"kind {kind}", "size": ("moment", "hour", "bigger")[kind % 3], "lane": str(kind % 2)}
        lessons.append(Lesson(key, " ".join(words), labels))
    return lessons


if __name__ == "__main__":
    if sys.argv[1:] == ["--speed"]:
        for name, value in speed().items():
            print(f"{name:26} {value:.2f}")
    else:
        main("triage", __doc__ or "", score)
