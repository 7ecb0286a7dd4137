"""Requests that belong together, at the desk: with and without scripts, seen and taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from foredesk.tickets import actions
from foredesk.tickets.enums import Audience, CloseReason, State
from foredesk.tickets.models import Draft, Link, Ticket
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory


def _at(name: str, ticket, *more) -> str:
    return reverse(f"desk:{name}", args=[ticket.pk, *more])


@pytest.fixture
def other(ask):
    return ask(PersonFactory(full_name="Jon Bell"), goal="The printer eats my exam sheets")


def test_the_other_one_is_found_by_number_words_and_likeness(desk, ticket, other, htmx):
    page = desk.get(_at("join", ticket)).content.decode()
    assert f"?other={other.pk}" in page  # it sounds alike
    assert f"?other={other.pk}" in desk.get(_at("join", ticket), {"q": str(other.pk)}, headers=htmx).content.decode()
    assert f"?other={other.pk}" in desk.get(_at("join", ticket), {"q": "eats"}).content.decode()
    assert "Nothing open fits “zebra”" in desk.get(_at("join", ticket), {"q": "zebra"}).content.decode()


def test_what_comes_of_it_is_said_before(desk, ticket, other):
    page = desk.get(_at("join", ticket), {"other": other.pk}).content.decode()
    assert f"{other.pk} closes and goes on in {ticket.pk}. Jon follows {ticket.pk}, reads along there" in page
    assert "2 people are held up then." in page
    assert 'type="radio"' in page
    assert desk.post(_at("join", ticket), {"other": other.pk}).status_code == 422


def test_merging_leads_on_and_offers_the_way_back(desk, ticket, other):
    answer = desk.post(_at("join", ticket), {"other": other.pk, "way": "there", "version": ticket.version})
    assert answer.url == _at("ticket", other)
    page = desk.get(answer.url).content.decode()
    assert f'action="{_at("merge_end", ticket)}"' in page
    assert f"From request {ticket.pk} (Maya Ortiz)" in page
    left = desk.get(_at("ticket", ticket)).content.decode()
    assert "It goes on in" in left
    assert 'id="reply"' not in left
    assert "Print the exam sheets" in desk.get(_at("folded", ticket)).content.decode()
    assert desk.post(_at("merge_end", ticket)).url == _at("ticket", ticket)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.merged_into) == (State.ASKED, None)


def test_the_other_can_go_on_here(desk, ticket, other):
    assert desk.post(_at("join", ticket), {"other": other.pk, "way": "here"}).url == _at("ticket", ticket)
    other.refresh_from_db()
    assert other.merged_into == ticket


def test_what_another_changed_meanwhile_is_not_merged_over(desk, ticket, other, ada):
    seen = ticket.version
    actions.take(by=ada, ticket=ticket)
    answer = desk.post(_at("join", ticket), {"other": other.pk, "way": "there", "version": seen})
    assert answer.status_code == 409
    assert "Nothing of theirs was overwritten" in answer.content.decode()


@pytest.mark.parametrize(("way", "child"), [("part", "ticket"), ("whole", "other")])
def test_parts_and_taking_them_out(desk, ticket, other, way, child):
    desk.post(_at("join", ticket), {"other": other.pk, "way": way})
    part, whole = (ticket, other) if child == "ticket" else (other, ticket)
    part.refresh_from_db()
    assert part.parent == whole
    assert "1 of 1 parts still open." in desk.get(_at("ticket", whole)).content.decode()
    desk.post(_at("part_end", part))
    part.refresh_from_db()
    assert part.parent is None


def test_a_link_is_shown_on_both_and_taken_back(desk, ticket, other):
    desk.post(_at("join", ticket), {"other": other.pk, "way": "related"})
    link = Link.objects.get()
    for one in (ticket, other):
        assert _at("link_end", one, link.pk) in desk.get(_at("ticket", one)).content.decode()
    desk.post(_at("link_end", other, link.pk))
    assert not Link.objects.exists()


def test_a_closed_one_can_only_be_linked(desk, ticket, other):
    actions.withdraw(by=other.customer, ticket=other)
    page = desk.get(_at("join", ticket), {"other": other.pk}).content.decode()
    assert page.count('type="radio"') == 1


def test_what_is_invisible_does_not_exist(desk, ticket, other):
    private = ServiceClassFactory(is_private=True)
    private.teams.add(TeamFactory())
    actions.link(by=PersonFactory(agent=True), ticket=ticket, other=other)
    before = desk.get(_at("ticket", ticket)).content.decode()
    assert escape(other.subject) in before
    Ticket.objects.filter(pk=other.pk).update(service_class=private)
    page = desk.get(_at("ticket", ticket)).content.decode()
    assert escape(other.subject) not in page
    assert f"request {other.pk}" not in page
    for query in ({"other": other.pk}, {"q": str(other.pk)}, {"q": "eats"}):
        assert f"?other={other.pk}" not in desk.get(_at("join", ticket), query).content.decode()
    assert desk.post(_at("join", ticket), {"other": other.pk, "way": "there"}).status_code in {200, 404}
    ticket.refresh_from_db()
    assert ticket.is_open
    assert desk.post(_at("link_end", ticket, Link.objects.get().pk)).status_code == 302
    assert Link.objects.exists()
    for name in ("split", "join", "folded"):
        assert desk.get(_at(name, other)).status_code == 404


def test_nobody_joins_their_own_request(desk, tomas, ask, other):
    own = ask(tomas)
    for name in ("join", "split"):
        assert desk.get(_at(name, own)).status_code == 404


def test_splitting(desk, ticket, maya, printing):
    said = actions.write_as_customer(by=maya, ticket=ticket, body="And my **screen** flickers")
    broken = desk.post(_at("split", ticket), {"subject": "", "service_class": printing.pk})
    assert "Choose the words" in broken.content.decode()
    answer = desk.post(
        _at("split", ticket),
        {
            "words": [str(said.pk), "first"],
            "subject": "Screen",
            "service_class": printing.pk,
            "version": ticket.version,
        },
    )
    new = Ticket.objects.latest("pk")
    assert answer.url == _at("ticket", new)
    assert {message.body for message in new.messages.all()} == {"And my **screen** flickers", "Print the exam sheets"}
    assert "split off from" in desk.get(answer.url).content.decode()
    assert "This goes on in a request of its own." in desk.get(_at("ticket", ticket)).content.decode()


def test_a_fix_over_open_parts_needs_a_tick(desk, understood, other, tomas):
    actions.make_part_of(by=tomas, ticket=other, parent=understood)
    sent = {"body": "All done", "last_seen": ""}
    answer = desk.post(_at("solution", understood), sent)
    assert answer.status_code == 422
    assert "I know that a part is still open" in answer.content.decode()
    desk.post(_at("solution", understood), sent | {"despite_open_parts": "on"})
    understood.refresh_from_db()
    assert understood.state == State.OFFERED


def test_a_reply_from_an_old_page(desk, ticket, other, ada):
    actions.merge(by=ada, ticket=ticket, into=other)
    answer = desk.post(_at("reply", ticket), {"reply-body": "Rollers come tomorrow", "reply-audience": "everyone"})
    message = other.messages.get()
    assert answer.url == _at("ticket", other) + f"#m{message.pk}"
    refused = desk.post(
        _at("reply", ticket), {"reply-body": "Your code is 7", "reply-audience": Audience.CUSTOMER}, follow=True
    )
    assert "Jon would read what you wrote to Maya only" in refused.content.decode()
    assert Draft.objects.get(ticket=other).body == "Your code is 7"


def test_joined_pages_cost_four_queries_more_and_no_more_with_many(desk, ticket, ask, tomas):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(_at("ticket", ticket)).status_code == 200
        return len(captured)

    queries()
    alone = queries()
    customers = [PersonFactory() for _ in range(3)]
    actions.merge(by=tomas, ticket=ask(customers[0]), into=ticket)
    queries()
    one = queries()
    for customer in customers[1:]:
        actions.merge(by=tomas, ticket=ask(customer), into=ticket)
        actions.link(by=tomas, ticket=ticket, other=ask(customer))
        actions.make_part_of(by=tomas, ticket=ask(customer), parent=ticket)
    assert queries() == one
    assert one - alone <= 4, (one, alone)


def test_merged_ones_are_in_no_list_of_open_work(desk, ticket, other, tomas):
    actions.merge(by=tomas, ticket=ticket, into=other)
    page = desk.get(reverse("desk:today")).content.decode()
    assert f'id="row-{other.pk}"' in page
    assert f'id="row-{ticket.pk}"' not in page
    assert "closed: it goes on in another request" in desk.get(reverse("desk:all"), {"q": "Maya"}).content.decode()
    ticket.refresh_from_db()
    assert ticket.close_reason == CloseReason.MERGED
