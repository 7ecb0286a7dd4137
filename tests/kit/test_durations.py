import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from foredesk.kit.durations import DurationField, NotADuration, duration_words, parse_duration, promise_words


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("30", 30), ("30 min", 30), ("45m", 45), ("4h", 240), ("4 hours", 240), ("1 h 30", 90), ("1 h 30 min", 90),
        ("1:30", 90), ("1.5 h", 90), ("1,5 days", 720), ("2 days", 960), ("2 days 4 h", 1200), ("1 week", 2400),
        ("1 day and 2 hours", 600), ("  2  DAYS ", 960),
    ],
)  # fmt: skip
def test_reads_what_people_write(words: str, minutes: int) -> None:
    assert parse_duration(words) == minutes


@pytest.mark.parametrize(
    "words", ["", "soon", "h", "30 h 2 days", "4 fortnights", "-3 h", "30 30", "9" * 5000, "9" * 5000 + ":30"]
)
def test_says_how_to_write_it(words: str) -> None:
    with pytest.raises(NotADuration, match="2 days"):
        parse_duration(words)


def test_refuses_nothing_and_too_much() -> None:
    with pytest.raises(NotADuration, match="at least one minute"):
        parse_duration("0 min")
    with pytest.raises(NotADuration, match="working year"):
        parse_duration("900 days")


@given(st.integers(min_value=1, max_value=100_000))
def test_reads_its_own_words(minutes: int) -> None:
    assert parse_duration(duration_words(minutes)) == minutes


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "one working minute"), (30, "30 working minutes"), (60, "one working hour"), (240, "4 working hours"),
        (480, "one working day"), (960, "2 working days"), (90, "1 h 30 of working time"),
    ],
)  # fmt: skip
def test_speaks_to_customers(minutes: int, words: str) -> None:
    assert promise_words(minutes) == words


def test_a_field_shows_minutes_in_words_and_reads_them_back() -> None:
    class Form(forms.Form):
        span = DurationField()

    assert 'value="1 h 30"' in str(Form(initial={"span": 90})["span"])
    form = Form({"span": "2 days"})
    assert form.is_valid()
    assert form.cleaned_data == {"span": 960}
    assert not Form({"span": "480 min"}, initial={"span": 480}).has_changed()
    broken = Form({"span": "a while"})
    assert "“a while” is not clear" in broken.errors["span"][0]
    assert 'value="a while"' in str(broken["span"])
    assert "Please say how long" in Form({"span": ""}).errors["span"][0]
