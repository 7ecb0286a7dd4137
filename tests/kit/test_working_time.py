from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foredesk.kit.working_time import ALWAYS, WorkingTime, first_overlap

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)

OFFICE = (((time(8), time(12)), (time(13), time(17))),) * 5 + ((), ())
NIGHTS = (((time(22), time(6)),),) * 7
ALL_DAY = (((time(0), time(0)),),) * 7
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26), date(2025, 12, 25)}

office = WorkingTime(AMSTERDAM, OFFICE, closed=CHRISTMAS.__contains__)


def at(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_counts_only_open_hours() -> None:
    assert office.between(at("2026-03-02 11:00"), at("2026-03-02 14:00")) == 2 * HOUR
    assert office.between(at("2026-03-06 16:30"), at("2026-03-09 08:30")) == HOUR  # Friday to Monday
    assert office.between(at("2026-03-07 10:00"), at("2026-03-08 10:00")) == timedelta()


def test_is_negative_backwards() -> None:
    assert office.between(at("2026-03-02 14:00"), at("2026-03-02 11:00")) == -2 * HOUR


def test_adds_over_nights_weekends_and_holidays() -> None:
    assert office.add(at("2026-03-02 16:00"), 2 * HOUR) == at("2026-03-03 09:00")
    assert office.add(at("2026-12-24 16:00"), 2 * HOUR) == at("2026-12-28 09:00")


def test_ends_at_the_closing_time_and_not_at_the_next_opening() -> None:
    assert office.add(at("2026-03-02 08:00"), 8 * HOUR) == at("2026-03-02 17:00")


def test_adding_nothing_changes_nothing_even_when_closed() -> None:
    assert office.add(at("2026-03-07 03:00"), timedelta()) == at("2026-03-07 03:00")


def test_knows_when_the_doors_are_open() -> None:
    assert office.is_open(at("2026-03-02 08:00"))
    assert not office.is_open(at("2026-03-02 12:00"))
    assert not office.is_open(at("2026-12-25 10:00"))
    assert office.next_opening(at("2026-03-02 09:30")) == at("2026-03-02 09:30")
    assert office.next_opening(at("2026-03-02 12:00")) == at("2026-03-02 13:00")
    assert office.next_opening(at("2026-12-24 17:00")) == at("2026-12-28 08:00")


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [(AMSTERDAM, "2026-03-29", "2026-10-25"), (NEW_YORK, "2026-03-08", "2026-11-01")],
)
def test_days_of_changing_clocks_are_as_long_as_they_are(zone: ZoneInfo, spring: str, autumn: str) -> None:
    whole = WorkingTime(zone, ALL_DAY)
    for day, hours in ((spring, 23), (autumn, 25)):
        midnight = at(f"{day} 00:00", zone)
        following = (midnight + timedelta(days=1)).replace(tzinfo=zone)
        assert whole.between(midnight, following) == hours * HOUR
    early = WorkingTime(zone, (((time(1), time(4)),),) * 7)
    assert early.between(at(f"{spring} 00:00", zone), at(f"{spring} 12:00", zone)) == 2 * HOUR
    assert early.between(at(f"{autumn} 00:00", zone), at(f"{autumn} 12:00", zone)) == 4 * HOUR


def test_hours_that_the_clock_skips_do_not_happen() -> None:
    skipped = WorkingTime(AMSTERDAM, (((time(2), time(3)),),) * 7)
    assert skipped.between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == timedelta()
    into = WorkingTime(AMSTERDAM, (((time(1), time(2, 30)),),) * 7)
    assert into.between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == HOUR
    out_of = WorkingTime(AMSTERDAM, (((time(2, 30), time(4)),),) * 7)
    assert out_of.between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == HOUR


def test_a_time_that_comes_twice_means_the_first() -> None:
    until = WorkingTime(AMSTERDAM, (((time(1), time(2, 30)), (time(2, 30), time(4))),) * 7)
    assert until.between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 4 * HOUR
    first = WorkingTime(AMSTERDAM, (((time(1), time(2, 30)),),) * 7)
    assert first.between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 1.5 * HOUR


def test_a_second_pass_of_the_same_hour_is_told_apart() -> None:
    whole = WorkingTime(AMSTERDAM, ALL_DAY)
    assert whole.between(at("2026-10-25 02:30"), at("2026-10-25 02:30").replace(fold=1)) == HOUR


def test_a_night_lasts_until_the_next_morning() -> None:
    nights = WorkingTime(AMSTERDAM, NIGHTS)
    assert nights.between(at("2026-03-02 12:00"), at("2026-03-03 12:00")) == 8 * HOUR
    assert nights.between(at("2026-03-28 12:00"), at("2026-03-29 12:00")) == 7 * HOUR
    assert nights.between(at("2026-10-24 12:00"), at("2026-10-25 12:00")) == 9 * HOUR
    assert nights.is_open(at("2026-03-03 05:59"))
    assert not nights.is_open(at("2026-03-03 06:00"))
    assert nights.add(at("2026-03-02 12:00"), 3 * HOUR) == at("2026-03-03 01:00")


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = WorkingTime(AMSTERDAM, NIGHTS, closed=lambda day: day == date(2026, 3, 2))
    assert nights.is_open(at("2026-03-02 05:00"))  # of the night before
    assert not nights.is_open(at("2026-03-03 05:00"))


def test_always_is_always() -> None:
    assert ALWAYS.between(at("2026-03-28 12:00"), at("2026-03-29 12:00")) == 23 * HOUR
    assert ALWAYS.is_open(at("2026-12-25 03:00"))


def test_a_skipped_day_is_skipped() -> None:
    """Samoa went from 29 to 31 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    shop = WorkingTime(apia, (((time(9), time(17)),),) * 7)
    assert shop.between(at("2011-12-29 00:00", apia), at("2011-12-31 23:00", apia)) == 16 * HOUR


@pytest.mark.parametrize("hours", [((),) * 7, OFFICE])
def test_doors_that_never_open_are_said_and_not_waited_for(hours: tuple) -> None:
    shut = WorkingTime(AMSTERDAM, hours, closed=lambda _day: True)
    assert shut.between(at("2016-01-01 00:00"), at("2026-01-01 00:00")) == timedelta()
    assert not shut.is_open(at("2026-03-02 10:00"))
    with pytest.raises(ValueError, match="never open again"):
        shut.add(at("2026-03-02 10:00"), HOUR)
    with pytest.raises(ValueError, match="never open again"):
        shut.next_opening(at("2026-03-02 10:00"))


def test_refuses_what_has_no_meaning() -> None:
    with pytest.raises(ValueError, match="time zone"):
        office.between(datetime(2026, 3, 2), at("2026-03-03 00:00"))
    with pytest.raises(ValueError, match="to come"):
        office.add(at("2026-03-02 00:00"), -HOUR)
    with pytest.raises(ValueError, match="fifty years"):
        office.add(at("2026-03-02 00:00"), timedelta(days=100_000))
    with pytest.raises(ValueError, match="seven weekdays"):
        WorkingTime(AMSTERDAM, OFFICE[:5])
    with pytest.raises(ValueError, match="overlap"):
        WorkingTime(AMSTERDAM, (((time(8), time(13)), (time(12), time(17))),) * 7)


def test_finds_overlaps_across_midnight_and_the_end_of_the_week() -> None:
    monday, sunday = ((time(5), time(9)),), ((time(22), time(6)),)
    assert first_overlap((monday, (), (), (), (), (), sunday)) == (0, time(5))
    assert first_overlap((((time(6), time(9)),), (), (), (), (), (), sunday)) is None
    assert first_overlap(((((time(22), time(6)),)), ((time(5), time(9)),), (), (), (), (), ())) == (1, time(5))
    assert first_overlap(ALL_DAY) is None


def test_ten_years_are_counted_like_ten_days() -> None:
    """By days from the calendar, as a slower and plainer count says."""
    start, end = at("2016-01-01 00:00"), at("2026-01-01 00:00")
    plain = timedelta()
    day = start.date()
    while day < end.date():
        if day.weekday() < 5 and day not in CHRISTMAS:
            plain += 8 * HOUR
        day += timedelta(days=1)
    assert office.between(start, end) == plain


# Across both changes of the clocks of 2026 and the page borders of the cache.
moments = st.datetimes(min_value=datetime(2025, 12, 1), max_value=datetime(2027, 2, 1), timezones=st.just(UTC))
durations = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=40))
minutes = st.integers(min_value=0, max_value=1439).map(lambda n: time(n // 60, n % 60))


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    marks = sorted(draw(st.lists(minutes, max_size=6, unique=True)))
    return tuple(zip(marks[::2], marks[1::2], strict=False))


open_weeks = st.tuples(*[days()] * 7).filter(any)
sites = st.one_of(
    st.sampled_from([office, WorkingTime(NEW_YORK, NIGHTS), WorkingTime(AMSTERDAM, ALL_DAY), ALWAYS]),
    st.builds(WorkingTime, st.sampled_from([AMSTERDAM, NEW_YORK, ZoneInfo("Australia/Lord_Howe")]), open_weeks),
)


@settings(max_examples=80, deadline=None)
@given(sites, moments, durations)
def test_what_is_added_lies_between(site: WorkingTime, start: datetime, duration: timedelta) -> None:
    end = site.add(start, duration)
    assert site.between(start, end) == duration
    assert site.between(start, end - timedelta(microseconds=1)) < duration  # and no earlier moment will do


@settings(max_examples=80, deadline=None)
@given(sites, moments, moments, moments)
def test_parts_make_the_whole(site: WorkingTime, one: datetime, two: datetime, three: datetime) -> None:
    assert site.between(one, two) + site.between(two, three) == site.between(one, three)


@settings(max_examples=80, deadline=None)
@given(sites, moments, moments)
def test_open_time_never_exceeds_time(site: WorkingTime, one: datetime, two: datetime) -> None:
    start, end = sorted([one, two])
    assert timedelta() <= site.between(start, end) <= end - start


@settings(max_examples=80, deadline=None)
@given(sites, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(site: WorkingTime, moment: datetime) -> None:
    opening = site.next_opening(moment)
    assert opening >= moment
    assert site.is_open(opening)
    assert site.is_open(moment) == (opening == moment)
    assert site.between(moment, opening) == timedelta()


@settings(max_examples=80, deadline=None)
@given(moments)
def test_open_is_what_the_clock_on_the_wall_says(moment: datetime) -> None:
    local = moment.astimezone(AMSTERDAM)
    inside = any(opens <= local.time() < closes for opens, closes in OFFICE[local.weekday()])
    assert office.is_open(moment) == (inside and local.date() not in CHRISTMAS)
