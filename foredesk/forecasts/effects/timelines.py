"""Dates for the steps of timelines, found by replaying the lane's own pace."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.kit.queue import enqueue_after, task
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import with_people

from ..enums import Cause, Source
from ..models import Milestone, Quote
from ..queries.timelines import Pace, date_words, pace_of, tickets_with_steps_ahead
from ..rules.quoting import minutes_between
from ..rules.timelines import Days, end_of_day, needs_new_date, walk, working_day
from ..rules.wording import cause_words
from .telling import tell_of_dates, tell_of_promises

# Whoever plans, plans several steps: the mail waits until they are through, and tells what stands then.
PAUSE = timedelta(minutes=5)
SOON = 2  # working days before a date on which it is given anew if it is not sure any more


@task()
def forecast_timeline(ticket_id: int, edited_by: int | None) -> None:
    """After somebody changed the steps of a request."""
    forecast_steps(ticket_id=ticket_id, edited_by=edited_by)


def forecast_steps(*, ticket_id: int, edited_by: int | None = None, pace: Pace | None = None) -> int:
    """Find dates for the steps ahead, and promise anew where a promised one slips; returns how many did.

    `edited_by`: who has just changed the steps; without, only what is about to be missed is promised anew. The same
    day and the same steps give the same dates, so it may run twice.
    """
    ticket = with_people(Ticket.objects.filter(pk=ticket_id)).first()
    if ticket is None or not ticket.is_open:
        return 0
    steps = list(Milestone.objects.filter(ticket=ticket, done_at=None))
    now = clock.now()
    pace = pace or pace_of(ticket.lane_id, now)
    today = now.astimezone(working_time_of(ticket.customer).zone).date()
    found = walk(pace.finished, pace.in_hand, len(steps), seed=ticket.pk * 1_000_003 + today.toordinal())
    return _keep_dates(ticket, list(zip(steps, found, strict=True)), pace, now, edited_by)


@transaction.atomic
def _keep_dates(
    ticket: Ticket, found: list[tuple[Milestone, Days | None]], pace: Pace, now: datetime, edited_by: int | None
) -> int:
    Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)  # whoever promises locks it first
    time = working_time_of(ticket.customer)
    today = now.astimezone(time.zone).date()
    soon = working_day(today, SOON, time)
    moved: list[Milestone] = []
    floor: date | None = None  # no step comes before the plan of one before it
    for step, days in found:
        floor = max(filter(None, (floor, step.planned_on)), default=None)
        if days is None:
            continue
        likely, sure = (working_day(today, number, time) for number in (days.likely, days.sure))
        likely, sure = max(likely, floor or likely), max(sure, floor or sure)
        fields: dict[str, Any] = {"likely_on": likely, "cases": pace.cases}
        old = step.promised_on
        if old is None:
            fields |= {"promised_on": sure, "first_promised_on": sure}
        elif sure > old if edited_by else needs_new_date(old, likely, sure, today, soon):
            fields |= {"promised_on": sure, "reason": _why(step, found, today, edited=edited_by is not None)}
        changed = Milestone.objects.filter(pk=step.pk, promised_on=old, done_at=None).update(**fields)
        if changed and old is not None and "promised_on" in fields:
            step.promised_on, step.reason = sure, fields["reason"]
            moved.append(step)
    if moved:
        names = ", ".join(f"{step.title}: {date_words(step.promised_on)}" for step in moved if step.promised_on)
        record(by=None, tag="ticket:milestone:promised", about=ticket, subject=names, reason=moved[0].reason)
    whole = _promise_the_whole(ticket, now)
    if moved:
        enqueue_after(now + PAUSE, tell_of_dates, ticket.pk, [step.pk for step in moved], None)
    elif whole is not None:
        enqueue_after(now + PAUSE, tell_of_promises, [whole.pk], None)
    return len(moved)


def _promise_the_whole(ticket: Ticket, now: datetime) -> Quote | None:
    """A request is not promised for a day before its last step is: then the steps give the promise, aloud."""
    last = Milestone.objects.filter(ticket=ticket, done_at=None).aggregate(day=Max("promised_on"))["day"]
    time = working_time_of(ticket.customer)
    present = Quote.objects.filter(ticket=ticket, replaced_at=None).first()
    if last is None or present is None or present.until.astimezone(time.zone).date() >= last:
        return None
    until = end_of_day(last, time)
    if not Quote.objects.filter(pk=present.pk, replaced_at=None).update(replaced_at=now):
        return None  # somebody was faster; the next look sees what they promised
    quote = Quote.objects.create(
        ticket=ticket,
        given_at=now,
        until=until,
        minutes=round(minutes_between(ticket.created_at, until, time)),
        source=Source.TIMELINE,
        cause=Cause.STEPS,
        reason=cause_words(Cause.STEPS),
        service_class_id=ticket.service_class_id,
        size=ticket.size,
        lane_id=ticket.lane_id,
        times_reopened=ticket.times_reopened,
    )
    record(by=None, tag="ticket:promised", about=ticket, quote=quote.pk, reason=quote.reason)
    return quote


def _why(step: Milestone, found: list[tuple[Milestone, Days | None]], today: date, *, edited: bool) -> str:
    if edited:
        return _("The steps have changed.")
    if step.promised_on is not None and step.promised_on < today:
        return _("We did not keep the date we gave you. We are sorry.")
    first = found[0][0]
    if step.pk != first.pk:
        return _("A step before it, “%(step)s”, takes longer.") % {"step": first.title[:200]}
    return _("It takes longer than 85 of 100 tries that replay our own pace.")


def forecast_all_steps() -> int:
    """Look at every timeline; the pace of each lane is read once."""
    paces: dict[int, Pace] = {}
    moved = 0
    for pk, lane in list(tickets_with_steps_ahead().values_list("pk", "lane")):
        if lane not in paces:
            paces[lane] = pace_of(lane)
        moved += forecast_steps(ticket_id=pk, pace=paces[lane])
    return moved
