"""Dates of steps from a lane's own pace."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.calendars.rules import OFFICE_WEEK, working_time
from foredesk.forecasts.rules.timelines import Days, needs_new_date, walk, working_day, working_days

paces = st.lists(st.integers(0, 6), min_size=20, max_size=60).filter(lambda days: sum(days) >= 20)
few_runs = 200


@given(paces, st.integers(1, 12), st.integers(1, 5), st.integers(0, 10**6))
def test_later_steps_come_later_and_sure_is_never_before_likely(pace, in_hand, steps, seed) -> None:
    found = walk(pace, in_hand, steps, seed=seed, runs=few_runs)
    assert len(found) == steps
    known = [one for one in found if one is not None]
    assert found[: len(known)] == known  # once a step has no date, none after it has one
    assert all(1 <= one.likely <= one.sure for one in known)
    assert all(a.likely <= b.likely and a.sure <= b.sure for a, b in pairwise(known))


@given(paces, st.integers(1, 12), st.integers(0, 10**6))
def test_the_same_seed_tells_the_same(pace, in_hand, seed) -> None:
    assert walk(pace, in_hand, 3, seed=seed, runs=few_runs) == walk(pace, in_hand, 3, seed=seed, runs=few_runs)


@given(st.integers(1, 5), st.integers(1, 10), st.integers(0, 10**6))
def test_alone_with_a_steady_pace_everything_is_certain(pace, steps, seed) -> None:
    found = walk([pace] * 60, 1, steps, seed=seed, runs=few_runs)
    assert found == [Days(-(-step // pace), -(-step // pace)) for step in range(1, steps + 1)]


def test_with_more_in_hand_it_takes_longer() -> None:
    pace = [0, 2, 1, 3, 0, 1] * 10
    alone, beside = walk(pace, 3, 2, seed=7), walk(pace, 12, 2, seed=7)
    assert all(a is not None and b is not None and a.sure < b.sure for a, b in zip(alone, beside, strict=True))


def test_a_day_in_ten_gives_the_waiting_times_of_a_geometric_law() -> None:
    (found,) = walk([1] * 30, 10, 1, seed=1)
    # 1 - 0.9^n reaches 0.5 at 7 and 0.85 at 19 days.
    assert found is not None
    assert abs(found.likely - 7) <= 1
    assert abs(found.sure - 19) <= 2


@pytest.mark.parametrize("pace", [[], [0] * 60, [1] * 19])
def test_too_few_finished_things_give_no_date(pace) -> None:
    assert walk(pace, 3, 2, seed=1) == [None, None]


def test_what_would_take_years_has_no_date() -> None:
    assert walk([0] * 40 + [1] * 20, 5000, 1, seed=1, runs=few_runs) == [None]


office = working_time(zone="Europe/Amsterdam", hours=OFFICE_WEEK, country="NL", subdivision="", closed_days=[])
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@given(days, st.integers(0, 60))
def test_working_days_are_counted_over_weekends_and_holidays(today, number) -> None:
    found = working_day(today, number, office)
    between = working_days(today + timedelta(days=1), found, office)
    assert len(between) == number
    assert not number or between[-1] == found


def test_christmas_is_no_working_day() -> None:
    assert working_day(date(2026, 12, 24), 1, office) == date(2026, 12, 28)


@given(days, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_date_is_given_anew_before_it_passes_and_only_when_it_slips(today, promised, likely, more) -> None:
    def day(number: int) -> date:
        return today + timedelta(days=number)

    new = needs_new_date(day(promised), day(likely), day(likely + more), today, day(2))
    if likely + more <= promised:
        assert not new
    if likely > promised:
        assert new
    if promised == 0 and likely + more > 0:
        assert new
