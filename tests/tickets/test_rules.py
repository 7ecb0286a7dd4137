"""The interview as a conversation: what is asked next, in which words, and what comes of it."""

import pytest

from foredesk.catalogue.enums import Nature, Size
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.tickets.enums import TRANSITIONS, PerceivedSize, Prompt, Severity, State
from foredesk.tickets.models import Interview
from foredesk.tickets.rules import (
    acknowledgement,
    assess,
    drafted_restatement,
    is_short,
    next_prompts,
    plan,
    progress,
    question,
    subject_of,
)

RAPID = Lane(key="rapid", name="the rapid desk", explanation="which takes quick things first")


def a_class(nature: Nature = Nature.TROUBLE, size: Size = Size.HOUR, **fields: object) -> ServiceClass:
    return ServiceClass(name="Printing", nature=nature, usual_size=size, lane=RAPID, **fields)


def test_the_six_prompts_come_in_their_order_one_or_two_at_a_time():
    interview = Interview(skipped=[])
    seen = []
    answers = dict.fromkeys(Prompt, "words") | {Prompt.IMPACT: "the exam"}
    while prompts := next_prompts(interview):
        assert len(prompts) <= 2
        seen += prompts
        for prompt in prompts:
            setattr(interview, prompt.value, answers[prompt])
    assert seen == list(Prompt)


def test_every_prompt_can_be_skipped_and_none_comes_twice():
    interview = Interview(skipped=[])
    rounds = 0
    while prompts := next_prompts(interview):
        interview.skipped += [p.value for p in prompts]
        rounds += 1
        assert rounds <= len(Prompt)
    assert acknowledgement(interview) == "That is fine. We will find out together."


def test_a_short_request_is_asked_for_its_impact_only():
    interview = Interview(goal="my password", skipped=[], service_class=a_class(size=Size.MOMENT))
    assert is_short(interview)
    assert next_prompts(interview) == [Prompt.IMPACT]
    assert progress(interview) == (2, 2)


def test_what_the_customer_calls_bigger_is_never_cut_short():
    interview = Interview(
        goal="my password", skipped=[], service_class=a_class(size=Size.MOMENT), perceived_size=PerceivedSize.BIGGER
    )
    assert not is_short(interview)
    assert Prompt.HAPPENED in plan(interview)


@pytest.mark.parametrize(
    ("nature", "left_out"),
    [
        (Nature.WISH, {Prompt.THEORY, Prompt.TRIED}),
        (Nature.QUESTION, {Prompt.HAPPENED, Prompt.THEORY, Prompt.FIXED}),
        (Nature.TROUBLE, set()),
    ],
)
def test_what_brings_the_customer_here_decides_which_questions_make_sense(nature, left_out):
    assert set(Prompt) - set(plan(Interview(skipped=[], service_class=a_class(nature)))) == left_out


def test_an_answer_changes_the_words_of_the_next_question():
    told = Interview(goal="I print and it says error 49", skipped=[])
    untold = Interview(goal="Print the exam sheets", skipped=[])
    assert question(Prompt.HAPPENED, told).text != question(Prompt.HAPPENED, untold).text


@pytest.mark.parametrize(
    ("prompt", "said", "answered"),
    [
        (Prompt.THEORY, {"happened": "It jams"}, {"happened": "It jams since the printer was moved"}),
        (Prompt.THEORY, {"happened": "It jams"}, {"skipped": ["happened"]}),
        (Prompt.TRIED, {}, {"theory": "the sun"}),
        (Prompt.IMPACT, {"tried": "off and on"}, {"tried": "I print on another floor meanwhile"}),
        (Prompt.FIXED, {"severity": Severity.SLOWED}, {"severity": Severity.STOPPED}),
        (Prompt.FIXED, {"people_held_up": 1}, {"people_held_up": 12}),
    ],
)
def test_each_answer_changes_the_next_question(prompt, said, answered):
    common = {"goal": "Print the exam sheets", "skipped": []}
    assert question(prompt, Interview(**{**common, **said})) != question(prompt, Interview(**{**common, **answered}))


def test_a_small_annoyance_of_one_person_is_not_asked_what_fixed_looks_like():
    interview = Interview(goal="g", happened="h", severity=Severity.ANNOYED, people_held_up=1, skipped=[])
    assert Prompt.FIXED not in plan(interview)


def test_who_skips_twice_is_in_a_hurry():
    interview = Interview(goal="g", skipped=["happened", "theory"])
    assert next_prompts(interview) == [Prompt.IMPACT]


def test_the_severity_is_acknowledged_with_the_number_of_people():
    interview = Interview(
        goal="g", happened="h", skipped=["theory", "tried"], severity=Severity.STOPPED, people_held_up=3
    )
    assert "3 people" in acknowledgement(interview)


def test_the_drafted_restatement_speaks_to_the_customer():
    interview = Interview(
        goal="I was trying to print my exam sheets",
        happened="my printer jams",
        severity=Severity.STOPPED,
        people_held_up=1,
        fixed="we can print a class set",
        needed_by="11:00",
    )
    draft = drafted_restatement(interview)
    assert "print your exam sheets" in draft
    assert "your printer jams" in draft
    assert "11:00" in draft
    assert "you can print a class set" in draft
    assert " my " not in draft


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("I was trying to print the exam sheets. Then it jammed", "Print the exam sheets"),
        ("my password", "My password"),
        ("hello, i want to borrow a laptop", "Borrow a laptop"),
        ("", "A request without words"),
        ("a" * 300, None),
    ],
)
def test_the_title_is_made_of_the_first_words(words, title):
    made = subject_of(words)
    assert len(made) <= 82
    assert title is None or made == title


def test_the_class_decides_the_size_and_the_lane_with_a_reason():
    found = assess(Interview(service_class=a_class()), a_class(is_default=True))
    assert (found.size, found.lane) == (Size.HOUR, RAPID)
    goes = "Your request goes to the rapid desk, which takes quick things first"
    assert found.why == f"{goes}: “Printing” usually takes about an hour."
    assert found.mismatch == ""


def test_what_nobody_could_place_is_as_big_as_the_customer_says():
    default = a_class(size=Size.MOMENT, is_default=True)
    assert assess(Interview(perceived_size=PerceivedSize.BIGGER), default).size == Size.BIGGER


@pytest.mark.parametrize(
    ("perceived", "size", "words"),
    [
        (PerceivedSize.MOMENT, Size.BIGGER, "because we order it first"),
        (PerceivedSize.BIGGER, Size.MOMENT, "sooner"),
        (PerceivedSize.UNKNOWN, Size.BIGGER, ""),
        (PerceivedSize.HOUR, Size.HOUR, ""),
    ],
)
def test_a_difference_in_size_is_explained_kindly(perceived, size, words):
    service_class = a_class(size=size, size_reason="because we order it first")
    mismatch = assess(Interview(service_class=service_class, perceived_size=perceived), service_class).mismatch
    assert words in mismatch
    assert bool(words) == bool(mismatch)


def test_every_state_has_a_way_on_and_closing_can_be_undone():
    assert set(TRANSITIONS) == set(State)
    assert all(TRANSITIONS.values())
    assert State.WORKING in TRANSITIONS[State.CLOSED]
