from datetime import date, time

import pytest

from foredesk.activity.queries import events_about
from foredesk.calendars import actions
from foredesk.calendars.models import Calendar
from foredesk.calendars.queries import week_of, working_time_at
from foredesk.calendars.rules import OFFICE_WEEK
from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import Week
from tests.factories import PersonFactory, SiteCalendarFactory, SiteFactory

pytestmark = pytest.mark.django_db

LUNCH: Week = (((time(8), time(12)), (time(13), time(17))),) * 5 + ((), ())


@pytest.fixture
def lead():
    return PersonFactory(lead=True)


def test_the_first_calendar_is_used_wherever_no_other_is_set(lead) -> None:
    first = actions.create_calendar(by=lead, name="Main campus", timezone="Europe/Amsterdam", country="NL")
    second = actions.create_calendar(by=lead, name="Library", timezone="Europe/Amsterdam", hours=LUNCH)
    assert (first.is_default, second.is_default) == (True, False)
    assert week_of(first) == OFFICE_WEEK
    assert week_of(second) == LUNCH
    assert [event.tag for event in events_about(first)] == ["calendar:created", "calendar:hours:changed"]


def test_another_can_become_the_default(lead) -> None:
    first, second = SiteCalendarFactory(is_default=True), SiteCalendarFactory()
    actions.make_default(by=lead, calendar=second)
    assert list(Calendar.objects.filter(is_default=True)) == [second]
    with pytest.raises(Refused, match="where no other is set"):
        actions.remove_calendar(by=lead, calendar=second)
    actions.remove_calendar(by=lead, calendar=Calendar.objects.get(pk=first.pk))
    assert Calendar.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "main CAMPUS"}, "name"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"country": "XX"}, "country"),
        ({"country": "DE", "subdivision": "CA"}, "subdivision"),
        ({"hours": ((),) * 7}, "hours"),
        ({"hours": (((time(8), time(13)), (time(12), time(17))),) * 7}, "day_0"),
        ({"hours": ((), ((time(22), time(6)),), ((time(5), time(9)),), (), (), (), ())}, "day_2"),
    ],
)
def test_refuses_with_a_sentence_at_the_field(lead, changed, field) -> None:
    SiteCalendarFactory(name="Main campus")
    wanted = {"name": "Library", "timezone": "Europe/Amsterdam"} | changed
    with pytest.raises(Refused) as refused:
        actions.create_calendar(by=lead, **wanted)
    assert refused.value.field == field
    assert Calendar.objects.count() == 1


def test_describing_records_only_what_changed(lead) -> None:
    calendar = SiteCalendarFactory(name="Main campus")
    same = {"name": "Main campus", "timezone": "Europe/Amsterdam"}
    actions.describe_calendar(by=lead, calendar=calendar, **same)
    assert not events_about(calendar)
    actions.describe_calendar(by=lead, calendar=calendar, **same, country="NL")
    assert [event.data for event in events_about(calendar)] == [{"country": "NL"}]


def test_a_site_leaves_the_calendar_it_had(lead) -> None:
    site = SiteFactory()
    old, new = SiteCalendarFactory(sites=[site]), SiteCalendarFactory(week=LUNCH)
    actions.set_sites(by=lead, calendar=new, sites=[site])
    assert not old.sites.exists()
    assert working_time_at(site).hours == LUNCH


def test_closed_days_come_and_go(lead) -> None:
    site = SiteFactory()
    calendar = SiteCalendarFactory(sites=[site])
    assert not working_time_at(site).closed(date(2026, 12, 31))
    day = actions.add_closed_day(by=lead, calendar=calendar, date=date(2026, 12, 31), name="Between the years")
    assert working_time_at(site).closed(date(2026, 12, 31))
    with pytest.raises(Refused, match="already"):
        actions.add_closed_day(by=lead, calendar=calendar, date=date(2026, 12, 31), name="Again")
    actions.remove_closed_day(by=lead, closed_day=day)
    assert not working_time_at(site).closed(date(2026, 12, 31))
