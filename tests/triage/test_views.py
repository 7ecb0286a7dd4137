"""What agents see beside a ticket, and what leads read about how it learns."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import Size
from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from foredesk.triage import actions, queries
from foredesk.triage.models import Learning, Reason, Suggestion
from tests.factories import PersonFactory, TeamFactory

JAM = "paper jam in tray 3 of the printer, sheets crumpled again"


@pytest.fixture
def learning(history) -> Learning:
    return actions.learn_again()


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(client: Client, ticket: Ticket) -> str:
    found = client.get(reverse("desk:ticket", args=[ticket.pk]))
    assert found.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found.content.decode()))


def test_the_line_says_what_it_looks_like_and_why(learning, ask, desk, network):
    ticket = ask(JAM, network)
    page = page_of(desk, ticket)
    one, other, third = ticket.suggestion.reasons.values_list("ticket_id", flat=True)
    assert f"Looks like “Printing”, a moment’s work: as {one}, {other} and {third} were." in page
    answer = desk.post(
        reverse("triage:taken_over", args=[ticket.pk]),
        {"version": ticket.version, "reason": "Requests like yours are usually done in a moment."},
        follow=True,
    )
    assert "Maya is told why." in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.service_class.name, ticket.size) == ("Printing", Size.MOMENT)
    assert "Looks like" not in page_of(desk, ticket)


def test_what_is_right_already_is_only_confirmed(learning, ask, desk, printing):
    ticket = ask(JAM, printing)
    Ticket.objects.filter(pk=ticket.pk).update(size=Size.MOMENT)
    page = page_of(desk, ticket)
    assert "Looks right:" in page
    assert "Yes, change it" not in page


def test_one_for_the_other_lane_is_handed_over_with_what_was_tried(learning, ask, desk, printing, deep, history):
    ticket = ask("Xylophone lessons on Thursday?", printing)
    Suggestion.objects.filter(ticket=ticket).update(service_class=printing, lane=deep)
    Reason.objects.create(suggestion=ticket.suggestion, ticket=history["network"][0], place=0)
    page = page_of(desk, ticket)
    assert f"Looks like one for {deep.name}: as {history['network'][0].pk} was." in page
    assert "Hand it over …" in page
    assert "Yes, change it" not in page


def test_no_makes_it_go_away(learning, ask, desk, network):
    ticket = ask(JAM, network)
    answer = desk.post(reverse("triage:refused", args=[ticket.pk]), follow=True)
    assert "Foredesk learns from it." in answer.content.decode()
    assert "Looks like" not in page_of(desk, ticket)
    again = desk.post(reverse("triage:refused", args=[ticket.pk]), follow=True)
    assert "already" in again.content.decode()


def test_a_refusal_is_said_and_changes_nothing(learning, ask, desk, network):
    ticket = ask(JAM, network)
    answer = desk.post(reverse("triage:taken_over", args=[ticket.pk]), {"version": "1"}, follow=True)
    assert "overwritten" in answer.content.decode() or "why the size changes" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.service_class == network


def test_silence_and_unknown_tickets_show_nothing(learning, ask, desk):
    ticket = ask("Xylophone lessons on Thursday?")
    assert "Looks" not in page_of(desk, ticket)
    for name in ("triage:taken_over", "triage:refused"):
        assert desk.post(reverse(name, args=[99999])).status_code == 404


def test_the_customers_own_page_at_the_desk_says_nothing(learning, ask, maya):
    ticket = ask(JAM)
    Person.objects.filter(pk=maya.pk).update(role="agent")
    assert "Looks" not in page_of(browser(Person.objects.get(pk=maya.pk)), ticket)


def test_reasons_are_those_the_reader_serves(learning, ask, history, network, printing, tomas, ada):
    """A reason whose kind became private since is named to its team alone; with none left, nothing is said."""
    ticket = ask(JAM, network)
    reasons = list(ticket.suggestion.reasons.all())
    team = TeamFactory()
    team.members.add(ada)
    hidden = reasons[0].ticket
    other_kind = network
    Ticket.objects.filter(pk=hidden.pk).update(service_class=_private_kind(team))
    assert f"as {hidden.pk}" in page_of(browser(ada), ticket)
    page = page_of(browser(tomas), ticket)
    assert "Looks like “Printing”" in page
    assert str(hidden.pk) not in page.split("Looks like")[1][:80]
    make_private(by=None, service_class=printing, teams=[team])
    assert "Looks" not in page_of(browser(Person.objects.get(pk=tomas.pk)), ticket)
    assert other_kind.pk == ticket.service_class_id


def _private_kind(team):
    from tests.factories import ServiceClassFactory

    kind = ServiceClassFactory(name="Whispers")
    make_private(by=None, service_class=kind, teams=[team])
    return kind


@pytest.fixture
def ada(db) -> Person:
    return PersonFactory(full_name="Ada Lindqvist", agent=True)


def test_the_page_costs_one_query_more_with_one_reason_as_with_three(learning, ask, desk, network):
    ticket = ask(JAM, network)

    def cost() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            page_of(desk, ticket)
        return [query["sql"] for query in asked]

    page_of(desk, ticket)
    three = cost()
    assert sum("triage_" in sql for sql in three) == 1
    last = Reason.objects.filter(suggestion__ticket=ticket).order_by("place").values_list("pk", flat=True)
    Reason.objects.filter(pk__in=list(last)[1:]).delete()
    assert len(cost()) == len(three)
    Suggestion.objects.all().delete()
    assert len(cost()) == len(three)


# --- For leads ---------------------------------------------------------------------------------------
@pytest.fixture
def lead(db) -> Client:
    return browser(PersonFactory(lead=True))


def told(client: Client) -> str:
    page = client.get(reverse("triage:page"))
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))


def test_leads_read_what_it_waits_for(lead, desk, solve, printing):
    assert "40 requests are solved; 0 are so far." in told(lead)
    solve(JAM, printing)
    assert "40 requests are solved; 1 is so far." in told(lead)
    assert desk.get(reverse("triage:page")).status_code == 404


def test_leads_read_how_it_does(lead, learning, ask, tomas, network):
    assert "No suggestion has been answered yet" in told(lead)
    for answer in (actions.keep_suggestion, actions.refuse_suggestion):
        ticket = ask(JAM, network)
        answer(by=tomas, ticket=ticket, **({"reason": "A moment."} if answer is actions.keep_suggestion else {}))
    ask("Xylophone lessons on Thursday?")
    page = told(lead)
    assert "50 % 1 of the last 2 suggestions" in page
    assert "33 % about 1 of the last 3 requests" in page
    assert "from 48 requests, 0 of them put right by hand" in page
    assert "says something" in page


def test_the_page_for_leads_costs_the_same_however_many(lead, learning, ask, tomas, network):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            told(lead)
        return len(asked)

    told(lead)
    actions.refuse_suggestion(by=tomas, ticket=ask(JAM, network))
    one = cost()
    for _ in range(2):
        actions.refuse_suggestion(by=tomas, ticket=ask(JAM, network))
    assert cost() == one


def test_private_requests_are_counted_for_their_team_alone(learning, ask, tomas, ada, network):
    team = TeamFactory()
    team.members.add(ada)
    ticket = ask(JAM, network)
    actions.refuse_suggestion(by=tomas, ticket=ticket)
    Ticket.objects.filter(pk=ticket.pk).update(service_class=_private_kind(team))
    for person, judged in ((ada, 1), (tomas, 0)):
        found = queries.kept(Person.objects.get(pk=person.pk))
        assert (found.judged, found.asked) == (judged, judged)
