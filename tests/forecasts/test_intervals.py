"""How long a kind of request takes, with what is still open counted for what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.forecasts.rules.intervals import HIGHEST, LOWEST, SURE, Case, corrected, curve

cases = st.lists(st.builds(Case, took=st.floats(0, 1e5), is_done=st.booleans()), min_size=1, max_size=60)


def done(*times: float) -> list[Case]:
    return [Case(time, is_done=True) for time in times]


def test_without_open_cases_it_is_the_share_that_took_longer():
    known = curve(done(*range(1, 11)))
    assert known.open_after(0) == 1
    assert known.open_after(3) == pytest.approx(0.7)
    assert known.done_by(0.5) == 5
    assert known.done_by(0.85) == 9
    assert known.cases == 10


def test_open_cases_make_the_forecast_longer_not_shorter():
    """The example of Kaplan and Meier's own kind: two lost sight of between the others."""
    known = curve([*done(1, 3, 4, 5), Case(2, is_done=False), Case(3, is_done=False)])
    # 1 - 1/6, then of four left one is done at 3, of two left one at 4, and the last at 5.
    assert known.shares == pytest.approx([5 / 6, 5 / 6 * 3 / 4, 5 / 6 * 3 / 4 / 2, 0])
    assert known.done_by(0.5) == 4
    assert curve(done(1, 3, 4, 5)).done_by(0.5) == 3, "as it would be without them"


def test_the_older_it_is_the_later_it_ends():
    known = curve(done(1, 2, 3, 10, 20, 30))
    assert known.done_by(0.5) == 3
    assert known.done_by(0.5, age=5) == 20, "half of those that were open after 5"
    assert known.done_by(0.5, age=40) == 40, "older than anything seen: no sooner than now"


def test_where_most_are_open_the_longest_seen_is_the_least():
    known = curve([*done(1), *(Case(time, is_done=False) for time in (50, 60))])
    assert known.done_by(0.85) == 60


@pytest.mark.parametrize("level", [0, 1, -0.5, 2])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        curve(done(1)).done_by(level)


@given(cases, st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0, 1e5))
def test_a_surer_promise_is_never_an_earlier_one_and_never_in_the_past(known, one, other, age):
    drawn = curve(known)
    low, high = sorted((one, other))
    assert drawn.done_by(low, age) <= drawn.done_by(high, age)
    assert drawn.done_by(low, age) >= age
    assert all(later <= earlier for earlier, later in zip([1.0, *drawn.shares], drawn.shares, strict=False))


def test_the_level_rests_where_so_many_are_kept_as_were_promised():
    level, kept = SURE, 0
    for number in range(8000):
        outcome = (number * 7919 % 1000) / 1000 < level - 0.1  # what is promised at `level` is kept less often
        kept += outcome
        level = corrected(level, kept=outcome)
    assert kept / 8000 == pytest.approx(SURE, abs=0.02)
    assert level == pytest.approx(0.95, abs=0.06)


def test_the_level_stays_one():
    for kept, end in ((True, LOWEST), (False, HIGHEST)):
        level = SURE
        for _ in range(1000):
            level = corrected(level, kept=kept)
        assert level == end
