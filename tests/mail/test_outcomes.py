"""What becomes of a mail besides being sent: not sent, come back, tried again; and what is known of addresses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from foredesk.activity.queries import events_about
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail import actions, queries, rules
from foredesk.mail.effects import deliver
from foredesk.mail.enums import NotSent, OutboxState
from foredesk.mail.models import BadAddress, OutboxMessage
from foredesk.people.actions import make_findable
from foredesk.people.enums import Role
from foredesk.people.models import Person
from foredesk.people.rules import no_address_for

from .test_actions import a_mail

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GONE = "550 5.1.1 No such person"


def test_the_pauses_grow_and_last_two_days() -> None:
    assert sum(rules.PAUSES, timedelta()) == timedelta(hours=48)
    assert sorted(rules.PAUSES) == rules.PAUSES


def test_who_has_no_address_is_told_nothing_and_that_is_seen(queue: None) -> None:
    walker = Person.objects.create(full_name="Wim Walker", email=no_address_for("Wim Walker"))
    message = a_mail(to=walker)
    assert (message.state, message.not_sent_because) == (OutboxState.DROPPED, NotSent.NO_ADDRESS)
    assert (message.to, message.to_name, message.person) == ("", "Wim Walker", walker)
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("why", [NotSent.CAP, NotSent.MACHINE])
def test_whoever_posts_may_say_why_it_is_not_sent(sink: Any, why: NotSent) -> None:
    message = a_mail(not_sent=why)
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.not_sent_because) == (OutboxState.DROPPED, why)
    assert not sink.mails


def test_a_permanent_bounce_marks_the_mail_and_stops_the_next_ones(sink: Any, person: Callable[..., Person]) -> None:
    first, waiting = a_mail(), a_mail(key="waiting")
    secret = a_mail(key="link", is_secret=True)
    deliver.call(first.pk)
    with clock.at(MONDAY):
        actions.mark_bounce(address="Maya@College.example", permanent=True, reason=f"{GONE}\nreally", mail=first)
    for mail in (first, waiting, secret):
        mail.refresh_from_db()
    assert (first.state, first.error) == (OutboxState.BOUNCED, f"{GONE} really")
    assert (waiting.state, waiting.not_sent_because) == (OutboxState.DROPPED, NotSent.REFUSES)
    assert secret.state == OutboxState.QUEUED  # who wants to sign in asked for it just now
    later = a_mail(key="later")
    assert (later.state, later.not_sent_because) == (OutboxState.DROPPED, NotSent.REFUSES)
    assert later.error == f"Since 2 March 2026: {GONE} really"
    assert a_mail(key="other link", is_secret=True).state == OutboxState.QUEUED


def test_a_temporary_bounce_is_only_noted(sink: Any) -> None:
    message = a_mail()
    deliver.call(message.pk)
    for _ in range(2):
        actions.mark_bounce(address="", permanent=False, reason="452 4.2.2 Mailbox full", mail=message)
    message.refresh_from_db()
    assert (message.state, message.error) == (OutboxState.SENT, "452 4.2.2 Mailbox full")
    bad = BadAddress.objects.get()
    assert (bad.address, bad.is_permanent, bad.times, bad.mail) == ("maya@college.example", False, 2, message)
    assert a_mail(key="2").state == OutboxState.QUEUED
    with clock.at(MONDAY):
        actions.mark_bounce(address=bad.address, permanent=True, reason=GONE)
    actions.mark_bounce(address=bad.address, permanent=False, reason="452 again")
    bad.refresh_from_db()
    assert (bad.is_permanent, bad.since, bad.times) == (True, MONDAY, 4)


def test_a_bounce_that_names_nothing_is_no_error() -> None:
    actions.mark_bounce(address="", permanent=True, reason="?")
    assert not BadAddress.objects.exists()


def test_a_server_that_knows_nobody_there_marks_the_address_at_once(sink: Any) -> None:
    sink.answer_to_recipient = GONE
    message = a_mail()
    deliver.call(message.pk)
    message.refresh_from_db()
    assert message.state == OutboxState.FAILED
    assert BadAddress.objects.get().mail == message
    sink.answer_to_recipient = "550 5.7.1 We do not relay"
    deliver.call(a_mail(key="2", to="kim@college.example").pk)
    assert BadAddress.objects.count() == 1


def test_whoever_writes_to_us_gets_mail_again(queue: None) -> None:
    actions.mark_bounce(address="maya@college.example", permanent=True, reason=GONE)
    actions.heard_from(" Maya@college.example")
    assert a_mail().state == OutboxState.QUEUED


def test_somebody_of_it_lets_an_address_be_tried_again(sink: Any, person: Callable[..., Person]) -> None:
    agent, lead, customer = person(Role.AGENT), person(Role.LEAD), person()
    actions.mark_bounce(address="maya@college.example", permanent=True, reason=GONE)
    dropped = a_mail()
    assert not actions.retry_mail(by=lead, message=dropped)
    with pytest.raises(Refused):
        actions.forget_bounce(by=customer, address="maya@college.example")
    bad = BadAddress.objects.get()
    assert actions.forget_bounce(by=agent, address="maya@college.example")
    assert not actions.forget_bounce(by=agent, address="maya@college.example")
    assert [event.tag for event in events_about(bad)] == ["mail:address:cleared"]
    assert rules.can_retry(lead, dropped)
    assert actions.retry_mail(by=lead, message=dropped)
    deliver.call(dropped.pk)
    dropped.refresh_from_db()
    assert (dropped.state, dropped.not_sent_because, dropped.error) == (OutboxState.SENT, "", "")


def test_what_came_back_can_be_sent_again(sink: Any, person: Callable[..., Person]) -> None:
    message, lead = a_mail(), person(Role.LEAD)
    deliver.call(message.pk)
    actions.mark_bounce(address=message.to, permanent=True, reason=GONE, mail=message)
    message.refresh_from_db()
    assert rules.can_retry(lead, message)
    actions.heard_from(message.to)
    assert actions.retry_mail(by=lead, message=message)
    deliver.call(message.pk)
    assert len(sink.mails) == 2
    assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"]


def test_erasing_somebody_takes_their_address_and_choice_along(queue: None, person: Callable[..., Person]) -> None:
    maya = person()
    message = a_mail(to=maya)
    actions.mark_seen(by=maya, up_to=message.pk)
    actions.mark_bounce(address=maya.email, permanent=False, reason=f"452 {maya.email} is full", mail=message)
    actions.forget_mails_to(person=maya, pseudonym="former-1@erased.invalid")
    message.refresh_from_db()
    assert (message.to, message.to_name, message.text, message.error) == ("former-1@erased.invalid", "", "", "")
    assert (message.state, message.not_sent_because) == (OutboxState.DROPPED, NotSent.LET_GO)
    assert not BadAddress.objects.exists()
    assert queries.seen_up_to(maya) == 0


# --- Pages ------------------------------------------------------------------------------------------------
@pytest.fixture
def lead(client: Client, person: Callable[..., Person]) -> Client:
    client.force_login(person(Role.LEAD, "Ada Lead"))
    return client


def test_the_log_says_for_each_mail_where_it_is_and_why(lead: Client, sink: Any, person: Callable[..., Person]) -> None:
    came_back, late = a_mail(subject="Came back"), a_mail(key="2", to="kim@college.example", subject="Later")
    deliver.call(came_back.pk)
    actions.mark_bounce(address=came_back.to, permanent=True, reason=GONE, mail=came_back)
    a_mail(key="3", subject="Stopped")
    sink.answers = ["451 Busy"]
    deliver.call(late.pk)
    a_mail(key="4", not_sent=NotSent.CAP, to="rik@college.example", subject="Capped")

    def listed(**wanted: str) -> str:
        return lead.get(reverse("mail:outbox"), wanted).content.decode()

    everything = listed()
    for words in (
        "came back",
        GONE,
        "this address refuses mail",
        "trying again",
        "Next try:",
        "451 Busy",
        "the cap on",
    ):
        assert words in everything
    for state, subject in {"bounced": "Came back", "deferred": "Later", "dropped": "Stopped"}.items():
        assert subject in listed(state=state)
    assert "Later" not in listed(state="dropped")
    for page in (came_back, late):
        said = lead.get(reverse("mail:message", args=[page.pk])).content.decode()
        assert ("Write there again" in said) == (page == came_back)
    for state in ("bounced", "deferred", "dropped"):
        OutboxMessage.objects.all().delete()
        assert "empty-title" in listed(state=state)


def test_the_log_is_searched_by_whom_it_went_to(lead: Client, queue: None, person: Callable[..., Person]) -> None:
    make_findable([person()])
    for number in range(45):
        a_mail(key=f"{number}", to=person(), subject=f"To Maya {number}")
    a_mail(key="kim", to="kim@college.example", subject="To Kim")
    address = reverse("mail:outbox")
    found = lead.get(address, {"to": "ort maya"}).content.decode()
    assert "To Maya 44" in found
    assert "To Kim" not in found
    assert "to=ort+maya&amp;before=" in found
    assert "To Kim" in lead.get(address, {"to": "Kim@college.example"}).content.decode()
    nobody = lead.get(address, {"to": "<nobody>\0"}).content.decode()
    assert "No mail to “&lt;nobody&gt;”" in nobody


def test_the_person_page_says_that_mail_comes_back_and_lets_it_be_tried(
    lead: Client, queue: None, person: Callable[..., Person]
) -> None:
    maya = person()
    page = reverse("people:person", args=[maya.pk])
    assert "comes back" not in lead.get(page).content.decode()
    actions.mark_bounce(address=maya.email, permanent=True, reason=GONE)
    said = lead.get(page).content.decode()
    assert "Mail to this address comes back." in said
    assert GONE in said
    answer = lead.post(reverse("mail:clearing"), {"address": maya.email, "next": page})
    assert answer["Location"] == page
    assert "comes back" not in lead.get(page).content.decode()
    elsewhere = lead.post(reverse("mail:clearing"), {"address": maya.email, "next": "https://evil.example/"})
    assert elsewhere["Location"] == "/"


@pytest.mark.parametrize("page", ["mail:outbox"])
def test_the_log_asks_as_often_for_three_mails_as_for_one(lead: Client, queue: None, page: str) -> None:
    counts = []
    for number in range(3):
        a_mail(key=f"{number}", about="ticket:1", not_sent=NotSent.CAP if number else None)
        if number in {0, 2}:
            lead.get(reverse(page))
            with CaptureQueriesContext(
                connection,
            ) as seen:
                lead.get(reverse(page))
            counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("domain", "state"), [("busy.example", "deferred"), ("refuses.example", "failed")])
def test_where_mails_are_kept_two_servers_are_played(
    queue: None, settings: Any, person: Callable[..., Person], domain: str, state: str
) -> None:
    settings.MAIL_TRANSPORT = "kept"
    message = a_mail(to=f"maya@{domain}")
    deliver.call(message.pk)
    message.refresh_from_db()
    assert message.state == state
    assert message.error[:1] in {"4", "5"}
    assert not BadAddress.objects.exists()  # neither says that nobody is there
