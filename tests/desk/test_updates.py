"""How well promised updates are kept, on the ticket's page and by kind and month."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foredesk.catalogue.actions import make_private, set_path
from foredesk.catalogue.enums import Whom
from foredesk.catalogue.rules import Step
from foredesk.kit import clock
from foredesk.tickets import actions, queries
from foredesk.tickets.actions import tell_of_lapses
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture
def told(ticket, tomas):
    """Five words in time, a lapse, and the late word, with an hour between the words."""
    for number in range(5):
        with clock.at(MONDAY + timedelta(minutes=20 * (number + 1))):
            actions.reply(by=tomas, ticket=ticket, body=f"Still at it ({number})")
    with clock.at(MONDAY + 6 * HOUR):
        tell_of_lapses()
        actions.reply(by=tomas, ticket=ticket, body="Sorry.")
    return ticket


def _page(client, month: str = "") -> str:
    return client.get(reverse("desk:updates"), {"month": month} if month else {}).content.decode()


def test_a_month_says_how_many_were_kept_and_the_longest_silence(desk, told):
    with clock.at(MONDAY + 7 * HOUR):
        page = _page(desk)
    assert "Paper and ink" in page
    assert "83 %" in page  # five of six
    assert "4 h 20" in page  # from 11:40 to 16:00
    assert "October 2026" in page  # the month before
    assert "December 2026" not in page


def test_below_five_promises_there_is_no_share(desk, ticket, tomas):
    with clock.at(MONDAY + timedelta(minutes=20)):
        actions.reply(by=tomas, ticket=ticket, body="At it")
        page = _page(desk)
    assert "too few to say" in page
    assert " %<" not in page


@pytest.mark.parametrize("month", ["", "2026-10", "2026-13", "nonsense", "٢٠٢٦-١٠"])
def test_an_empty_month_says_what_it_is_for(desk, month):
    page = _page(desk, month)
    assert "No promised word ended in this month" in page


def test_a_private_kind_is_counted_for_its_teams_only(desk, told, printing, client):
    team, ada = TeamFactory(), PersonFactory(agent=True)
    team.members.add(ada)
    make_private(by=None, service_class=printing, teams=[team])
    with clock.at(MONDAY + 7 * HOUR):
        assert "Paper and ink" not in _page(desk)
        client.force_login(ada)
        assert "Paper and ink" in _page(client)


def test_customers_see_no_figures(client, told, maya):
    client.force_login(maya)
    assert client.get(reverse("desk:updates")).status_code in {302, 403, 404}
    with clock.at(MONDAY + 7 * HOUR):
        assert queries.kept_in_month(maya, MONDAY - timedelta(days=30), MONDAY + timedelta(days=30)) == []


def test_three_kinds_cost_as_many_queries_as_one(tomas, maya, django_assert_num_queries):
    begin, end = MONDAY - timedelta(days=15), MONDAY + timedelta(days=15)
    tomas = type(tomas).objects.get(pk=tomas.pk)
    queries.kept_in_month(tomas, begin, end)  # knows from here on what is hidden
    for number in range(1, 4):
        draft = actions.start_interview(by=maya, goal="x", service_class=ServiceClassFactory())
        ticket = actions.send_interview(by=maya, interview=draft)
        with clock.at(MONDAY + timedelta(minutes=5)):
            actions.reply(by=tomas, ticket=ticket, body="At it")
        with django_assert_num_queries(1):
            assert len(queries.kept_in_month(tomas, begin, end)) == number


def test_the_tickets_page_tells_its_longest_silence_and_who_is_next(desk, told, printing, tomas):
    set_path(
        by=None,
        service_class=printing,
        steps=[Step(whom=Whom.PERSON, person=tomas, after_minutes=600), Step(whom=Whom.LEADS, after_minutes=900)],
    )
    with clock.at(MONDAY + 7 * HOUR):
        page = " ".join(desk.get(reverse("desk:ticket", args=[told.pk])).content.decode().split())
    assert "4 h 20 <span" in page
    assert "Next: Tomás Reyes, <time" in page
    assert "tomorrow 11:00</time>." in page
    assert "Then the leads of the desk." in page
