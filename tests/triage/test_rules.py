"""Learning and saying, as plain functions."""

import random
import subprocess
import sys
from io import BytesIO

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foredesk.triage.rules import FEWEST, Learned, Lesson, learn, to_bytes, to_learned
from foredesk.triage.rules.learning import AIM
from foredesk.triage.rules.words import counted, words_in

TOPICS = {
    "print": ("printer", "paper", "toner", "tray", "sheets", "copies", "staple", "crumpled"),
    "net": ("wireless", "network", "cable", "laptop", "signal", "router", "drops", "connection"),
    "mail": ("mailbox", "outlook", "calendar", "message", "inbox", "attachment", "folder", "archive"),
}
COMMON = ("please", "help", "since", "this", "morning", "room", "need", "before", "lesson", "cannot", "today", "with")


def lessons(number: int, noise: float, seed: int = 3) -> list[Lesson]:
    """Made-up requests: `noise` of them speak of another topic than the one they turned out to be."""
    chance = random.Random(seed)
    found = []
    for key in range(1, number + 1):
        topic = chance.choice(list(TOPICS))
        spoken = chance.choice(list(TOPICS)) if chance.random() < noise else topic
        words = chance.choices(TOPICS[spoken], k=4) + chance.choices(COMMON, k=5)
        found.append(Lesson(key, " ".join(words), {"class": topic}))
    return found


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(lessons(400, noise=0.15))


def test_it_says_what_the_words_point_to(learned):
    saying = learned.says("paper crumpled, toner everywhere")["class"]
    assert (saying.label, saying.is_said) == ("print", True)
    assert learned.says("the router drops the wireless signal")["class"].label == "net"


def test_below_its_confidence_it_says_nothing(learned):
    for words in ("", "please help today", "xyzzy plugh", "plugh please"):
        saying = learned.says(words)["class"]
        assert not saying.is_said, words


def test_confidence_is_calibrated_on_what_was_not_learned(learned):
    """Of new requests about as many of those spoken of are right as it expects, and it is not silent about all."""
    new = lessons(600, noise=0.15, seed=11)
    said = [(found, one) for one in new if (found := learned.says(one.words)["class"]).is_said]
    right = sum(found.label == one.labels["class"] for found, one in said) / len(said)
    head = learned.heads["class"]
    assert head.right >= AIM
    assert right == pytest.approx(head.right, abs=0.05)
    assert len(said) / len(new) == pytest.approx(head.spoken, abs=0.1)


def test_where_words_tell_nothing_it_is_always_silent():
    chance = random.Random(1)
    noise = [
        Lesson(key, " ".join(chance.choices(COMMON, k=6)), {"class": chance.choice("abc")}) for key in range(1, 300)
    ]
    told = learn(noise)
    assert sum(told.says(one.words)["class"].is_said for one in noise) <= 15


@pytest.mark.parametrize("some", [[], lessons(FEWEST - 1, 0.1), [Lesson(n, "same", {"class": "a"}) for n in range(99)]])
def test_too_little_to_learn_from_says_nothing(some):
    told = learn(some)
    assert told.says("paper jam") == {}
    assert len(told.similar("paper jam toner")) <= 3


def test_where_it_was_never_wrong_it_speaks_as_surely_as_it_was_tried():
    told = learn(lessons(300, noise=0.0))
    saying = told.says("printer toner tray sheets paper")["class"]
    assert (saying.label, saying.is_said) == ("print", True)
    assert 0.95 < saying.confidence < 1
    assert not told.says("xyzzy plugh")["class"].is_said


def test_a_rare_label_is_never_said():
    rare = [Lesson(1000 + n, "zeppelin hangar hydrogen", {"class": "airships"}) for n in range(3)]
    told = learn([*lessons(300, 0.1), *rare])
    saying = told.says("zeppelin hangar hydrogen")["class"]
    assert not (saying.is_said and saying.label == "airships")


def test_the_most_similar_are_named_most_similar_first():
    some = [
        Lesson(1, "paper jam in tray two", {}),
        Lesson(2, "paper jam", {}),
        Lesson(3, "wireless drops", {}),
        Lesson(4, "paper jam in tray two of the old printer", {}, may_be_named=False),
    ]
    told = learn(some)
    assert told.similar("paper jam in tray two") == [1, 2]
    assert told.similar("paper jam in tray two", but=1) == [2]
    assert told.similar("something else entirely") == []


def test_what_counts_more_wins():
    """The same words, half one kind, half another: the ones put right by hand decide."""
    words = "docking station screen flickers"
    mixed = [*lessons(200, 0.1), *(Lesson(900 + n, words, {"class": "screens"}) for n in range(10))]
    by_hand = [Lesson(950 + n, words, {"class": "docks"}, weight=4.0) for n in range(10)]
    assert learn([*mixed, *by_hand]).says(words)["class"].label == "docks"


def test_what_is_kept_says_the_same_and_holds_no_words(learned):
    kept = to_bytes(learned)
    again = to_learned(kept)
    for words in ("paper toner sheets", "router signal", "nothing known", ""):
        one, other = learned.says(words)["class"], again.says(words)["class"]
        assert (one.label, one.is_said) == (other.label, other.is_said)
        assert one.confidence == pytest.approx(other.confidence, abs=0.01)
        assert learned.similar(words)[:1] == again.similar(words)[:1]
    told = b"".join(array.tobytes() for array in numpy.load(BytesIO(kept)).values())
    for word in {word for topic in TOPICS.values() for word in topic if len(word) > 4}:
        assert word.encode() not in told


@settings(max_examples=40)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_is_read(texts):
    rows = counted(texts)
    assert rows.shape[0] == len(texts)
    for place, text in enumerate(texts):
        assert bool(rows[[place]].sum()) == bool(words_in(text))


def test_web_processes_do_not_load_what_is_heavy():
    code = (
        "import django, sys; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "import foredesk.triage.jobs\n"
        "print([name for name in ('sklearn', 'scipy', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
