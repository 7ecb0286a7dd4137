"""What goes wrong when somebody is careless, curious or hostile; each of these once went wrong, or nearly."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.activity.models import Event
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.tickets import actions, queries
from foredesk.tickets.enums import Answer, Audience, Channel, FollowerReason, State
from foredesk.tickets.jobs import remind_and_close
from foredesk.tickets.models import Message
from tests.factories import PersonFactory


@pytest.fixture
def silent(monday, maya, tomas, ask):
    """A request whose first fix met silence, that closed, came back, and has a second fix on offer."""
    ticket = ask(maya)
    actions.skip_restatement(by=tomas, ticket=ticket, reason="talked")
    first = actions.offer_solution(by=tomas, ticket=ticket, text="Turn it off and on.")
    with clock.at(first.remind_at + timedelta(minutes=1)):
        remind_and_close()
    with clock.at(first.close_at + timedelta(minutes=1)):
        remind_and_close()
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED
    return ticket, first


def test_a_fix_from_before_does_not_close_what_came_back(silent, maya, tomas):
    ticket, first = silent
    with clock.at(first.close_at + timedelta(days=7)):
        actions.write_as_customer(by=maya, ticket=ticket, body="It is back.")
        ticket.refresh_from_db()
        assert queries.open_solution(ticket, maya) is None, "the old question is not asked again"
        second = actions.offer_solution(by=tomas, ticket=ticket, text="A new cable.")
        remind_and_close()
        ticket.refresh_from_db()
        second.refresh_from_db()
        assert ticket.state == State.OFFERED
        assert second.reminded_at is None
        first.refresh_from_db()
        with pytest.raises(Refused):
            actions.answer_solution(by=maya, solution=first, answer=Answer.YES)
        actions.answer_solution(by=maya, solution=second, answer=Answer.YES)


def test_only_the_newest_restatement_of_an_open_request_is_answered(monday, maya, tomas, ask):
    ticket = ask(maya)
    old = actions.restate(by=tomas, ticket=ticket, text="This?")
    new = actions.restate(by=tomas, ticket=ticket, text="Or this?")
    with pytest.raises(Refused):
        actions.confirm_restatement(by=maya, restatement=old)
    actions.withdraw(by=maya, ticket=ticket)
    with pytest.raises(Refused):
        actions.correct_restatement(by=maya, restatement=new, correction="Neither.")


def test_a_note_is_not_told_to_the_customer_who_works_in_it(monday, tomas, ada, ask):
    ticket = ask(ada)
    with pytest.raises(Refused):
        actions.add_note(by=tomas, ticket=ticket, body="Ada always does this", mentions=[ada])
    page = Client()
    page.force_login(tomas)
    page.post(reverse("desk:note", args=[ticket.pk]), {"note-body": "@Ada always does this"})
    assert Message.objects.filter(body="@Ada always does this").exists()
    assert not OutboxMessage.objects.filter(kind="mentioned").exists()


def test_an_agents_own_request_tells_them_what_a_customer_reads(monday, tomas, ada, ask):
    ticket = ask(ada)
    actions.set_impact(by=tomas, ticket=ticket, severity="annoyed", people_held_up=1, reason="she exaggerates")
    actions.add_note(by=tomas, ticket=ticket, body="secret words")
    browser = Client()
    browser.force_login(ada)
    page = browser.get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    for words in ("she exaggerates", "secret words", "kept a note"):
        assert words not in page
    assert (
        "wrote meanwhile" not in browser.post(reverse("desk:visit", args=[ticket.pk]), {"seen": "0"}).content.decode()
    )


def test_events_do_not_tell_followers_what_is_not_shared(monday, maya, tomas, ada, ask):
    ticket, follower = ask(maya), PersonFactory()
    actions.follow(by=maya, ticket=ticket, person=follower, reason=FollowerReason.INTERESTED)
    actions.share_conversation(by=maya, ticket=ticket, shares=False)
    actions.skip_restatement(by=tomas, ticket=ticket, reason="talked")
    actions.hand_off(by=tomas, ticket=ticket, to_lane=lane(LaneKey.DEEP), tried="paper", why="her illness matters")
    solution = actions.offer_solution(by=ada, ticket=ticket, text="Fixed.")
    actions.answer_solution(by=maya, solution=solution, answer=Answer.NO, words="my hearing aid still hums")
    browser = Client()
    browser.force_login(follower)
    page = browser.get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "Opened again." in {entry.text for entry in queries.conversation(ticket, follower)}
    assert "hearing aid" not in page
    assert "illness" not in page


def test_search_does_not_tell_followers_what_is_not_shared(monday, maya, ask):
    ticket, follower = ask(maya, goal="The list for the exam", happened="hearing aid hums"), PersonFactory()
    actions.follow(by=maya, ticket=ticket, person=follower, reason=FollowerReason.INTERESTED)
    browser = Client()
    browser.force_login(follower)
    address = reverse("portal:request", args=[ticket.pk])
    assert address in browser.get(reverse("portal:followed"), {"q": "hearing"}).content.decode()
    actions.share_conversation(by=maya, ticket=ticket, shares=False)
    assert address not in browser.get(reverse("portal:followed"), {"q": "hearing"}).content.decode()
    browser.force_login(maya)
    assert address in browser.get(reverse("portal:requests"), {"q": "hearing"}).content.decode()


def test_who_is_an_agent_no_more_has_no_business_on_the_calls_they_took(monday, maya, tomas):
    ticket = actions.log_call(by=tomas, customer=maya, words="printer", channel=Channel.PHONE)
    actions.skip_restatement(by=tomas, ticket=ticket, reason="talked")
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="Done.")
    tomas.role = Role.CUSTOMER
    tomas.save()
    assert not queries.tickets_visible_to(tomas).exists()
    assert not queries.requests_of(tomas).exists()
    with pytest.raises(Refused):
        actions.answer_solution(by=tomas, solution=solution, answer=Answer.YES)


def test_the_same_words_sent_twice_are_said_once(monday, maya, tomas, ask):
    ticket = ask(maya)
    for _time in range(2):
        actions.reply(by=tomas, ticket=ticket, body="We look at it.")
    for _time in range(2):
        actions.add_note(by=tomas, ticket=ticket, body="We look at it.")
    for _time in range(2):
        actions.write_as_customer(by=maya, ticket=ticket, body="Thank you.")
    assert ticket.messages.count() == 3
    assert Event.objects.filter(tag="ticket:reply:sent").count() == 1
    actions.write_as_customer(by=maya, ticket=ticket, body="Thank you.", audience=Audience.CUSTOMER)
    with clock.at(clock.now() + timedelta(minutes=1)):
        actions.write_as_customer(by=maya, ticket=ticket, body="Thank you.", audience=Audience.CUSTOMER)
    assert ticket.messages.count() == 5


def test_a_draft_is_kept_without_what_no_database_takes(monday, maya, ask):
    ticket = ask(maya)
    actions.keep_draft(by=maya, ticket=ticket, purpose="reply", body="a\0b")
    assert queries.drafts_of(ticket, maya)["reply"].body == "ab"
