from datetime import date, time

import pytest
from django.urls import reverse

from foredesk.calendars.models import Calendar
from foredesk.calendars.queries import week_of
from tests.factories import PersonFactory, SiteCalendarFactory, SiteFactory

pytestmark = pytest.mark.django_db

LIST = reverse("calendars:calendars")
NEW = reverse("calendars:new")


@pytest.fixture
def lead(client):
    person = PersonFactory(lead=True)
    client.force_login(person)
    return person


def filled_in(**changed):
    week = {f"day_{day}": "8:00–17:00" if day < 5 else "" for day in range(7)}
    return {"name": "Main campus", "timezone": "Europe/Amsterdam", "country": "NL", "subdivision": ""} | week | changed


def gets():
    return [LIST, NEW, reverse("calendars:preview")]


@pytest.mark.parametrize("role", ["customer", "agent", "lead", "administrator"])
def test_only_leads_and_administrators_come_in(client, role) -> None:
    client.force_login(PersonFactory(role=role))
    calendar = SiteCalendarFactory(is_default=True)
    expected = 200 if role in {"lead", "administrator"} else 404
    for address in [*gets(), reverse("calendars:calendar", args=[calendar.pk])]:
        assert client.get(address).status_code == expected, address
    for name in ("closed_days", "default", "removal"):
        code = client.post(reverse(f"calendars:{name}", args=[calendar.pk])).status_code
        assert (code == 404) == (expected == 404), name


def test_strangers_are_sent_to_sign_in(client) -> None:
    for address in gets():
        assert client.get(address).status_code == 302


def test_an_empty_list_offers_the_first_step(client, lead) -> None:
    page = client.get(LIST).content.decode()
    assert "No calendar yet" in page
    assert NEW in page


def test_the_list_costs_the_same_with_one_and_with_three(client, lead, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        return len(asked)

    SiteCalendarFactory(sites=[SiteFactory()], country="NL")
    one = cost()
    for _each in range(2):
        SiteCalendarFactory(sites=[SiteFactory(), SiteFactory()], country="NL")
    assert cost() == one


def test_a_calendar_is_made_and_changed_in_one_form(client, lead) -> None:
    site = SiteFactory(name="Harbour")
    answer = client.post(NEW, filled_in(day_0="8–12, 13–17", sites=[site.pk]))
    assert answer.url == LIST
    calendar = Calendar.objects.get()
    assert week_of(calendar)[0] == ((time(8), time(12)), (time(13), time(17)))
    assert calendar.country == "NL"
    assert list(calendar.sites.all()) == [site]
    assert "8:00–12:00, 13:00–17:00" in client.get(LIST).content.decode()

    address = reverse("calendars:calendar", args=[calendar.pk])
    client.post(address, filled_in(name="Harbour hours", day_5="10–14"))
    calendar.refresh_from_db()
    assert calendar.name == "Harbour hours"
    assert week_of(calendar)[5] == ((time(10), time(14)),)
    assert not calendar.sites.exists()


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"day_2": "8–13, 12–17"}, "day_2", "On Wednesday the hours from 12:00 begin before"),
        ({"day_1": "22–6", "day_2": "5–9"}, "day_2", "On Wednesday the hours from 05:00 begin before"),
        ({"day_2": "mornings"}, "day_2", "“mornings” is not clear"),
        ({f"day_{day}": "" for day in range(7)}, "day_0", "open at least once a week"),
        ({"name": "TAKEN"}, "name", "calendar of that name"),
    ],
)
def test_mistakes_are_said_at_the_field_and_what_was_typed_stays(client, lead, changed, field, sentence) -> None:
    SiteCalendarFactory(name="Taken")
    answer = client.post(NEW, filled_in(**changed))
    assert answer.status_code == 200
    assert sentence in answer.context["form"].errors[field][0]
    for words in changed.values():
        assert words in answer.content.decode()
    assert Calendar.objects.count() == 1


def test_a_region_of_another_country_is_dropped_and_not_complained_about(client, lead) -> None:
    client.post(NEW, filled_in(country="", subdivision=""))
    assert Calendar.objects.get().subdivision == ""


def test_the_preview_draws_the_week_and_names_the_holidays(client, lead) -> None:
    shown = client.get(reverse("calendars:preview"), filled_in(country="DE", subdivision="BY", regions_of="DE"))
    page = shown.content.decode()
    assert page.count("week-bar") == 5
    assert "45 hours a week" in page
    assert "calendar-region" not in page
    chosen = client.get(reverse("calendars:preview"), filled_in(country="DE", regions_of="NL"))
    assert "Bayern" in chosen.content.decode()


def test_the_preview_bears_half_written_hours(client, lead) -> None:
    shown = client.get(reverse("calendars:preview"), filled_in(day_0="8:", calendar="x"))
    assert shown.content.decode().count("week-bar") == 4


def test_closed_days_are_added_and_removed(client, lead) -> None:
    calendar = SiteCalendarFactory()
    address = reverse("calendars:closed_days", args=[calendar.pk])
    client.post(address, {"date": "2099-12-31", "name": "Between the years"})
    day = calendar.closed_days.get()
    assert day.date == date(2099, 12, 31)
    again = client.post(address, {"date": "2099-12-31", "name": "Again"})
    assert "on the list already" in again.content.decode()
    assert "Between the years" in client.get(reverse("calendars:calendar", args=[calendar.pk])).content.decode()
    client.post(reverse("calendars:closed_day_removal", args=[calendar.pk, day.pk]))
    assert not calendar.closed_days.exists()
    stranger = reverse("calendars:closed_day_removal", args=[calendar.pk, day.pk])
    assert client.post(stranger).status_code == 404


def test_the_default_cannot_be_removed(client, lead) -> None:
    default, other = SiteCalendarFactory(is_default=True), SiteCalendarFactory()
    client.post(reverse("calendars:removal", args=[default.pk]))
    assert Calendar.objects.filter(pk=default.pk).exists()
    client.post(reverse("calendars:default", args=[other.pk]))
    client.post(reverse("calendars:removal", args=[default.pk]))
    assert list(Calendar.objects.all()) == [other]
