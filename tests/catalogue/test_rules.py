import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.catalogue import rules
from foredesk.catalogue.enums import Size


def test_fills_in_what_it_is_given_and_leaves_the_rest() -> None:
    body = "Hello {customer}, {agent} writes {next_update}. {odd} {}"
    filled = rules.fill_in(body, {"customer": "Maya", "agent": "Ada {customer}"})
    assert filled == "Hello Maya, Ada {customer} writes {next_update}. {odd} {}"


def test_names_unknown_variables_once_each() -> None:
    assert rules.unknown_variables("{name} {customer} {name} { agent } {}") == ["name", ""]


@given(st.text())
def test_any_text_can_be_compared_and_filled_in(words: str) -> None:
    assert rules.normalised(rules.normalised(words)) == rules.normalised(words)
    rules.fill_in(words, {"customer": "Maya"})
    rules.keywords_of(words)


@pytest.mark.parametrize(
    ("size", "reason", "minutes", "sentence"),
    [
        (
            Size.MOMENT, "", 240,
            "Requests about “Printing” usually take a moment, so they go to the rapid desk. "
            "We aim to solve them within 4 working hours.",
        ),
        (
            Size.HOUR, "Because we test it first.", 960,
            "Requests about “Printing” usually take about an hour, because we test it first, and go to the rapid desk. "
            "We aim to solve them within 2 working days.",
        ),
        (
            Size.BIGGER, "", 30,
            "Requests about “Printing” are usually bigger, so they go to the rapid desk. "
            "We aim to solve them within 30 working minutes.",
        ),
    ],
)  # fmt: skip
def test_speaks_to_customers_in_one_sentence(size, reason, minutes, sentence) -> None:
    assert sentence == rules.sentence_for_customers(
        name="Printing", size=size, reason=reason, lane="the rapid desk", solution_minutes=minutes
    )


def test_an_ending_begins_small_unless_it_is_a_name_in_capitals() -> None:
    assert rules.tidy_ending(" Because of it. ") == "because of it"
    assert rules.tidy_ending("IT looks first") == "IT looks first"
    assert rules.tidy_ending("") == ""
