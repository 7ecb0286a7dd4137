"""What customers read of requests that belong together: plain words, and never more than they may see."""

import pytest
from django.urls import reverse

from foredesk.catalogue.queries import default_class
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import Answer, State
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory


@pytest.fixture
def jon(db):
    return PersonFactory(full_name="Jon Bell")


@pytest.fixture
def maya(db):
    return PersonFactory(full_name="Maya Ortiz")


@pytest.fixture
def tomas(db):
    return PersonFactory(full_name="Tomás Reyes", role=Role.AGENT)


def _asked(person, goal="The printer jams") -> Ticket:
    return actions.send_interview(by=person, interview=actions.start_interview(by=person, goal=goal))


def _page(client, person, ticket, **query) -> str:
    client.force_login(person)
    return client.get(reverse("portal:request", args=[ticket.pk]), query).content.decode()


def test_the_merged_request_says_where_it_goes_on_and_what_comes_next(client, jon, maya, tomas):
    older, newer = _asked(maya), _asked(jon)
    actions.reply(by=tomas, ticket=older, body="Only for Maya", audience="customer")
    actions.merge(by=tomas, ticket=newer, into=older)
    page = _page(client, jon, newer)
    assert f"It goes on in request {older.pk}" in page
    assert "Next update by" in page
    assert reverse("portal:request", args=[older.pk]) in page
    assert "What you write here reaches IT alone" in page
    assert "Only for Maya" not in page
    assert "Only for Maya" not in _page(client, jon, older)
    assert f"request {newer.pk}" not in _page(client, maya, older)


def test_words_on_the_merged_page_arrive_and_their_writer_sees_them(client, jon, maya, tomas):
    older, newer = _asked(maya), _asked(jon)
    actions.merge(by=tomas, ticket=newer, into=older)
    client.force_login(jon)
    answer = client.post(reverse("portal:write", args=[newer.pk]), {"body": "Still jamming"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("portal:request", args=[older.pk]))
    assert "Still jamming" in answer.content.decode()
    assert "Still jamming" not in _page(client, maya, older)


def test_one_customers_two_requests(client, maya, tomas):
    older, newer = _asked(maya), _asked(maya)
    actions.merge(by=tomas, ticket=newer, into=older)
    assert "You asked us about the same matter twice" in _page(client, maya, newer)
    assert f"Request {newer.pk} is the same matter and goes on here." in _page(client, maya, older)
    client.force_login(maya)
    assert "It goes on in another request." in client.get(reverse("portal:requests")).content.decode()


def test_undone(client, jon, maya, tomas):
    older, newer = _asked(maya), _asked(jon)
    actions.merge(by=tomas, ticket=newer, into=older)
    actions.undo_merge(by=tomas, ticket=newer)
    assert "It goes on by itself again" in _page(client, jon, newer)
    client.force_login(jon)
    assert client.get(reverse("portal:request", args=[older.pk])).status_code == 404


def test_split_in_plain_words(client, maya, tomas):
    ticket = _asked(maya)
    said = actions.write_as_customer(by=maya, ticket=ticket, body="And my screen flickers")
    new = actions.split(
        by=tomas, ticket=ticket, messages=[said], subject="Flickering screen", service_class=default_class()
    )
    page = _page(client, maya, ticket)
    assert "This goes on in a request of its own." in page
    assert "Flickering screen" in page
    assert "You first told us of it in" in _page(client, maya, new)
    assert "And my screen flickers" in _page(client, maya, new)


def test_yes_over_open_parts_is_asked_once_more(client, maya, jon, tomas):
    whole, part, hidden = _asked(maya, "Move us"), _asked(maya, "Telephones"), _asked(jon, "Jon’s own")
    actions.skip_restatement(by=tomas, ticket=whole, reason="spoken")
    solution = actions.offer_solution(by=tomas, ticket=whole, text="Moved")
    for one in (part, hidden):
        actions.make_part_of(by=tomas, ticket=one, parent=whole)
    client.force_login(maya)
    address = reverse("portal:solution_answer", args=[whole.pk, solution.pk])
    answer = client.post(address, {"answer": Answer.YES}, follow=True)
    whole.refresh_from_db()
    assert whole.state == State.OFFERED
    page = answer.content.decode()
    assert "One part of it is still open" in page
    assert "Telephones" in page
    assert "Jon’s own" not in page
    client.post(address, {"answer": Answer.YES, "parts_known": "yes"})
    whole.refresh_from_db()
    assert whole.state == State.CLOSED
