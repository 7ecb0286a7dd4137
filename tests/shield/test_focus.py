"""Focus blocks: begun, planned, made longer, ended; and what they refuse."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foredesk.activity.models import Event
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.queries import held_mails
from foredesk.people.models import Person
from foredesk.people.rules import is_undisturbed
from foredesk.shield import queries, signals
from foredesk.shield.actions import (
    add_note,
    assign,
    begin,
    end_focus,
    extend_focus,
    finish,
    keep_time,
    plan_focus,
    share_between_two,
    start_focus,
)
from foredesk.shield.models import FocusBlock, Pierce
from tests.factories import PersonFactory

from .conftest import EMERGENCY, MONDAY, after, signed_in


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_whoever_is_in_focus_is_undisturbed_until_it_ends(focus, maria):
    assert fresh(maria).undisturbed_until == focus.ends_at
    with clock.at(focus.ends_at):
        assert not is_undisturbed(fresh(maria))


def test_a_planned_block_begins_and_ends_by_itself_once(maria, jan):
    block = plan_focus(by=maria, begins_at=after(60), ends_at=after(110), shield=jan)
    keep_time()
    assert not is_undisturbed(fresh(maria))
    with clock.at(after(60)):
        keep_time()
        assert not begin(FocusBlock.objects.get(pk=block.pk))
        assert is_undisturbed(fresh(maria))
    with clock.at(after(111)):
        keep_time()
        assert not finish(FocusBlock.objects.get(pk=block.pk))
    block.refresh_from_db()
    assert (block.begun_at, block.over_at) == (after(60), after(110))
    tags = list(Event.objects.filter(about_type="shield.focusblock").values_list("tag", flat=True))
    assert tags == ["focus:planned", "focus:begun", "focus:ended"]


def test_a_block_that_begins_right_after_another_is_not_ended_with_it(focus, ticket, maria, jan, ada):
    add_note(by=ada, ticket=ticket, body="Look", mentions=[maria])
    with clock.at(after(50)):
        following = start_focus(by=maria, until=after(75), shield=jan)
        keep_time()
        assert fresh(maria).undisturbed_until == following.ends_at
        assert held_mails(maria).count() == 1
    with clock.at(after(75)):
        keep_time()
    assert held_mails(maria).count() == 0


def test_two_blocks_of_one_person_never_overlap(focus, maria, jan):
    with pytest.raises(Refused, match="in focus then already"):
        plan_focus(by=maria, begins_at=after(49), ends_at=after(70), shield=jan)
    assert plan_focus(by=maria, begins_at=after(50), ends_at=after(70), shield=jan)


def test_a_block_needs_a_shield(maria, jan):
    with pytest.raises(Refused, match="name a colleague"):
        start_focus(by=maria, until=after(25))


def test_nobody_shields_who_is_in_focus_then(focus, maria, jan, ada):
    with pytest.raises(Refused, match="Maria is in focus then, too"):
        start_focus(by=ada, until=after(25), shield=maria)
    with pytest.raises(Refused, match="You are the shield of Maria"):
        start_focus(by=jan, until=after(25), shield=ada)


def test_whoever_holds_the_rapid_desk_is_not_in_focus_and_shields_the_others(lead, maria, jan):
    share_between_two(by=lead, morning=jan, afternoon=maria)
    block = start_focus(by=maria, until=after(50))
    assert queries.shields_of(block) == [jan]
    with pytest.raises(Refused, match="You hold the rapid desk then"):
        plan_focus(by=maria, begins_at=after(60 * 4), ends_at=after(60 * 5), shield=jan)


@pytest.mark.parametrize(
    ("begins", "ends", "says"),
    [
        (-30, 20, "passed"),
        (10, 10, "end after"),
        (10, 10 + 241, "four hours"),
        (40 * 1440, 40 * 1440 + 5, "four weeks"),
    ],
)
def test_impossible_times_are_refused_with_a_sentence(maria, jan, begins, ends, says):
    with pytest.raises(Refused, match=says):
        plan_focus(by=maria, begins_at=after(begins), ends_at=after(ends), shield=jan)


def test_longer_is_refused_where_it_runs_into_something(focus, maria, jan):
    plan_focus(by=maria, begins_at=after(60), ends_at=after(90), shield=jan)
    with pytest.raises(Refused, match="in focus then already"):
        extend_focus(by=maria, block=focus, until=after(75))
    extend_focus(by=maria, block=focus, until=after(60))
    assert fresh(maria).undisturbed_until == after(60)


def test_nobody_ends_somebody_elses_focus(focus, jan, maria):
    with pytest.raises(Refused, match="Only Maria"):
        end_focus(by=jan, block=focus)
    assert signed_in(jan).post(reverse("shield:end", args=[focus.pk])).status_code == 404


def test_a_plan_that_is_dropped_is_as_if_it_had_never_been(maria, jan):
    block = plan_focus(by=maria, begins_at=after(60), ends_at=after(110), shield=jan)
    end_focus(by=maria, block=block)
    assert not FocusBlock.objects.exists()
    assert queries.figures().planned == 0


def test_a_team_of_one_announces_project_time(db):
    alone = PersonFactory(full_name="Solo Sam", agent=True)
    block = start_focus(by=alone, until=after(90))
    assert block.is_announced
    assert queries.announced_now() == block
    page = signed_in(PersonFactory()).get(reverse("portal:home")).content.decode()
    assert "project time" in page


def test_without_announced_time_customers_read_nothing_of_it(focus, maya):
    assert "project time" not in signed_in(maya).get(reverse("portal:home")).content.decode()


def test_what_webhooks_are_told_names_no_ticket(maria, jan):
    heard = []

    def listen(event, **kwargs):
        heard.append(event)

    signals.focus_begun.connect(listen)
    signals.focus_ended.connect(listen)
    try:
        block = start_focus(by=maria, until=after(50), shield=jan)
        with clock.at(after(10)):
            end_focus(by=maria, block=block)
    finally:
        signals.focus_begun.disconnect(listen)
        signals.focus_ended.disconnect(listen)
    assert [event["type"] for event in heard] == ["focus.begun", "focus.ended"]
    assert heard[0] == {
        "type": "focus.begun",
        "id": block.pk,
        "at": MONDAY.isoformat(),
        "person": maria.pk,
        "name": "Maria Weiss",
        "begins_at": MONDAY.isoformat(),
        "ends_at": after(50).isoformat(),
        "shield": ["Jan de Boer"],
        "announced": False,
    }
    assert heard[1]["ends_at"] == after(10).isoformat()


# --- Emergencies --------------------------------------------------------------------------------------


def test_a_pierce_is_written_down_with_who_whom_why_and_when(focus, ticket, ada, maria):
    note = add_note(by=ada, ticket=ticket, body="Help", mentions=[maria], emergency=EMERGENCY, key="a" * 32)
    again = add_note(by=ada, ticket=ticket, body="Help", mentions=[maria], emergency=EMERGENCY, key="a" * 32)
    assert note == again
    pierce = Pierce.objects.get()
    assert (pierce.by, pierce.block.person, pierce.ticket, pierce.message) == (ada, maria, ticket, note)
    assert (pierce.cause, pierce.reason, pierce.at) == (EMERGENCY.cause, EMERGENCY.reason, MONDAY)
    event = Event.objects.get(tag="ticket:pierced")
    assert event.data == {"whom": "Maria Weiss", "cause": EMERGENCY.cause, "reason": EMERGENCY.reason}


@pytest.mark.parametrize(("cause", "reason"), [("Many people cannot work", "  "), ("I am bored", "Really")])
def test_a_pierce_needs_a_reason_and_a_cause_of_the_definition(focus, ticket, ada, maria, cause, reason):
    emergency = type(EMERGENCY)(cause=cause, reason=reason)
    with pytest.raises(Refused):
        add_note(by=ada, ticket=ticket, body="Help", mentions=[maria], emergency=emergency)
    with pytest.raises(Refused):
        assign(by=ada, ticket=ticket, assignee=maria, emergency=emergency)
    assert not Pierce.objects.exists()
    assert not ticket.messages.exists()


def test_no_pierce_is_counted_where_nobody_is_in_focus(ticket, ada, maria):
    add_note(by=ada, ticket=ticket, body="Help", mentions=[maria], emergency=EMERGENCY)
    assert not Pierce.objects.exists()


def test_figures_count_kept_minutes_until_the_first_pierce_or_the_early_end(maria, jan, ada, ticket):
    first = start_focus(by=maria, until=after(50), shield=jan)
    for minutes in (20, 30):
        with clock.at(after(minutes)):
            add_note(by=ada, ticket=ticket, body=f"Help {minutes}", mentions=[maria], emergency=EMERGENCY)
    second = start_focus(by=ada, until=after(100), shield=jan)
    with clock.at(after(70)):
        keep_time()
        end_focus(by=ada, block=second)
        figures = queries.figures()
    assert (figures.blocks, figures.planned, figures.kept) == (2, 150, 20 + 70)
    assert [(cause.name, cause.pierces) for cause in figures.causes] == [(EMERGENCY.cause, 2)]
    with clock.at(first.begins_at + timedelta(days=29)):
        assert queries.figures().blocks == 0
