from datetime import time

import pytest

from foredesk.calendars import rules


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("", ()), ("closed", ()), ("–", ()),
        ("8:00–12:00, 13:00–17:00", ((time(8), time(12)), (time(13), time(17)))),
        ("8-17", ((time(8), time(17)),)),
        ("8.30 to 12 and 13 until 17.15", ((time(8, 30), time(12)), (time(13), time(17, 15)))),
        ("all day", ((time(0), time(0)),)), ("0:00-24:00", ((time(0), time(0)),)),
        ("22:00–6:00", ((time(22), time(6)),)), ("18–24", ((time(18), time(0)),)),
    ],
)  # fmt: skip
def test_reads_hours_as_people_write_them(words, hours) -> None:
    assert rules.parse_day(words) == hours
    assert rules.parse_day(rules.day_words(hours)) == hours


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("mornings", "is not clear"), ("8:00", "is not clear"), ("8–25", "no time of the day"),
        ("8:75–9", "no time of the day"), ("9–9", "begins when it ends"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_with_hours(words, sentence) -> None:
    with pytest.raises(rules.NotHours, match=sentence):
        rules.parse_day(words)


def test_tells_a_week_briefly() -> None:
    week = (((time(8), time(17)),),) * 4 + (((time(8), time(13)),), (), ((time(8), time(17)),))
    assert rules.week_words(week) == [
        ("Monday–Thursday", "8:00–17:00"), ("Friday", "8:00–13:00"), ("Sunday", "8:00–17:00"),
    ]  # fmt: skip


def test_countries_and_regions_have_names() -> None:
    names = rules.country_names()
    assert names["NL"] == "Netherlands"
    assert names["TT"] == "Trinidad and Tobago"
    assert rules.region_names("DE")["BY"] == "Bayern"
    assert rules.region_names("XX") == {}
    assert all(len(code) == 2 for code in names)
    assert all(len(code) <= 40 for country in names for code in rules.region_names(country))
