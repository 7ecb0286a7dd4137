"""No silence: promised updates are stored as they end, holders reminded before, leads told at the lapse."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.calendars.rules import OFFICE_WEEK, working_time
from foredesk.kit import clock
from foredesk.kit.queue import at_once
from foredesk.mail.models import OutboxMessage
from foredesk.tickets import actions, jobs, queries
from foredesk.tickets.actions import nudge_holders, tell_of_lapses
from foredesk.tickets.effects import tell_of_silence
from foredesk.tickets.enums import Answer, Holder, PromiseOutcome, State
from foredesk.tickets.models import PromisedUpdate, Ticket
from foredesk.tickets.queries.silence import longest_silence, to_nudge
from foredesk.tickets.rules.silence import GRACE, nudge_moment
from tests.factories import PersonFactory

MINUTE = timedelta(minutes=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = working_time(zone="Europe/Amsterdam", hours=OFFICE_WEEK, country="NL")


@pytest.fixture
def olga(db):
    return PersonFactory(full_name="Olga Berg", lead=True)


@pytest.fixture
def ticket(monday, maya, tomas, printing, ask):
    """Tomás holds it since 10:00, and Maya is to hear by 12:00."""
    asked = ask(maya, goal="paperjam")
    actions.reply(by=tomas, ticket=asked, body="We are looking into it.")
    return asked


def _outcomes(ticket: Ticket) -> list[tuple[str, int]]:
    return [(one.outcome, one.silence_seconds // 60) for one in ticket.promised_updates.all()]


def _mails(kind: str, person=None) -> list[OutboxMessage]:
    mails = OutboxMessage.objects.filter(kind=kind).order_by("pk")
    return list(mails.filter(to=person.email) if person else mails)


# --- What is stored -----------------------------------------------------------------------------------


def test_a_word_in_time_keeps_the_promise(ticket, monday, printing, tomas):
    with clock.at(monday + timedelta(minutes=50)):
        actions.reply(by=tomas, ticket=ticket, body="It is the drum.")
    assert _outcomes(ticket) == [(PromiseOutcome.KEPT, 50)]
    assert ticket.promised_updates.get().due == monday + timedelta(minutes=printing.silence_minutes)


def test_the_first_word_keeps_or_misses_the_first_promise(monday, maya, tomas, printing, ask):
    soon, late = ask(maya, goal="paperjam"), ask(maya, goal="paperjam again")
    with clock.at(monday + timedelta(minutes=20)):
        actions.reply(by=tomas, ticket=soon, body="We are looking into it.")
    with clock.at(monday + timedelta(minutes=40)):
        actions.reply(by=tomas, ticket=late, body="We are looking into it.")
    assert _outcomes(soon) == [(PromiseOutcome.KEPT, 20)]
    assert _outcomes(late) == [(PromiseOutcome.MISSED, 30), (PromiseOutcome.LATE, 40)]


def test_a_lapse_and_its_late_word_are_two_rows(ticket, monday, tomas, olga):
    with clock.at(monday + timedelta(hours=3)):
        jobs.keep_from_silence()
        jobs.keep_from_silence()
        assert _outcomes(ticket) == [(PromiseOutcome.MISSED, 120)]
    with clock.at(monday + timedelta(hours=4)):
        actions.reply(by=tomas, ticket=ticket, body="Sorry.")
        assert _outcomes(ticket) == [(PromiseOutcome.MISSED, 120), (PromiseOutcome.LATE, 240)]
        assert longest_silence(ticket) == timedelta(hours=4)


def test_a_lapse_that_no_job_saw_is_stored_with_the_late_word(ticket, monday, tomas):
    with clock.at(monday + timedelta(hours=4)):
        actions.reply(by=tomas, ticket=ticket, body="Sorry.")
    assert _outcomes(ticket) == [(PromiseOutcome.MISSED, 120), (PromiseOutcome.LATE, 240)]


def test_moving_a_promise_is_neither_kept_nor_missed_and_the_silence_goes_on(ticket, monday, tomas):
    with clock.at(monday + timedelta(hours=1)):
        actions.set_next_update(by=tomas, ticket=ticket, at=monday + timedelta(hours=5))
    with clock.at(monday + timedelta(hours=4)):
        actions.reply(by=tomas, ticket=ticket, body="Still at it.")
    assert _outcomes(ticket) == [(PromiseOutcome.MOVED, 60), (PromiseOutcome.KEPT, 240)]


def test_moving_what_has_passed_does_not_hide_the_lapse(ticket, monday, tomas):
    with clock.at(monday + timedelta(hours=3)):
        actions.set_next_update(by=tomas, ticket=ticket, at=monday + timedelta(hours=5))
    assert _outcomes(ticket) == [(PromiseOutcome.MISSED, 120)]


def test_while_a_fix_is_offered_no_word_is_owed(ticket, monday, maya, tomas):
    actions.restate(by=tomas, ticket=ticket, text="You need 60 sheets by 11.")
    with clock.at(monday + timedelta(minutes=30)):
        fix = actions.offer_solution(by=tomas, ticket=ticket, text="A new drum")
        assert (ticket.next_update_due, ticket.nudge_at) == (None, None)
    with clock.at(monday + timedelta(hours=5)):
        jobs.keep_from_silence()
        actions.answer_solution(by=maya, solution=fix, answer=Answer.NO, words="It jams again")
        ticket.refresh_from_db()
        assert longest_silence(ticket) == timedelta(minutes=30)
        assert ticket.next_update_due is not None
    with clock.at(monday + timedelta(hours=6)):
        actions.reply(by=tomas, ticket=ticket, body="Oh.")
    assert _outcomes(ticket) == [(PromiseOutcome.KEPT, 30), (PromiseOutcome.KEPT, 60)]


def test_the_silence_of_older_tickets_is_read_from_their_messages(ticket, monday, tomas):
    Ticket.objects.update(silent_since=None)
    ticket.refresh_from_db()
    with clock.at(monday + timedelta(minutes=45)):
        assert longest_silence(ticket) == timedelta(minutes=45)
        actions.reply(by=tomas, ticket=ticket, body="It is the drum.")
    assert _outcomes(ticket) == [(PromiseOutcome.KEPT, 45)]


def test_silence_counts_working_time_only(ticket, monday, tomas):
    with clock.at(monday + timedelta(days=1)):  # Tuesday 10:00; Monday's doors closed at 17:00 and opened at 8:00
        actions.reply(by=tomas, ticket=ticket, body="Sorry.")
    assert _outcomes(ticket)[-1] == (PromiseOutcome.LATE, 9 * 60)


# --- Waiting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", [Holder.CUSTOMER, Holder.SUPPLIER, Holder.DATE])
def test_what_waits_keeps_the_clock_slower(ticket, monday, tomas, holder):
    far = monday + timedelta(days=10)
    actions.wait_for(by=tomas, ticket=ticket, holder=holder, reason="the drum", until=far)
    assert ticket.next_update_due == monday + timedelta(minutes=3 * 120)


def test_a_wait_promises_no_later_word_than_its_end(ticket, monday, tomas):
    soon = monday + timedelta(hours=2)
    actions.wait_for(by=tomas, ticket=ticket, holder=Holder.CUSTOMER, reason="the drum", until=soon)
    assert ticket.next_update_due == soon


def test_the_end_of_a_wait_is_the_promised_word(ticket, monday, maya, tomas, olga):
    soon = monday + timedelta(hours=2)
    actions.wait_for(by=tomas, ticket=ticket, holder=Holder.DATE, reason="the drum", until=soon)
    with clock.at(soon + timedelta(seconds=50)), at_once():
        jobs.keep_from_silence()
        jobs.end_waits()
        ticket.refresh_from_db()
        assert ticket.state == State.WORKING
        assert ticket.next_update_due == clock.now() + timedelta(hours=2)
        assert _outcomes(ticket) == [(PromiseOutcome.KEPT, 120)]
        assert not _mails("silent")


def test_when_the_customer_answers_the_usual_clock_counts_again(ticket, monday, maya, tomas):
    actions.wait_for(
        by=tomas, ticket=ticket, holder=Holder.CUSTOMER, reason="the number", until=monday + timedelta(days=9)
    )
    with clock.at(monday + timedelta(minutes=30)):
        actions.write_as_customer(by=maya, ticket=ticket, body="It is 118.")
        assert ticket.next_update_due == clock.now() + timedelta(minutes=120)


# --- The holder is reminded -----------------------------------------------------------------------------


def test_the_holder_is_reminded_once_before_the_lapse(ticket, monday, tomas):
    assert ticket.nudge_at == monday + timedelta(minutes=96)  # a fifth of two hours before noon
    with clock.at(monday + timedelta(minutes=95)), at_once():
        nudge_holders()
        assert not _mails("silent_soon")
    with clock.at(monday + timedelta(minutes=96)), at_once():
        nudge_holders()
        nudge_holders()
    (mail,) = _mails("silent_soon", tomas)
    assert mail.subject == f"Maya hears from you by 12:00 [{ticket.pk}]"
    assert "“Paperjam”" in mail.text
    assert "A short word is enough" in mail.text
    assert f"/desk/tickets/{ticket.pk}/" in mail.text
    assert mail.about == f"ticket:{ticket.pk}"
    ticket.refresh_from_db()
    assert ticket.nudge_at is None


def test_a_new_promise_is_a_new_chance(ticket, monday, tomas):
    with clock.at(monday + timedelta(minutes=96)), at_once():
        nudge_holders()
        actions.reply(by=tomas, ticket=ticket, body="It is the drum.")
    with clock.at(monday + timedelta(minutes=96 + 96)), at_once():
        nudge_holders()
    assert len(_mails("silent_soon", tomas)) == 2


def test_who_wrote_meanwhile_is_not_reminded(ticket, monday, tomas):
    due = ticket.next_update_due.isoformat()
    actions.reply(by=tomas, ticket=ticket, body="It is the drum.", next_update=monday + timedelta(hours=1))
    with at_once():
        tell_of_silence.enqueue("silent_soon", tomas.pk, [[ticket.pk, due]])
    assert not _mails("silent_soon")


def test_of_a_moment_that_has_passed_nobody_is_reminded(ticket, monday, olga):
    with clock.at(monday + timedelta(hours=5)), at_once():
        nudge_holders()
        assert not _mails("silent_soon")
        tell_of_lapses()
        assert len(_mails("silent", olga)) == 1


def test_where_nobody_holds_it_nobody_is_reminded(monday, maya, tomas, printing, ask):
    asked = ask(maya, goal="paperjam")
    with clock.at(asked.next_update_due), at_once():
        nudge_holders()
        assert not _mails("silent_soon")
        assert [row.ticket for row in queries.silent_soon(tomas)] == [asked]


def test_several_promises_make_one_mail_without_customers_words(monday, maya, tomas, printing, ask):
    asked = [ask(maya, goal=f"paperjam {n}") for n in range(3)]
    for one in asked:
        actions.take(by=tomas, ticket=one)
    with clock.at(monday + timedelta(minutes=29)), at_once():
        nudge_holders()
    (mail,) = _mails("silent_soon", tomas)
    assert mail.subject == "3 customers hear from you soon, the first by 10:30"
    assert all(f"Request {one.pk}: by 10:30" in mail.text for one in asked)
    assert "aperjam" not in mail.text + mail.html
    assert "Maya" not in mail.text + mail.html
    assert mail.about == ""


# --- The leads are told -----------------------------------------------------------------------------------


def test_at_the_lapse_the_leads_are_told_once(ticket, monday, tomas, olga):
    with clock.at(ticket.next_update_due + MINUTE), at_once():
        tell_of_lapses()
        assert not _mails("silent")
    with clock.at(ticket.next_update_due + GRACE), at_once():
        tell_of_lapses()
        tell_of_lapses()
    (mail,) = _mails("silent")
    assert mail.to == olga.email
    assert mail.subject == f"Maya should have heard by 12:00 [{ticket.pk}]"
    assert "It is with Tomás Reyes." in mail.text


def test_another_lapse_is_told_again(ticket, monday, tomas, olga):
    with clock.at(ticket.next_update_due + GRACE), at_once():
        tell_of_lapses()
        actions.reply(by=tomas, ticket=ticket, body="Sorry.")
    with clock.at(ticket.next_update_due + GRACE), at_once():
        tell_of_lapses()
    assert len(_mails("silent", olga)) == 2


def test_without_leads_who_is_responsible_is_told_else_the_holder(ticket, ada, tomas, printing):
    with clock.at(ticket.next_update_due + GRACE), at_once():
        tell_of_lapses()
    assert [mail.to for mail in _mails("silent")] == [tomas.email]
    printing.owner = ada
    printing.save()
    with clock.at(ticket.next_update_due + GRACE), at_once():
        actions.reply(by=tomas, ticket=ticket, body="Sorry.")
    with clock.at(ticket.next_update_due + GRACE), at_once():
        tell_of_lapses()
    assert [mail.to for mail in _mails("silent")] == [tomas.email, ada.email]


def test_of_a_private_request_only_leads_who_see_it_are_told(
    monday, maya, tomas, printing, ask, confide, confidants, olga
):
    plain, private = ask(maya, goal="paperjam"), confide(maya)
    anna = PersonFactory(full_name="Anna Vos", lead=True)
    confidants.members.add(anna)
    with clock.at(monday + timedelta(hours=3)), at_once():
        tell_of_lapses()
    assert [mail.about for mail in _mails("silent", olga)] == [f"ticket:{plain.pk}"]
    assert sorted(mail.about for mail in _mails("silent", anna)) == [f"ticket:{plain.pk}", f"ticket:{private.pk}"]
    scopes = {mail.about: mail.scope for mail in _mails("silent", anna)}
    assert scopes[f"ticket:{private.pk}"] == f"class:{private.service_class_id}"


def test_merged_requests_are_nobodys_silence(older, newer, monday, tomas, olga):
    actions.merge(by=tomas, ticket=newer, into=older)
    with clock.at(monday + timedelta(days=2)), at_once():
        jobs.keep_from_silence()
    assert {row.ticket_id for row in PromisedUpdate.objects.all()} == {older.pk}


def test_a_round_costs_as_many_queries_for_three_as_for_one_before_anything_is_written(
    monday, maya, tomas, printing, ask, django_assert_num_queries
):
    actions.take(by=tomas, ticket=ask(maya, goal="paperjam"))
    with clock.at(monday + timedelta(minutes=25)), django_assert_num_queries(1):
        assert len(list(to_nudge())) == 1
    for _n in range(2):
        actions.take(by=tomas, ticket=ask(PersonFactory(), goal="paperjam"))
    with clock.at(monday + timedelta(minutes=25)), django_assert_num_queries(1):
        assert [one.assignee for one in to_nudge()] == [tomas] * 3


# --- When the holder is reminded, whatever the hours -------------------------------------------------------

MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(AMSTERDAM))


@given(at=MOMENTS, minutes=st.integers(min_value=1, max_value=5000))
def test_the_reminder_lies_in_the_second_half_and_in_time(at, minutes):
    due = OFFICE.add(at, timedelta(minutes=minutes))
    nudge = nudge_moment(OFFICE, at, due)
    assert at <= nudge < due
    left, whole = OFFICE.between(nudge, due), timedelta(minutes=minutes)
    assert left <= whole / 2
    assert left >= min(timedelta(minutes=15), whole / 2)
    assert left >= whole / 5


@given(at=MOMENTS, minutes=st.integers(min_value=1, max_value=600))
def test_outside_working_hours_it_goes_by_the_clock(at, minutes):
    due = at.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)
    nudge = nudge_moment(OFFICE, at, due)
    assert at <= nudge <= due
