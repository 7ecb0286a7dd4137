"""Focus blocks: planned, begun, ended. While one runs, notices to its person wait (people.undisturbed_until)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.actions import hold_on, release_held
from foredesk.people.actions import leave_undisturbed
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from .. import queries, rules, signals
from ..models import FocusBlock
from ..rules.wording import span_words


def lock_people(*people: Person | None) -> None:
    """Hold these people's rows, always in one order: who plans their focus and who changes their shifts take turns."""
    keys = {person.pk for person in people if person is not None}
    list(Person.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


@transaction.atomic
def start_focus(*, by: Person, until: datetime, shield: Person | None = None) -> FocusBlock:
    """Begin to work undisturbed at once. `shield`: who is asked meanwhile; None: who holds the rapid desk then.

    Raises Refused as `plan_focus`.
    """
    block = plan_focus(by=by, begins_at=clock.now(), ends_at=until, shield=shield)
    begin(block)
    return block


@transaction.atomic
def plan_focus(*, by: Person, begins_at: datetime, ends_at: datetime, shield: Person | None = None) -> FocusBlock:
    """Plan to work undisturbed. In a team of one it is announced as project time.

    Raises Refused where it cannot be kept: times that are past or too long, another block, one's own time at the rapid
    desk or as a shield, nobody who shields.
    """
    lock_people(by, shield)
    now = clock.now()
    if not is_agent(by):
        raise Refused(_("Only people of IT plan focus here."))
    if begins_at >= ends_at:
        raise Refused(_("It has to end after it begins."), "until")
    if ends_at <= now or begins_at < now - timedelta(minutes=1):
        raise Refused(_("That time has passed. Choose one that is still ahead."), "begins")
    if ends_at - begins_at > rules.LONGEST:
        raise Refused(_("Nobody stays deep in one thing for more than four hours: make it shorter."), "until")
    if begins_at > now + rules.AHEAD:
        raise Refused(_("Plan at most four weeks ahead: the roster is not made for later."), "begins")
    _refuse_if_taken(by, begins_at, ends_at)
    announced = queries.is_alone(by)
    if not announced:
        _refuse_without_shield(by, shield, begins_at, ends_at)
    block = FocusBlock.objects.create(
        person=by,
        begins_at=begins_at,
        ends_at=ends_at,
        shielded_by=None if announced else shield,
        is_announced=announced,
        planned_at=now,
    )
    record(by=by, tag="focus:planned", about=block, begins_at=begins_at.isoformat(), ends_at=ends_at.isoformat())
    return block


def _refuse_if_taken(person: Person, begins: datetime, ends: datetime, besides: FocusBlock | None = None) -> None:
    others = queries.not_over([person], begins, ends)
    if (other := next((block for block in others if besides is None or block.pk != besides.pk), None)) is not None:
        raise Refused(
            _("You are in focus then already: %(when)s.") % {"when": span_words(other.begins_at, other.ends_at)}
        )
    if (shift := queries.shifts_between(begins, ends).filter(person=person).first()) is not None:
        raise Refused(
            _("You hold the rapid desk then (%(when)s). Swap that first, or choose another time.")
            % {"when": span_words(shift.begins_at, shift.ends_at)}
        )
    if (shielded := queries.shielded_by(person, begins, ends)) is not None:
        raise Refused(
            _("You are the shield of %(name)s then: %(when)s.")
            % {"name": shielded.person.first_name, "when": span_words(shielded.begins_at, shielded.ends_at)}
        )


def _refuse_without_shield(person: Person, shield: Person | None, begins: datetime, ends: datetime) -> None:
    if shield is None:
        if not queries.has_shield(person, begins, ends):
            raise Refused(
                _("Nobody holds the rapid desk for all of that time: name a colleague who is your shield."), "shield"
            )
    elif not is_agent(shield) or shield.pk == person.pk:
        raise Refused(_("Please choose a colleague of IT."), "shield")
    elif (theirs := queries.not_over([shield], begins, ends).first()) is not None:
        raise Refused(
            _("%(name)s is in focus then, too: %(when)s.")
            % {"name": shield.first_name, "when": span_words(theirs.begins_at, theirs.ends_at)},
            "shield",
        )


@transaction.atomic
def extend_focus(*, by: Person, block: FocusBlock, until: datetime) -> None:
    """Stay in focus longer; what waits, waits on. Raises Refused as `plan_focus`, and for a block that is over."""
    lock_people(by, block.shielded_by)
    block.refresh_from_db()
    if not rules.can_end(by, block) or block.begun_at is None:
        raise Refused(_("This focus is over."))
    if until <= block.ends_at:
        raise Refused(_("Choose a later end than the present one, or end it now."), "until")
    if until - block.begins_at > rules.LONGEST:
        raise Refused(_("Nobody stays deep in one thing for more than four hours: make it shorter."), "until")
    _refuse_if_taken(by, block.ends_at, until, besides=block)
    if not block.is_announced:
        _refuse_without_shield(by, block.shielded_by, block.ends_at, until)
    if not FocusBlock.objects.filter(pk=block.pk, over_at=None).update(ends_at=until):
        raise Refused(_("This focus is over."))
    block.ends_at = until
    leave_undisturbed(person=by, until=until)
    hold_on(person=by, until=until)
    record(by=by, tag="focus:extended", about=block, ends_at=until.isoformat())


@transaction.atomic
def end_focus(*, by: Person, block: FocusBlock) -> None:
    """End one's focus before its time: what was held comes at once. A block that has not begun is as if never planned.

    Raises Refused for somebody else's.
    """
    lock_people(by)
    block.refresh_from_db()
    if block.person_id != by.pk:
        raise Refused(_("Only %(name)s can end this.") % {"name": block.person.first_name})
    if block.over_at is not None:
        return
    if block.begun_at is None:
        record(by=by, tag="focus:dropped", about=block)
        block.delete()
    else:
        finish(block, by=by)


@transaction.atomic
def begin(block: FocusBlock) -> bool:
    """Let notices wait from now on. False when it has begun already, or its time is over."""
    now = clock.now()
    due = FocusBlock.objects.filter(pk=block.pk, begun_at=None, over_at=None, begins_at__lte=now, ends_at__gt=now)
    if not due.update(begun_at=now):  # another worker was first
        return False
    block.begun_at = now
    leave_undisturbed(person=block.person, until=block.ends_at)
    record(by=block.person, tag="focus:begun", about=block, ends_at=block.ends_at.isoformat())
    _send(signals.focus_begun, "focus.begun", block)
    return True


@transaction.atomic
def finish(block: FocusBlock, *, by: Person | None = None) -> bool:
    """Let notices come again, and what was held with them. `by` None: its time is over. False when somebody was first.

    A block whose whole time passed while no worker ran never began, and counts as not kept.
    """
    now = clock.now()
    over = min(now, block.ends_at)
    if not FocusBlock.objects.filter(pk=block.pk, over_at=None).update(over_at=over):
        return False
    block.over_at = over
    if block.begun_at is not None:
        # Their next block may have begun before anybody noticed the end of this one.
        going_on = queries.blocks_now().filter(person=block.person).first()
        leave_undisturbed(person=block.person, until=going_on.ends_at if going_on else None)
        if going_on is None:
            release_held(person=block.person)
        record(by=by, tag="focus:ended", about=block, early=over < block.ends_at)
        _send(signals.focus_ended, "focus.ended", block)
    return True


def _send(signal: signals.Signal, kind: str, block: FocusBlock) -> None:
    shield = [person.full_name for person in queries.shields_of(block)]
    signal.send(FocusBlock, event=rules.focus_event(kind, block, clock.now(), shield))


def keep_time() -> None:
    """End what is over and begin what is due. Called often, by several workers at once."""
    now = clock.now()
    people = FocusBlock.objects.select_related("person", "shielded_by")
    for block in people.filter(over_at=None, ends_at__lte=now):
        finish(block)
    for block in people.filter(
        over_at=None, begun_at=None, begins_at__lte=now, ends_at__gt=now, person__is_active=True
    ):
        begin(block)
