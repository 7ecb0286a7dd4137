"""The pages: what somebody in focus sees, what others are told before they interrupt, and the page of the shield."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.kit import clock
from foredesk.shield.actions import (
    add_absence,
    add_note,
    ask_to_swap,
    assign,
    keep_time,
    plan_focus,
    share_between_two,
    start_focus,
)
from foredesk.shield.models import Definition, FocusBlock, Pierce
from foredesk.tickets.models import Message
from tests.factories import PersonFactory

from .conftest import EMERGENCY, MONDAY, after, signed_in


def text_of(response) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def note(browser, ticket, **fields):
    return browser.post(
        reverse("desk:note", args=[ticket.pk]), {f"note-{name}": value for name, value in fields.items()}
    )


# --- Whoever is in focus -------------------------------------------------------------------------------


def test_mentions_and_assignments_show_under_mine_when_the_focus_is_over(focus, ticket, ask, maya, ada, maria):
    other = ask(maya, goal="The beamer hums")
    add_note(by=ada, ticket=ticket, body="Look at the drum", mentions=[maria])
    assign(by=ada, ticket=other, assignee=maria)
    mine, page = reverse("desk:mine"), signed_in(maria)
    said = text_of(page.get(mine))
    assert "2 things wait until" in said
    assert "Look at the drum" not in said
    assert "The beamer hums" not in said
    looked = text_of(page.get(mine + "?look=now"))
    assert "Look at the drum" in looked
    assert "The beamer hums" in looked
    with clock.at(after(51)):
        keep_time()
        afterwards = text_of(page.get(mine))
    assert "Look at the drum" in afterwards
    assert "The beamer hums" in afterwards
    assert "wait until" not in afterwards


def test_what_waits_is_not_counted_in_the_navigation(focus, ticket, ada, maria):
    counted = re.compile(r'href="/desk/mine/".*?</a>', re.DOTALL)
    assign(by=ada, ticket=ticket, assignee=maria)
    (link,) = counted.findall(signed_in(maria).get("/desk/").content.decode())
    assert "count" not in link
    with clock.at(after(51)):
        (link,) = counted.findall(signed_in(maria).get("/desk/").content.decode())
    assert 'class="count">1<' in link


def test_the_outbox_asks_as_much_of_the_database_for_three_held_mails_as_for_one(focus, ticket, ada, maria, jan, lead):
    page, asked = signed_in(lead), []
    start_focus(by=ada, until=after(50), shield=lead)
    for number in (1, 2):
        for word in ("one", "two")[:number]:
            add_note(by=jan, ticket=ticket, body=f"{number} {word}", mentions=[maria, ada])
        page.get(reverse("mail:outbox"))
        with CaptureQueriesContext(connection) as queries:
            page.get(reverse("mail:outbox"))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_what_pierced_shows_at_once(focus, ticket, ada, maria):
    add_note(by=ada, ticket=ticket, body="Look at the drum", mentions=[maria], emergency=EMERGENCY)
    assign(by=ada, ticket=ticket, assignee=maria, emergency=EMERGENCY)
    said = text_of(signed_in(maria).get(reverse("desk:mine")))
    assert "Nothing waits for you" in said
    assert "Look at the drum" in said


# --- Whoever wants something of them -------------------------------------------------------------------


def test_whoever_mentions_somebody_in_focus_is_told_before_it_is_sent(focus, ticket, browser, maria):
    asked = note(browser, ticket, body="@Maria please", key="b" * 32)
    said = text_of(asked)
    assert asked.status_code == 422
    assert "Maria is in focus until 10:50; Jan is the shield. Maria will see this then." in said
    assert Definition.objects.count() == 0
    assert "An emergency cannot wait until the focus ends" in said
    assert not Message.objects.exists()
    sent = note(browser, ticket, body="@Maria please", key="b" * 32, told=str(maria.pk), when="then")
    assert sent.status_code == 302
    assert Message.objects.count() == 1
    assert not Pierce.objects.exists()


def test_an_emergency_needs_its_reason_and_cause_in_the_form_too(focus, ticket, browser, maria):
    known = {"body": "@Maria help", "told": str(maria.pk), "when": "now"}
    refused = text_of(note(browser, ticket, **known))
    assert "Say in a sentence why it cannot wait." in refused
    assert "Choose which kind of emergency it is." in refused
    assert not Message.objects.exists()
    note(browser, ticket, **known, cause=EMERGENCY.cause, reason=EMERGENCY.reason)
    assert Pierce.objects.get().reason == EMERGENCY.reason


def test_asking_somebody_in_focus_to_take_it_on_asks_the_same(focus, ticket, browser, maria):
    address = reverse("desk:assignee", args=[ticket.pk])
    asked = browser.post(address, {"assignee": maria.pk})
    assert "Maria is in focus until" in text_of(asked)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    browser.post(
        address, {"assignee": maria.pk, "told": maria.pk, "when": "now", "cause": EMERGENCY.cause, "reason": "x"}
    )
    ticket.refresh_from_db()
    assert ticket.assignee == maria
    assert Pierce.objects.get().message is None


def test_no_question_is_asked_about_people_who_are_free(ticket, browser, maria):
    assert note(browser, ticket, body="@Maria please").status_code == 302


# --- The page of the shield ----------------------------------------------------------------------------


def test_everybody_sees_who_is_in_focus_who_shields_them_and_where_to_go(focus, browser):
    said = text_of(browser.get(reverse("shield:shield")))
    assert "Maria Weiss in focus until today 10:50" in said
    assert "Go to Jan instead." in said


def test_focus_is_begun_planned_and_ended_on_the_page(maria, jan):
    page = signed_in(maria)
    assert "Nobody holds the rapid desk for all of that time" in text_of(
        page.post(reverse("shield:start"), {"minutes": 25})
    )
    page.post(reverse("shield:start"), {"minutes": 25, "shield": jan.pk})
    block = FocusBlock.objects.get()
    assert block.ends_at == after(25)
    page.post(reverse("shield:longer", args=[block.pk]), {"minutes": 25})
    page.post(reverse("shield:end", args=[block.pk]))
    block.refresh_from_db()
    assert (block.ends_at, block.over_at) == (after(50), after(0))
    page.post(
        reverse("shield:plan"),
        {"day": "2026-11-17", "begins": "10:00", "until": "11:30", "shield": jan.pk},
    )
    planned = FocusBlock.objects.latest("pk")
    assert (planned.begins_at, planned.ends_at) == (after(24 * 60), after(25 * 60 + 30))


def test_until_a_time_is_read_by_the_readers_clock(maria, jan):
    signed_in(maria).post(reverse("shield:start"), {"until": "11:15", "shield": jan.pk})
    assert FocusBlock.objects.get().ends_at == after(75)


@pytest.mark.parametrize(
    "data", [{}, {"until": "soon"}, {"until": "09:00"}, {"minutes": "7"}, {"minutes": "25", "shield": "x"}]
)
def test_nonsense_is_answered_with_what_to_mend(maria, jan, data):
    answer = signed_in(maria).post(reverse("shield:start"), data)
    assert answer.status_code == 422
    assert not FocusBlock.objects.exists()


def test_the_definition_is_the_organisations_and_a_leads_to_change(lead, ada, focus, ticket):
    address = reverse("shield:emergencies")
    assert "Change it" not in text_of(signed_in(ada).get(address))
    changed = {"words": "Only what harms people.", "causes": "Fire\nFlood", "phone": "112"}
    assert (
        "A desk lead decides this." in text_of(signed_in(ada).post(address, changed)) or not Definition.objects.exists()
    )
    signed_in(lead).post(address, changed)
    said = text_of(signed_in(ada).get(address))
    assert "Only what harms people. Fire Flood" in said
    assert "Only what harms people." in text_of(note(signed_in(ada), ticket, body="@Maria please"))


@pytest.mark.parametrize("name", ["shield:shield", "shield:roster", "desk:today", "shield:calendars"])
def test_a_page_asks_as_much_of_the_database_for_three_as_for_one(name, lead, maria, jan, ada):
    share_between_two(by=lead, morning=jan, afternoon=ada)
    page = signed_in(lead)
    asked = []
    for people in ([maria], [PersonFactory(agent=True), PersonFactory(agent=True)]):
        for person in people:
            start_focus(by=person, until=after(50))
            plan_focus(by=person, begins_at=after(60), ends_at=after(90))
            add_absence(by=person, person=person, first=MONDAY.date(), last=MONDAY.date())
            ask_to_swap(by=jan, shift=jan.shifts.order_by("begins_at")[1], of=person)
        page.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            page.get(reverse(name))
        asked.append(len(queries))
    assert asked[0] == asked[1]
