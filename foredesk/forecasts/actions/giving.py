"""Giving promises, one at a time: the first, a new one where a request has changed, and an agent's own word."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import WorkingTime
from foredesk.people.models import Person
from foredesk.tickets.actions.states import lock, note, refuse_if_closed, refuse_unless_agent
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket

from ..effects import tell_of_promises
from ..enums import Cause, Outcome, Source
from ..models import Quote
from ..queries.history import Known, known_of
from ..queries.promises import present_quote
from ..rules.intervals import SURE
from ..rules.quoting import SHORTEST, Interval, minutes_between, moments
from ..rules.wording import cause_words

# Their mails carry the new promise already (tickets' News.SIZE_CHANGED, HANDED_OVER).
TOLD_ELSEWHERE = frozenset({Cause.SIZE, Cause.LANE})


def quote_for(
    ticket: Ticket, known: list[Known], time: WorkingTime, now: datetime, cause: Cause, after: datetime | None = None
) -> Quote:
    """A promise as it can be given now, not stored yet; never one that ends before `after`.

    From the first of the curves that reach so far, else from the class's target: counted from the request when it is
    new, from now when the target has passed.
    """
    age = max(minutes_between(ticket.created_at, now, time), 0.0)
    later = max(minutes_between(ticket.created_at, after, time), age) if after else age
    for one in known:
        # As one that is open now; where that ends too early, as one that will still be open then.
        for since in dict.fromkeys((age, later)):
            found = one.interval(since)
            if found is not None and (after is None or moments(ticket.created_at, found, time)[1] > after):
                source = Source.PARENT if one.is_wider else Source.HISTORY
                return _quote(ticket, found, time, now, cause, source=source, one=one)
    target = float(ticket.service_class.solution_minutes)
    is_ahead = after is None and age + SHORTEST <= target
    end = target if is_ahead else max(age + target, later + SHORTEST)
    quote = _quote(ticket, Interval(None, end), time, now, cause, source=Source.TARGET)
    quote.cases = next((one.curve.cases for one in known), 0) if age > 0 else 0
    return quote


def _quote(
    ticket: Ticket,
    found: Interval,
    time: WorkingTime,
    now: datetime,
    cause: Cause,
    *,
    source: Source,
    one: Known | None = None,
) -> Quote:
    earliest, until = moments(ticket.created_at, found, time)
    return Quote(
        ticket=ticket,
        given_at=now,
        earliest=earliest,
        until=until,
        earliest_minutes=None if found.likely is None else round(found.likely),
        minutes=round(minutes_between(ticket.created_at, until, time)),
        source=source,
        cases=one.curve.cases if one else 0,
        level=one.level if one else SURE,
        history_of_id=one.of_class if one else None,
        cause=cause,
        **facts_of(ticket),
    )


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """What a promise depends on; where it changes, there is a new promise."""
    return {
        "service_class_id": ticket.service_class_id,
        "size": ticket.size,
        "lane_id": ticket.lane_id,
        "times_reopened": ticket.times_reopened,
    }


@transaction.atomic
def promise_first(*, ticket: Ticket) -> Quote:
    """The promise that a new request gets when it is sent. Two queries: history is never read here."""
    known = known_of(ticket.service_class_id)
    quote = quote_for(ticket, known, working_time_of(ticket.customer), clock.now(), Cause.ASKED)
    quote.is_first = True
    quote.save(force_insert=True)
    return quote


@transaction.atomic
def follow_change(*, ticket: Ticket) -> Quote | None:
    """After a change of a request: where its kind, size or lane is another one, or it came back, a new promise, aloud.

    Called inside the action that changed it, whose lock on the ticket it relies on. One query where nothing of it
    changed.
    """
    if ticket.state == State.CLOSED:
        return None
    present = present_quote(ticket)
    if present is None:
        return None
    cause = _what_changed(present, ticket)
    if cause is None:
        return None
    if cause == Cause.REOPENED:
        # What was taken for kept was not; missed stays missed.
        Quote.objects.filter(ticket=ticket, outcome__in=[Outcome.KEPT, Outcome.VOID]).update(
            outcome="", known_at=None, took_minutes=None
        )
    return _replace(ticket, cause, reason=cause_words(cause))


def _what_changed(present: Quote, ticket: Ticket) -> Cause | None:
    if ticket.times_reopened != present.times_reopened:
        return Cause.REOPENED
    if ticket.size != present.size:
        return Cause.SIZE
    if ticket.service_class_id != present.service_class_id:
        return Cause.CLASS
    return Cause.LANE if ticket.lane_id != present.lane_id else None


def _replace(ticket: Ticket, cause: Cause, reason: str) -> Quote:
    now = clock.now()
    quote = quote_for(ticket, known_of(ticket.service_class_id), working_time_of(ticket.customer), now, cause)
    quote.reason = reason
    return put_in_place(ticket, quote, by=None)


def put_in_place(ticket: Ticket, quote: Quote, by: Person | None) -> Quote:
    """Store a new promise of a locked ticket in the place of the present one, and tell everybody concerned."""
    Quote.objects.filter(ticket=ticket, replaced_at=None).update(replaced_at=quote.given_at)
    quote.save(force_insert=True)
    note(ticket, by, "promised", quote=quote.pk, reason=quote.reason)
    if quote.cause not in TOLD_ELSEWHERE:
        tell_of_promises.enqueue([quote.pk], by.pk if by else None)
    return quote


@transaction.atomic
def promise_anew(
    *, by: Person, ticket: Ticket, until: datetime, reason: str, expected_version: int | None = None
) -> Quote:
    """Give an agent's own word in the place of a forecast, with the reason that the customer reads.

    Raises Refused without a reason, for a moment that is not in the future, on a closed request, and while a fix is on
    offer; Changed when the ticket changed since `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    now = clock.now()
    if ticket.state == State.OFFERED:
        raise Refused(_("A fix is on offer; whether it is done is up to the customer."))
    if not reason.strip():
        raise Refused(_("Please say why there is a new promise: the customer will read it."), "reason")
    if until <= now:
        raise Refused(_("Please choose a time in the future."), "until")
    if until > now + timedelta(days=800):
        raise Refused(_("That is more than two years away. Nobody can promise so far ahead."), "until")
    time = working_time_of(ticket.customer)
    quote = Quote(
        ticket=ticket,
        given_at=now,
        until=until,
        minutes=round(minutes_between(ticket.created_at, until, time)),
        source=Source.PERSON,
        cause=Cause.PERSON,
        reason=Truncator(reason.strip()).chars(300),
        by=by,
        **facts_of(ticket),
    )
    return put_in_place(ticket, quote, by=by)
