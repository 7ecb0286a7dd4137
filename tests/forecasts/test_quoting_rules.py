"""From a curve to moments on the clock: over weekends, holidays and changes of the clock."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.calendars.rules import OFFICE_WEEK, working_time
from foredesk.forecasts.enums import Outcome
from foredesk.forecasts.rules.intervals import Case, curve
from foredesk.forecasts.rules.outcomes import done_at, outcome
from foredesk.forecasts.rules.quoting import (
    SHORTEST,
    Interval,
    chance_to_keep,
    interval,
    knows,
    last_part,
    longer_than,
    minutes_between,
    moments,
    needs_new,
    rounded_up,
    thinned,
)
from foredesk.tickets.enums import CloseReason, State

office = working_time(zone="Europe/Amsterdam", hours=OFFICE_WEEK, country="NL")
nights = working_time(zone="America/New_York", hours=(((time(22), time(6)),),) * 7, country="US")
round_the_clock = working_time(zone="Europe/London", hours=(((time(0), time(0)),),) * 7)
sites = st.sampled_from([office, nights, round_the_clock])
asked = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
cases = st.lists(st.builds(Case, took=st.floats(1, 5000), is_done=st.booleans()), min_size=20, max_size=80)
levels = st.floats(0.5, 0.99)


@given(asked, st.floats(1, 6000), st.floats(0, 1), sites)
def test_a_promise_is_never_shorter_than_measured_and_hardly_longer(moment, sure, part, site) -> None:
    """Also over Christmas, Easter and the nights in which the clock changes."""
    begins, until = moments(moment, Interval(sure * part, sure), site)
    assert begins is not None
    assert begins <= until
    promised = minutes_between(moment, until, site)
    assert sure - 0.001 <= promised <= sure + 15
    # Its beginning is at most the rounding earlier than where half are done.
    assert minutes_between(moment, begins, site) <= sure * part + 0.001
    assert until.minute % 5 == 0


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime(2026, 3, 27, 15, 0, tzinfo=UTC), "2026-03-30 10:00"),  # Friday 16:00; the clock changes on Sunday
        (datetime(2026, 10, 23, 14, 0, tzinfo=UTC), "2026-10-26 10:00"),
        (datetime(2026, 12, 24, 15, 0, tzinfo=UTC), "2026-12-28 10:00"),  # Christmas Eve
    ],
)
def test_three_hours_over_a_weekend(day, words) -> None:
    _begins, until = moments(day, Interval(None, 180), office)
    assert f"{until.astimezone(office.zone):%Y-%m-%d %H:%M}" == words


@given(cases, levels, st.floats(0, 5000))
def test_an_interval_lies_ahead_and_in_order(known, level, age) -> None:
    found = interval(curve(known), level, age)
    if found is None:
        assert not knows(curve(known), level, age)
        return
    assert found.likely is not None
    assert age <= found.likely <= found.sure
    assert found.sure >= age + SHORTEST


@given(cases, levels, st.floats(0, 5000), st.floats(0, 5000))
def test_who_has_waited_longer_is_not_promised_an_earlier_end(known, level, one, other) -> None:
    drawn = curve(known)
    young, old = interval(drawn, level, min(one, other)), interval(drawn, level, max(one, other))
    if young is not None and old is not None:
        assert young.sure <= old.sure


@given(st.lists(st.builds(Case, took=st.floats(1, 5000), is_done=st.booleans()), min_size=300, max_size=600), levels)
def test_a_thinned_curve_never_promises_less_and_hardly_more(known, level) -> None:
    drawn = curve(known)
    kept = thinned(drawn, 50)
    assert len(kept.times) <= 52
    assert set(kept.times) <= set(drawn.times)
    if knows(drawn, level):
        assert drawn.done_by(level) <= kept.done_by(level)
        assert kept.done_by(level) <= drawn.done_by(min(level + 0.045, 0.999)) + 1e-9


@given(cases, st.floats(0, 4000), st.floats(0, 4000))
def test_a_promise_is_renewed_at_the_latest_in_its_last_part(known, given, length) -> None:
    end = given + length
    assert needs_new(curve(known), given=given, age=end - last_part(given, end), end=end)
    assert needs_new(None, given=given, age=end, end=end)


def test_a_promise_that_is_more_likely_missed_than_kept_is_renewed_early() -> None:
    # Ten that are done at once, ten that take a day: who is not done at once takes a day.
    drawn = curve([Case(10, is_done=True)] * 10 + [Case(1000, is_done=True)] * 10)
    assert not needs_new(drawn, given=0, age=5, end=500)
    assert needs_new(drawn, given=0, age=11, end=500)
    assert chance_to_keep(drawn, 11, 500) == 0
    assert longer_than(drawn, 11) == 50


@given(asked, st.floats(1, 5000))
def test_rounding_goes_up_and_not_far(moment, length) -> None:
    up = rounded_up(moment, length)
    assert timedelta() <= up - moment < timedelta(minutes=15 if length >= 120 else 5)
    assert rounded_up(up, length) == up


NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "reason", "closed", "offered", "done"),
    [
        (State.WORKING, "", None, None, None),
        (State.WORKING, "", None, NOON, None),  # the fix did not hold
        (State.OFFERED, "", None, NOON, NOON),
        (State.CLOSED, CloseReason.CONFIRMED, NOON + HOUR, NOON, NOON),
        (State.CLOSED, CloseReason.SILENT, NOON + HOUR, NOON, NOON),
        (State.CLOSED, CloseReason.CONFIRMED, NOON + HOUR, None, NOON + HOUR),
        (State.CLOSED, CloseReason.WITHDRAWN, NOON + HOUR, NOON, None),
        (State.CLOSED, CloseReason.MERGED, NOON + HOUR, None, None),
    ],
)
def test_when_a_request_counts_as_done(state, reason, closed, offered, done) -> None:
    assert done_at(state, reason, closed, offered) == done


@pytest.mark.parametrize(
    ("state", "done", "closed", "now", "became"),
    [
        (State.WORKING, None, None, NOON - HOUR, None),
        (State.WORKING, None, None, NOON + HOUR, Outcome.MISSED),
        (State.OFFERED, NOON - HOUR, None, NOON + HOUR, None),
        (State.CLOSED, NOON, NOON + HOUR, NOON + HOUR, Outcome.KEPT),
        (State.CLOSED, NOON + HOUR, NOON + HOUR, NOON + HOUR, Outcome.MISSED),
        (State.CLOSED, None, NOON - HOUR, NOON + HOUR, Outcome.VOID),
        (State.CLOSED, None, NOON + HOUR, NOON + HOUR, Outcome.MISSED),  # withdrawn when it was late already
    ],
)
def test_what_becomes_of_a_promise(state, done, closed, now, became) -> None:
    assert outcome(NOON, now, state, done, closed) == became
