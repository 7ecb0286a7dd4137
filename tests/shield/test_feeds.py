"""Roster and focus in calendars: secret addresses, busy times, and no word of any ticket."""

import re
from datetime import UTC, date, time

import pytest
from django.urls import reverse
from icalendar import Calendar

from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.shield.actions import add_slot, assign, end_focus, make_feed, start_focus
from foredesk.shield.models import Feed
from tests.factories import SiteCalendarFactory

from .conftest import after, signed_in


@pytest.fixture(autouse=True)
def hours(db):
    return SiteCalendarFactory(is_default=True)


def read(client, token: str) -> list:
    answer = client.get(reverse("shield:feed", args=[token]))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_ones_own_times_are_there_as_busy_without_signing_in(client, lead, maria, jan, ada, focus, ticket):
    assign(by=ada, ticket=ticket, assignee=maria)
    start_focus(by=ada, until=after(25), shield=jan)
    add_slot(by=lead, weekday=1, begins=time(8), ends=time(12), person=maria)
    events = read(client, make_feed(by=maria, is_team=False))
    first, *shifts = sorted(events, key=lambda event: event["DTSTART"].dt)
    assert (first["SUMMARY"], first["TRANSP"]) == ("In focus", "OPAQUE")
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (after(0), after(50))
    assert {str(shift["SUMMARY"]) for shift in shifts} == {"Rapid desk"}
    assert all("Print" not in str(event) and "exam" not in str(event) for event in events)


def test_the_teams_times_say_whose_they_are(client, ada, focus):
    (event,) = read(client, make_feed(by=ada, is_team=True))
    assert event["SUMMARY"] == "Maria Weiss: In focus"


def test_an_early_end_ends_the_busy_time(client, ada, maria, focus):
    token = make_feed(by=ada, is_team=True)
    with clock.at(after(20)):
        end_focus(by=maria, block=focus)
    assert read(client, token)[0]["DTEND"].dt == after(20)


def test_shifts_keep_their_hour_when_the_clocks_change(client, lead, jan):
    with clock.at(after(0).replace(year=2026, month=10, day=19)):  # clocks change on Sunday the 25th
        add_slot(by=lead, weekday=0, begins=time(8), ends=time(12), person=jan)
        events = read(client, make_feed(by=jan, is_team=False))
    begins = {event["DTSTART"].dt.date(): event["DTSTART"].dt.astimezone(UTC).hour for event in events}
    assert begins[date(2026, 10, 19)] == 6
    assert begins[date(2026, 10, 26)] == 7


def test_the_secret_is_shown_once_and_stored_nowhere(ada, client):
    page = signed_in(ada)
    made = page.post(reverse("shield:make_feed", args=["mine"])).content.decode()
    (token,) = re.findall(r"/feeds/([\w-]{43})\.ics", made)
    assert token not in page.get(reverse("shield:calendars")).content.decode()
    assert Feed.objects.get().token_hash != token
    assert read(client, token) == []


def test_a_new_address_ends_the_old_one_and_a_withdrawn_one_finds_nothing(ada, client):
    old = make_feed(by=ada, is_team=False)
    new = make_feed(by=ada, is_team=False)
    assert client.get(reverse("shield:feed", args=[old])).status_code == 404
    assert read(client, new) == []
    signed_in(ada).post(reverse("shield:end_feed", args=["mine"]))
    assert client.get(reverse("shield:feed", args=[new])).status_code == 404


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "customer"}])
def test_who_is_not_of_it_any_more_reads_no_times(client, ada, change):
    token = make_feed(by=ada, is_team=True)
    Person.objects.filter(pk=ada.pk).update(**change)
    assert client.get(reverse("shield:feed", args=[token])).status_code == 404
