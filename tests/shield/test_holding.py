"""Notices to somebody in focus wait until it ends, come then exactly once, and nothing is lost or told too early."""

import pytest
from django.core.mail import EmailMessage

from foredesk.kit import clock
from foredesk.mail import effects
from foredesk.mail.actions import post
from foredesk.mail.backends import OutboxBackend
from foredesk.mail.enums import OutboxState
from foredesk.mail.jobs import deliver_forgotten
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.shield.actions import add_note, assign, end_focus, extend_focus, keep_time
from foredesk.tickets import actions as tickets

from .conftest import EMERGENCY, after


def mails_to(person: Person, kind: str = "") -> list[OutboxMessage]:
    found = OutboxMessage.objects.filter(to=person.email).order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def mention(ticket, by, *people, **more):
    return add_note(by=by, ticket=ticket, body="Please look at the drum.", mentions=people, **more)


@pytest.fixture
def held(focus, ticket, ada, maria) -> OutboxMessage:
    mention(ticket, ada, maria)
    (mail,) = mails_to(maria)
    return mail


def test_a_mention_waits_in_the_outbox_and_says_for_whom(held, maria, focus):
    assert (held.state, held.held_for, held.not_before) == (OutboxState.QUEUED, maria, focus.ends_at)


def test_what_is_held_is_not_sent_while_the_focus_lasts_however_often_it_is_tried(held):
    for minutes in (1, 49):
        with clock.at(after(minutes)):
            effects.deliver.call(held.pk)
            deliver_forgotten()
    held.refresh_from_db()
    assert (held.state, held.attempts) == (OutboxState.QUEUED, 0)


def test_it_comes_once_when_the_focus_is_over_also_without_the_job_that_ends_it(held):
    with clock.at(after(51)):
        effects.deliver.call(held.pk)
        effects.deliver.call(held.pk)
        deliver_forgotten()
    held.refresh_from_db()
    assert (held.state, held.attempts, held.held_for) == (OutboxState.SENT, 1, None)


def test_a_worker_that_dies_with_it_in_hand_loses_nothing_and_doubles_nothing(held):
    with clock.at(after(51)):
        claimed = effects._claim(held)
        assert claimed  # and here the worker is killed
        effects.deliver.call(held.pk)
        held.refresh_from_db()
        assert held.state == OutboxState.QUEUED
    with clock.at(after(65)):  # the lease is over
        deliver_forgotten()
        effects.deliver.call(held.pk)
    held.refresh_from_db()
    assert (held.state, held.attempts) == (OutboxState.SENT, 2)


def test_ending_early_sends_what_was_held_at_once(held, maria, focus):
    with clock.at(after(10)):
        end_focus(by=maria, block=focus)
        held.refresh_from_db()
        assert held.state == OutboxState.SENT


def test_staying_longer_holds_on(held, maria, focus):
    with clock.at(after(40)):
        extend_focus(by=maria, block=focus, until=after(75))
    with clock.at(after(51)):
        effects.deliver.call(held.pk)
        keep_time()
        held.refresh_from_db()
        assert (held.state, held.not_before) == (OutboxState.QUEUED, after(75))
    with clock.at(after(76)):
        keep_time()
    held.refresh_from_db()
    assert held.state == OutboxState.SENT


def test_an_assignment_waits_too(focus, ticket, ada, maria):
    assign(by=ada, ticket=ticket, assignee=maria)
    assert [mail.is_held for mail in mails_to(maria, "assigned")] == [True]


def test_what_tells_how_to_sign_in_is_never_held(focus, maria):
    sent = post(to=maria, kind="password", key="link", subject="Sign in", text="…", is_secret=True)
    assert sent is not None
    sent.refresh_from_db()
    assert sent.state == OutboxState.SENT


@pytest.mark.parametrize(
    ("headers", "state"),
    [
        ({"X-Foredesk-Secret": "yes"}, OutboxState.SENT),
        ({"X-Foredesk-Kind": "password"}, OutboxState.SENT),
        ({}, OutboxState.QUEUED),
    ],
)
def test_of_the_mails_of_other_libraries_all_wait_that_are_not_about_signing_in(focus, maria, headers, state):
    letter = EmailMessage("News", "Somebody joined.", to=[maria.email], headers=headers)
    OutboxBackend().send_messages([letter])
    assert [mail.state for mail in mails_to(maria)] == [state]


def test_what_somebody_hears_as_a_customer_is_what_they_wait_for_themselves(focus, ask, maria, ada):
    own = ask(maria, goal="My own chair squeaks")
    tickets.reply(by=ada, ticket=own, body="We come by.")
    assert [mail.state for mail in mails_to(maria)] == [OutboxState.SENT, OutboxState.SENT]


def test_nobody_else_is_held_up(focus, ticket, ada, maria, jan):
    mention(ticket, ada, maria, jan)
    assert [mail.state for mail in mails_to(jan, "mentioned")] == [OutboxState.SENT]


def test_an_emergency_goes_out_at_once_with_its_reason_on_top(focus, ticket, ada, maria):
    mention(ticket, ada, maria, emergency=EMERGENCY)
    (mail,) = mails_to(maria, "mentioned")
    assert mail.state == OutboxState.SENT
    assert mail.subject.startswith("Emergency: ")
    assert mail.text.index(EMERGENCY.reason) < mail.text.index("Please look at the drum.")


def test_who_left_meanwhile_hears_nothing(held, maria, lead):
    Person.objects.filter(pk=maria.pk).update(is_active=False)
    with clock.at(after(51)):
        keep_time()
    held.refresh_from_db()
    assert (held.state, held.text) == (OutboxState.DROPPED, "")


def test_in_the_outbox_it_says_why_it_waits(held, lead, client):
    client.force_login(lead)
    assert "Held while Maria is in focus, until" in client.get("/desk/outbox/").content.decode()
    assert "Held while Maria is in focus" in client.get(f"/desk/outbox/{held.pk}/").content.decode()
