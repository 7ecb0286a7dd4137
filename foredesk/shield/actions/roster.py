"""The roster of the rapid desk: the weekly pattern, the shifts laid out by it, swaps and absences."""

from collections.abc import Collection
from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.calendars.queries import working_time_at
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from .. import queries, rules, signals
from ..emails import tell_answered, tell_asked
from ..models import Absence, FocusBlock, Shift, Slot, Swap
from ..rules.wording import span_words
from .focus import lock_people


@transaction.atomic
def add_slot(*, by: Person, weekday: int, begins: time, ends: time, person: Person) -> Slot:
    """Let somebody hold the rapid desk each week at a time. Raises Refused where they plan focus or hold it already."""
    _refuse_unless_shaper(by)
    lock_people(person)
    if not is_agent(person):
        raise Refused(_("Please choose somebody of IT."), "person")
    if begins >= ends:
        raise Refused(_("It has to end after it begins."), "ends")
    if Slot.objects.filter(weekday=weekday, person=person, begins__lt=ends, ends__gt=begins).exists():
        raise Refused(_("%(name)s holds the desk then already.") % {"name": person.first_name})
    slot = Slot.objects.create(weekday=weekday, begins=begins, ends=ends, person=person)
    record(by=by, tag="roster:slot:added", about=slot, person=person.full_name, weekday=weekday)
    lay_out()
    _refuse_if_torn([person])
    return slot


@transaction.atomic
def remove_slot(*, by: Person, slot: Slot) -> None:
    """Take a slot out of the pattern, and its shifts that have not begun with it, swapped ones too."""
    _refuse_unless_shaper(by)
    record(by=by, tag="roster:slot:removed", about=slot, person=slot.person.full_name, weekday=slot.weekday)
    Shift.objects.filter(slot=slot, begins_at__gt=clock.now()).delete()
    slot.delete()


@transaction.atomic
def share_between_two(*, by: Person, morning: Person, afternoon: Person) -> None:
    """The pattern for two: one holds the desk in the mornings, the other in the afternoons of the opening hours.

    It takes the place of the pattern there was. Raises Refused as `add_slot`.
    """
    _refuse_unless_shaper(by)
    if morning.pk == afternoon.pk:
        raise Refused(_("Choose two people: one for the mornings, one for the afternoons."), "afternoon")
    for slot in queries.slots():
        remove_slot(by=by, slot=slot)
    for weekday, hours in enumerate(working_time_at(None).hours):
        if not hours or hours[0][0] >= hours[-1][1]:
            continue  # closed, or open through the night
        halves = rules.halves(hours[0][0], hours[-1][1])
        for person, (begins, ends) in zip((morning, afternoon), halves, strict=True):
            add_slot(by=by, weekday=weekday, begins=begins, ends=ends, person=person)


def lay_out() -> None:
    """Make shifts of the pattern for the coming weeks, on the days on which the doors open. May run at any time."""
    hours, now = working_time_at(None), clock.now()
    today = now.astimezone(hours.zone).date()
    slots = list(Slot.objects.all())
    shifts = []
    for day in (today + timedelta(days=ahead) for ahead in range(rules.LAID_OUT_DAYS)):
        for slot in slots:
            span = rules.span_of(slot, day, hours.zone)
            if slot.weekday != day.weekday() or hours.closed(day) or span is None or span[1] <= now:
                continue
            shifts.append(Shift(date=day, begins_at=span[0], ends_at=span[1], person_id=slot.person_id, slot=slot))
    # Two may lay out at once: a slot has one shift a day.
    Shift.objects.bulk_create(shifts, ignore_conflicts=True)


def _refuse_unless_shaper(by: Person) -> None:
    if not rules.can_shape_roster(by):
        raise Refused(_("A desk lead makes the roster."))


def _refuse_if_torn(people: Collection[Person]) -> None:
    """Raise Refused where somebody would hold the desk and be in focus at the same time. People are locked."""
    for block in FocusBlock.objects.filter(over_at=None, person__in=people).select_related("person"):
        shift = queries.shifts_between(block.begins_at, block.ends_at).filter(person=block.person).first()
        if shift is not None:
            raise Refused(
                _("%(name)s is in focus then (%(when)s) and cannot hold the rapid desk.")
                % {"name": block.person.first_name, "when": span_words(block.begins_at, block.ends_at)}
            )


@transaction.atomic
def ask_to_swap(*, by: Person, shift: Shift, of: Person, in_return: Shift | None = None) -> Swap:
    """Ask a colleague to hold a shift of one's own, in exchange for one of theirs or as a favour.

    Raises Refused for a shift that is not one's own, or not ahead.
    """
    lock_people(by, of)
    shift.refresh_from_db()
    if shift.person_id != by.pk or shift.begins_at <= clock.now():
        raise Refused(_("Only a shift of your own that has not begun can be swapped."))
    if not rules.can_be_asked(of, shift):
        raise Refused(_("Please choose a colleague of IT."), "of")
    if in_return is not None and (in_return.person_id != of.pk or in_return.begins_at <= clock.now()):
        raise Refused(_("What you take in return has to be a shift of theirs that has not begun."), "in_return")
    if Swap.objects.filter(shift=shift, asked_of=of, answered_at=None).exists():
        raise Refused(_("You have asked %(name)s already.") % {"name": of.first_name})
    swap = Swap.objects.create(shift=shift, in_return=in_return, asked_by=by, asked_of=of)
    record(by=by, tag="swap:asked", about=swap, of=of.full_name)
    tell_asked(swap)
    return swap


@transaction.atomic
def answer_swap(*, by: Person, swap: Swap, agree: bool) -> None:
    """Agree to a swap, or say no; both are kept. Of two who agree to the same shift the first one has it.

    Raises Refused when it is answered, when either shift has changed hands or begun, or where one of the two would
    hold the desk while in focus.
    """
    lock_people(swap.asked_by, swap.asked_of)
    now = clock.now()
    if by.pk != swap.asked_of_id:
        raise Refused(_("Only %(name)s can answer this.") % {"name": swap.asked_of.first_name})
    # The update decides the race of two answers.
    if not Swap.objects.filter(pk=swap.pk, answered_at=None).update(answered_at=now, agreed=agree):
        raise Refused(_("This has been answered already."))
    if agree:
        _change_hands(swap)
    record(by=by, tag="swap:agreed" if agree else "swap:declined", about=swap, asked_by=swap.asked_by.full_name)
    swap.agreed = agree
    tell_answered(swap)


def _change_hands(swap: Swap) -> None:
    keys = [key for key in (swap.shift_id, swap.in_return_id) if key]
    # Locked in one order; of two swaps of one shift the second finds it in other hands.
    shifts = {shift.pk: shift for shift in Shift.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    for key, owner, taker in (
        (swap.shift_id, swap.asked_by, swap.asked_of),
        (swap.in_return_id, swap.asked_of, swap.asked_by),
    ):
        if key is None:
            continue
        shift = shifts.get(key)
        if shift is None or shift.person_id != owner.pk or shift.begins_at <= clock.now():
            raise Refused(_("It is too late: that shift has changed hands or begun."))
        double = Shift.objects.filter(person=taker, begins_at__lt=shift.ends_at, ends_at__gt=shift.begins_at)
        if double.exclude(pk__in=keys).exists():
            raise Refused(_("%(name)s holds the rapid desk then already.") % {"name": taker.first_name})
        Shift.objects.filter(pk=key).update(person=taker, swapped=True)
    _refuse_if_torn([swap.asked_by, swap.asked_of])
    others = Swap.objects.filter(Q(shift__in=keys) | Q(in_return__in=keys), answered_at=None)
    others.update(answered_at=clock.now())


@transaction.atomic
def take_back_swap(*, by: Person, swap: Swap) -> None:
    """Stop asking. Raises Refused when it has been answered meanwhile, or was another's question."""
    if by.pk != swap.asked_by_id:
        raise Refused(_("Only %(name)s can take this back.") % {"name": swap.asked_by.first_name})
    if not Swap.objects.filter(pk=swap.pk, answered_at=None).update(answered_at=clock.now()):
        raise Refused(_("This has been answered already."))
    record(by=by, tag="swap:taken_back", about=swap)


@transaction.atomic
def add_absence(*, by: Person, person: Person, first: date, last: date) -> Absence:
    """Say that somebody is away; their shifts on these days are open. Raises Refused for another's, but for leads."""
    if by.pk != person.pk:
        _refuse_unless_shaper(by)
    today = clock.now().astimezone(queries.roster_zone()).date()
    if last < first:
        raise Refused(_("The last day comes before the first."), "last")
    if last < today:
        raise Refused(_("These days are over."), "last")
    absence = Absence.objects.create(person=person, first=first, last=last)
    record(by=by, tag="absence:added", about=absence, first=first.isoformat(), last=last.isoformat())
    return absence


@transaction.atomic
def remove_absence(*, by: Person, absence: Absence) -> None:
    """Somebody is there after all. Raises Refused for another's, but for leads, and where they plan focus."""
    if by.pk != absence.person_id:
        _refuse_unless_shaper(by)
    lock_people(absence.person)
    record(by=by, tag="absence:removed", about=absence)
    absence.delete()
    _refuse_if_torn([absence.person])


def tell_of_shifts() -> None:
    """Tell who listens of shifts that have begun, each once. Called often, by several workers at once."""
    now = clock.now()
    for shift in queries.shifts_between(now, now + timedelta(seconds=1)).filter(told_at=None):
        with transaction.atomic():
            if Shift.objects.filter(pk=shift.pk, told_at=None).update(told_at=now):
                record(by=None, tag="shift:begun", about=shift, person=shift.person.full_name)
                signals.shift_begun.send(Shift, event=rules.shift_event(shift, now))
