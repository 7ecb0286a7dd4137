from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from foredesk.calendars import actions, queries, rules
from tests.factories import DepartmentFactory, PersonFactory, PlaceFactory, SiteCalendarFactory, SiteFactory

pytestmark = pytest.mark.django_db

EVENING = (((time(17), time(22)),),) * 7


def test_without_a_calendar_it_is_office_hours() -> None:
    hours = queries.working_time_at(None)
    assert hours.hours == rules.OFFICE_WEEK
    assert hours.zone == ZoneInfo("Europe/Amsterdam")


def test_hours_come_from_the_department_then_the_place_then_the_default() -> None:
    one, other = SiteFactory(), SiteFactory()
    SiteCalendarFactory(sites=[one], week=EVENING)
    SiteCalendarFactory(is_default=True, week=(((time(1), time(2)),),) * 7)
    by_department = PersonFactory(department=DepartmentFactory(site=one), place=PlaceFactory(site=other))
    by_place = PersonFactory(place=PlaceFactory(site=one))
    elsewhere = PersonFactory(department=DepartmentFactory(site=other))
    assert queries.working_time_of(by_department).hours == EVENING
    assert queries.working_time_of(by_place).hours == EVENING
    assert queries.working_time_of(elsewhere).hours[0] == ((time(1), time(2)),)
    assert queries.working_time_of(PersonFactory()).hours[0] == ((time(1), time(2)),)


def test_is_remembered_and_dropped_when_something_changes(django_assert_num_queries) -> None:
    site = SiteFactory()
    calendar = SiteCalendarFactory(sites=[site])
    queries.working_time_at(site)
    with django_assert_num_queries(0):
        assert queries.working_time_at(site) is queries.working_time_at(site.pk)
    actions.change_hours(by=PersonFactory(lead=True), calendar=calendar, hours=EVENING)
    assert queries.working_time_at(site).hours == EVENING


def test_other_processes_learn_of_a_change_in_time(monkeypatch) -> None:
    site = SiteFactory()
    calendar = SiteCalendarFactory(sites=[site])
    before = queries.working_time_at(site)
    calendar.hours.all().delete()  # as another process would, unseen by this one
    assert queries.working_time_at(site) is before
    monkeypatch.setattr(queries._CALENDARS, "_seconds", -1.0)
    assert not any(queries.working_time_at(site).hours)


def test_holidays_do_not_count() -> None:
    site = SiteFactory()
    SiteCalendarFactory(sites=[site], country="NL")
    hours = queries.working_time_at(site)
    christmas = datetime(2026, 12, 25, 8, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert hours.between(christmas, christmas + timedelta(hours=8)) == timedelta()


def test_lists_the_next_days_off_in_order() -> None:
    calendar = SiteCalendarFactory(country="DE", subdivision="BY")
    actions.add_closed_day(
        by=PersonFactory(lead=True), calendar=calendar, date=date(2026, 12, 31), name="Between the years"
    )
    found = queries.days_off(calendar, date(2026, 12, 20), days=20)
    assert [(off.date.day, off.name) for off in found] == [
        (25, "Christmas Day"), (26, "Second Day of Christmas"), (31, "Between the years"), (1, "New Year's Day"),
        (6, "Epiphany"),
    ]  # fmt: skip
    assert [off.own is not None for off in found] == [False, False, True, False, False]


def test_a_country_that_the_library_does_not_know_stops_no_clock() -> None:
    assert rules.holidays_of("XX", "", 2026) == {}
    assert rules.holidays_of("DE", "XX", 2026) == {}
