"""People who are taken out, and reasons that are kept no longer than the words they belong to."""

from datetime import timedelta

import pytest

from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.operations.actions import erase_person
from foredesk.people.models import Person
from foredesk.shield import queries
from foredesk.shield.actions import (
    Emergency,
    add_absence,
    add_note,
    ask_to_swap,
    let_go_of_reasons,
    make_feed,
    plan_focus,
    share_between_two,
)
from foredesk.shield.models import Absence, Feed, FocusBlock, Pierce, Shift, Slot, Swap
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory

from .conftest import EMERGENCY, MONDAY, after


@pytest.fixture
def olga(db):
    return PersonFactory(administrator=True)


def test_whoever_is_taken_out_leaves_roster_and_focus_and_their_name_the_reasons(
    focus, ticket, ada, maria, jan, lead, olga, django_capture_on_commit_callbacks
):
    share_between_two(by=lead, morning=jan, afternoon=ada)
    swap = ask_to_swap(by=jan, shift=Shift.objects.filter(person=jan).order_by("begins_at")[1], of=maria)
    plan_focus(by=maria, begins_at=after(60), ends_at=after(90), shield=jan)
    add_absence(by=maria, person=maria, first=MONDAY.date(), last=MONDAY.date())
    make_feed(by=maria, is_team=True)
    reason = "Maria Weiss alone knows the password"
    add_note(by=ada, ticket=ticket, body="Help", mentions=[maria], emergency=Emergency(EMERGENCY.cause, reason))
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(by=olga, person=maria)
    maria = Person.objects.get(pk=maria.pk)
    assert maria.undisturbed_until is None
    assert not queries.blocks_now().exists()
    assert list(FocusBlock.objects.values_list("over_at", flat=True)) == [MONDAY]
    assert not Feed.objects.exists()
    assert not Absence.objects.exists()
    swap.refresh_from_db()
    assert (swap.answered_at, swap.agreed) == (MONDAY, None)
    assert Pierce.objects.get().reason == f"{maria.full_name} alone knows the password"
    assert not OutboxMessage.objects.filter(text__contains="Weiss").exists()


def test_whoever_held_the_desk_and_is_taken_out_holds_it_no_longer(jan, ada, lead, olga):
    share_between_two(by=lead, morning=jan, afternoon=ada)
    erase_person(by=olga, person=jan)
    assert not Slot.objects.filter(person=jan).exists()
    assert not Shift.objects.filter(person=jan, begins_at__gt=MONDAY).exists()


def test_who_left_holds_nothing_and_their_plans_never_begin(jan, ada, lead, maria):
    share_between_two(by=lead, morning=jan, afternoon=ada)
    Person.objects.filter(pk=jan.pk).update(is_active=False)
    assert queries.holders() == []
    assert queries.days(MONDAY.date(), 1)[0].gaps


def test_reasons_go_with_the_words_of_their_ticket_and_figures_stay(focus, ticket, ada, maria):
    add_note(by=ada, ticket=ticket, body="Help", mentions=[maria], emergency=EMERGENCY)
    assert let_go_of_reasons() == 0
    Ticket.objects.filter(pk=ticket.pk).update(forgotten_at=clock.now() + timedelta(days=1))
    assert let_go_of_reasons() == 1
    assert let_go_of_reasons() == 0
    pierce = Pierce.objects.get()
    assert (pierce.reason, pierce.cause) == ("", EMERGENCY.cause)
    assert not Swap.objects.exists()
