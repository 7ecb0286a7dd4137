"""The stories as texts: every slot known, nothing too long, no contempt anywhere."""

import random
import re
from dataclasses import fields

import pytest

from foredesk.catalogue import starting_sets
from foredesk.demo import names
from foredesk.demo.stories import STORIES
from foredesk.demo.stories.slots import SLOTS, curl, fill_slots
from foredesk.demo.stories.story import CONFIDENTIAL, Fix, HandOff, Judge, Restate, Step, Story
from foredesk.tickets.enums import Answer, PerceivedSize, Severity, Stance

CONTEMPT = re.compile(r"\b(users?|lusers?|pebkac|id-?10-?t|stupid|idiots?|obviously|rtfm|clueless)\b", re.IGNORECASE)


def texts_of(story: Story) -> list[str]:
    parts: list[Story | Step] = [story, *story.steps]
    values = [getattr(part, one.name) for part in parts for one in fields(part)]
    return [value for value in values if isinstance(value, str)]


@pytest.mark.parametrize("key", STORIES)
def test_every_story_can_be_told(key):
    story = STORIES[key]
    values = {name: choices[0] for name, choices in (SLOTS | dict(story.slots)).items()}
    values |= {"me": "Maya", "agent": "Tomás", "colleague": "Lea Brandt", "course": "Genetics 1"}
    for text in texts_of(story):
        for draw in range(3):
            told = fill_slots(text, values, random.Random(draw))
            assert "[" not in told and "{" not in told
            assert "|" not in told
        assert not CONTEMPT.search(text), text


@pytest.mark.parametrize("key", STORIES)
def test_every_story_keeps_the_rules_of_the_house(key):
    story = STORIES[key]
    classes = {start.name for start in starting_sets.CLASSES["college"]} | {CONFIDENTIAL}
    assert story.service_class in classes | {""}
    assert story.severity in {*Severity.values, ""}
    assert story.perceived in {*PerceivedSize.values, ""}
    assert set(story.departments) <= {name for name, *_ in names.DEPARTMENTS}
    for step in story.steps:
        match step:
            case Restate():
                assert len(step.text) < 330
            case Judge():
                assert step.stance in Stance.values
                assert step.because or step.stance != Stance.DIFFER
            case Fix():
                assert step.answer in {*Answer.values, ""}
                assert step.words or step.answer in {Answer.YES, ""}
                assert len(step.checked) <= 200
            case HandOff():
                assert step.tried and step.why


def test_there_is_variety():
    assert len(STORIES) >= 60
    assert len({story.service_class for story in STORIES.values()}) >= 8


def test_names_are_different_and_make_plain_addresses():
    invented = names.invented()
    people = [next(invented) for _ in range(260)]
    assert len(set(map(names.address_of, people))) == 260
    assert names.address_of("Tomás Zielińska") == "tomas.zielinska@ashgrove.example"


def test_it_writes_with_curly_quotes():
    assert curl('It\'s "fine"') == "It’s “fine”"
