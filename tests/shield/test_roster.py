"""The roster: pattern, shifts, gaps, swaps, absences; by the clock on the wall, across changes of it too."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.shield import queries, rules, signals
from foredesk.shield.actions import (
    add_absence,
    add_slot,
    answer_swap,
    ask_to_swap,
    lay_out,
    plan_focus,
    remove_absence,
    remove_slot,
    share_between_two,
    start_focus,
    take_back_swap,
    tell_of_shifts,
)
from foredesk.shield.models import Shift, Slot, Swap
from tests.factories import SiteCalendarFactory

from .conftest import MONDAY, after, signed_in

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def hours(db):
    """Monday to Friday 8-17 in Amsterdam, at a house that keeps this calendar by default."""
    return SiteCalendarFactory(is_default=True)


@pytest.fixture
def two(lead, jan, ada):
    share_between_two(by=lead, morning=jan, afternoon=ada)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=AMSTERDAM)


def first_ahead(person) -> Shift:
    return Shift.objects.filter(person=person, begins_at__gt=clock.now()).order_by("begins_at")[0]


# --- The pattern ---------------------------------------------------------------------------------------


def test_the_pattern_for_two_shares_the_opening_hours(two, jan, ada):
    pattern = [(slot.weekday, slot.begins, slot.ends, slot.person) for slot in queries.slots()]
    assert pattern[:2] == [(0, time(8), time(12), jan), (0, time(12), time(17), ada)]
    assert {weekday for weekday, *_rest in pattern} == {0, 1, 2, 3, 4}
    assert queries.holders() == [jan]
    with clock.at(local(TODAY, 12)):
        assert queries.holders() == [ada]
    with clock.at(local(TODAY, 17)):
        assert queries.holders() == []


def test_shifts_stand_five_weeks_ahead_once_however_often_they_are_laid_out(two):
    number = Shift.objects.count()
    assert number == 5 * 5 * 2
    lay_out()
    assert Shift.objects.count() == number
    with clock.at(MONDAY + timedelta(days=1)):
        lay_out()
    assert Shift.objects.count() == number + 2


def test_now_and_next(two, jan, ada):
    on_duty = queries.now_and_next()
    assert [shift.person for shift in on_duty.now] == [jan]
    assert on_duty.next is not None
    assert (on_duty.next.person, on_duty.next.begins_at) == (ada, local(TODAY, 12))


def test_a_slot_taken_out_takes_its_coming_shifts_along_and_leaves_what_was(two, lead, jan):
    slot = Slot.objects.get(weekday=0, person=jan)
    remove_slot(by=lead, slot=slot)
    left = Shift.objects.filter(person=jan, date__week_day=2)  # Django counts Sunday as 1
    assert [shift.date for shift in left] == [TODAY]


def test_only_a_lead_makes_the_pattern_and_nobody_stands_twice_in_it(two, jan, lead):
    with pytest.raises(Refused, match="desk lead"):
        add_slot(by=jan, weekday=5, begins=time(9), ends=time(12), person=jan)
    with pytest.raises(Refused, match="already"):
        add_slot(by=lead, weekday=0, begins=time(11), ends=time(13), person=jan)
    with pytest.raises(Refused, match="end after"):
        add_slot(by=lead, weekday=5, begins=time(12), ends=time(9), person=jan)


def test_who_plans_focus_is_not_put_at_the_desk_then(lead, jan, maria):
    plan_focus(
        by=maria,
        begins_at=local(TODAY + timedelta(days=1), 9),
        ends_at=local(TODAY + timedelta(days=1), 10),
        shield=jan,
    )
    with pytest.raises(Refused, match="Maria is in focus then"):
        add_slot(by=lead, weekday=1, begins=time(8), ends=time(12), person=maria)
    assert not Slot.objects.exists()


# --- Gaps and absences ---------------------------------------------------------------------------------


def test_hours_that_nobody_holds_are_told(lead, jan):
    add_slot(by=lead, weekday=2, begins=time(8), ends=time(13), person=jan)
    wednesday = queries.days(TODAY, 3)[2]
    assert wednesday.gaps == [(local(wednesday.date, 13), local(wednesday.date, 17))]
    page = signed_in(jan).get(reverse("shield:shield")).content.decode()
    assert "Wed 18 November 13:00–17:00" in page


def test_days_away_open_the_desk_and_coming_back_closes_it(two, jan):
    absence = add_absence(by=jan, person=jan, first=TODAY, last=TODAY)
    assert queries.holders() == []
    assert queries.days(TODAY, 1)[0].gaps == [(local(TODAY, 8), local(TODAY, 12))]
    remove_absence(by=jan, absence=absence)
    assert queries.holders() == [jan]


def test_others_absences_are_a_leads_to_note(two, jan, ada, lead):
    with pytest.raises(Refused):
        add_absence(by=ada, person=jan, first=TODAY, last=TODAY)
    absence = add_absence(by=lead, person=jan, first=TODAY, last=TODAY)
    with pytest.raises(Refused):
        remove_absence(by=ada, absence=absence)


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-3, -1)])
def test_days_that_are_over_or_backwards_are_refused(jan, first, last):
    with pytest.raises(Refused):
        add_absence(by=jan, person=jan, first=TODAY + timedelta(days=first), last=TODAY + timedelta(days=last))


def test_nobody_comes_back_into_a_shift_while_they_are_in_focus(two, jan, ada):
    absence = add_absence(by=jan, person=jan, first=TODAY, last=TODAY)
    start_focus(by=jan, until=after(25), shield=ada)
    with pytest.raises(Refused, match="Jan is in focus then"):
        remove_absence(by=jan, absence=absence)


def test_closed_days_have_no_shifts_and_no_gaps(hours, lead, jan):
    hours.closed_days.create(date=TODAY + timedelta(days=1), name="Fair")
    from foredesk.calendars.queries import forget_known_calendars

    forget_known_calendars()
    add_slot(by=lead, weekday=1, begins=time(8), ends=time(12), person=jan)
    assert not Shift.objects.filter(date=TODAY + timedelta(days=1)).exists()
    assert queries.days(TODAY + timedelta(days=1), 1)[0].gaps == []


# --- Swaps ---------------------------------------------------------------------------------------------


def test_a_swap_changes_the_roster_when_the_other_agrees(two, jan, ada):
    mine, theirs = first_ahead(jan), first_ahead(ada)
    swap = ask_to_swap(by=jan, shift=mine, of=ada, in_return=theirs)
    assert first_ahead(jan) == mine
    assert OutboxMessage.objects.filter(to=ada.email, subject__startswith="Jan de Boer asks to swap").exists()
    assert queries.swaps_asked_of(ada).get() == swap
    answer_swap(by=ada, swap=swap, agree=True)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.person, theirs.person, mine.swapped) == (ada, jan, True)
    lay_out()
    mine.refresh_from_db()
    assert mine.person == ada
    assert OutboxMessage.objects.filter(to=jan.email, subject__startswith="Agreed").exists()


def test_a_swap_that_is_declined_or_taken_back_changes_nothing(two, jan, ada):
    shift = first_ahead(jan)
    declined = ask_to_swap(by=jan, shift=shift, of=ada)
    answer_swap(by=ada, swap=declined, agree=False)
    taken_back = ask_to_swap(by=jan, shift=shift, of=ada)
    take_back_swap(by=jan, swap=taken_back)
    with pytest.raises(Refused, match="answered already"):
        answer_swap(by=ada, swap=taken_back, agree=True)
    shift.refresh_from_db()
    assert shift.person == jan
    assert list(Swap.objects.values_list("agreed", flat=True)) == [False, None]


def test_only_who_is_asked_answers_and_only_own_shifts_are_given(two, jan, ada, maria):
    swap = ask_to_swap(by=jan, shift=first_ahead(jan), of=ada)
    with pytest.raises(Refused, match="Only Ada"):
        answer_swap(by=maria, swap=swap, agree=True)
    with pytest.raises(Refused, match="your own"):
        ask_to_swap(by=maria, shift=first_ahead(jan), of=ada)
    with pytest.raises(Refused, match="asked Ada already"):
        ask_to_swap(by=jan, shift=first_ahead(jan), of=ada)
    with pytest.raises(Refused, match="shift of theirs"):
        ask_to_swap(by=jan, shift=first_ahead(jan), of=maria, in_return=first_ahead(ada))


def test_nobody_agrees_into_their_own_focus(two, jan, ada, maria):
    shift = first_ahead(jan)
    plan_focus(by=maria, begins_at=shift.begins_at, ends_at=shift.begins_at + timedelta(hours=1), shield=ada)
    swap = ask_to_swap(by=jan, shift=shift, of=maria)
    with pytest.raises(Refused, match="Maria is in focus then"):
        answer_swap(by=maria, swap=swap, agree=True)
    swap.refresh_from_db()
    assert swap.answered_at is None


def test_a_swap_is_asked_and_answered_on_the_page(two, jan, ada):
    shift = first_ahead(jan)
    signed_in(jan).post(reverse("shield:swap"), {"shift": shift.pk, "of": ada.pk})
    page = signed_in(ada)
    assert "A colleague asks you to swap a shift." in page.get(reverse("shield:shield")).content.decode()
    page.post(reverse("shield:answer", args=[Swap.objects.get().pk]), {"agree": "yes"})
    shift.refresh_from_db()
    assert shift.person == ada


# --- Whoever listens -----------------------------------------------------------------------------------


def test_that_a_shift_begins_is_told_once(two, jan):
    heard = []

    def listen(event, **kwargs):
        heard.append(event)

    signals.shift_begun.connect(listen)
    try:
        tell_of_shifts()
        tell_of_shifts()
    finally:
        signals.shift_begun.disconnect(listen)
    assert [(event["type"], event["name"]) for event in heard] == [("shift.begun", "Jan de Boer")]


# --- Time ----------------------------------------------------------------------------------------------

ZONES = st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
TIMES = st.times().map(lambda at: at.replace(microsecond=0, tzinfo=None))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(day=DAYS, zone=ZONES, begins=TIMES, ends=TIMES)
def test_a_slot_shows_its_own_hours_on_the_wall_on_every_day_of_the_year(day, zone, begins, ends):
    slot, place = Slot(weekday=day.weekday(), begins=begins, ends=ends), ZoneInfo(zone)
    span = rules.span_of(slot, day, place)
    if span is None:
        assert begins >= ends or _skipped(day, begins, place) or _skipped(day, ends, place)
        return
    assert span[0] < span[1]
    for moment, shown in zip(span, (begins, ends), strict=True):
        if not _skipped(day, shown, place):
            assert moment.astimezone(place).replace(tzinfo=None) == datetime.combine(day, shown)


def _skipped(day: date, shown: time, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone never show a time on a day."""
    local_time = datetime.combine(day, shown, tzinfo=zone)
    return local_time.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local_time.replace(tzinfo=None)


@given(day=DAYS, zone=ZONES, cuts=st.lists(TIMES, min_size=1, max_size=5, unique=True))
def test_slots_that_touch_leave_no_gap_and_no_overlap_on_any_day(day, zone, cuts):
    place, cuts = ZoneInfo(zone), sorted(cuts)
    slots = [Slot(begins=begins, ends=ends) for begins, ends in pairwise(cuts)]
    spans = [span for slot in slots if (span := rules.span_of(slot, day, place)) is not None]
    for before, following in pairwise(spans):
        assert before[1] == following[0]


MINUTES = st.integers(0, 1440).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
SPANS = st.lists(st.tuples(MINUTES, MINUTES).filter(lambda span: span[0] < span[1]), max_size=6)


@given(wanted=st.tuples(MINUTES, MINUTES).filter(lambda span: span[0] < span[1]), covered=SPANS)
def test_every_minute_is_held_or_in_a_gap_and_never_both(wanted, covered):
    found = rules.gaps([wanted], covered)
    at = wanted[0]
    while at < wanted[1]:
        is_held = any(begins <= at < ends for begins, ends in covered)
        in_gap = sum(begins <= at < ends for begins, ends in found)
        assert in_gap == (0 if is_held else 1)
        at += timedelta(minutes=1)
