"""Promises for many requests at once: renewed before they are missed, and given where there is none yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from foredesk.activity.actions import record_all
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.working_time import WorkingTime
from foredesk.tickets.enums import OPEN_STATES, Holder, State
from foredesk.tickets.models import Span, Ticket

from ..effects import tell_of_promises
from ..enums import Cause
from ..models import Quote
from ..queries.history import SITE, Known, known_of_all, time_for
from ..rules.intervals import MEMORY_DAYS
from ..rules.quoting import longer_than, minutes_between, needs_new
from ..rules.wording import cause_words
from .giving import quote_for

AT_ONCE = 1000  # promises in one transaction
MAILED_AT_ONCE = 100  # promises told in one task
WATCHED = (State.ASKED, State.WORKING, State.WAITING)  # while a fix is on offer, its time has stopped
_TICKET = ("service_class_id", "size", "lane_id", "times_reopened", "created_at", "state")
BUSIER = 1.25  # times as many as usual
FEW = 10  # requests in a week of which nobody says that they are many


@dataclass(frozen=True)
class _Due:
    """A promise that needs a new one, and why."""

    quote: int
    ticket: Ticket
    time: WorkingTime
    until: datetime
    cause: Cause
    reason: str


def renew_promises(*, now: datetime | None = None) -> int:
    """Give a new promise, with its reason, wherever the present one is about to be missed; returns how many.

    A handful of queries for each thousand promises. May run twice at once: each promise is renewed by one of them.
    """
    now = now or clock.now()
    known = known_of_all()
    due = list(_due(now, known))
    return sum(
        _renew(due[start : start + AT_ONCE], {one.quote: one for one in due[start : start + AT_ONCE]}, known, now)
        for start in range(0, len(due), AT_ONCE)
    )


def _due(now: datetime, known: dict[int, list[Known]]) -> Iterable[_Due]:
    waits = {
        ticket: (holder, until)
        for ticket, holder, until in Span.objects.filter(ticket__state=State.WAITING, ended_at=None).values_list(
            "ticket_id", "holder", "until"
        )
    }
    busy: frozenset[int] | None = None
    classes = ServiceClass.objects.in_bulk()
    watched = Quote.objects.filter(replaced_at=None, ticket__state__in=WATCHED).order_by()
    rows = watched.values_list(
        "pk", "ticket_id", "given_at", "until", "minutes", "history_of_id",
        *(f"ticket__{name}" for name in (*_TICKET, *SITE)),
    )  # fmt: skip
    for pk, number, given, until, minutes, history, *rest in rows.iterator(chunk_size=5000):
        ticket = _ticket(number, rest[: len(_TICKET)], classes)
        time = time_for(*rest[len(_TICKET) :])
        age = minutes_between(ticket.created_at, now, time)
        line = known.get(ticket.service_class_id, [])
        one = next((one for one in line if one.of_class == history), None)
        holder, wait_ends = waits.get(number, ("", None))
        outlasts = bool(wait_ends and wait_ends > until) and holder != Holder.IT
        given_age = minutes_between(ticket.created_at, given, time)
        if outlasts or needs_new(one.curve if one else None, given=given_age, age=age, end=minutes):
            busy = _busy_lanes(now) if busy is None else busy
            cause = _cause(until < now, bool(holder), ticket, busy)
            share = longer_than(one.curve, age) if one else 0
            reason = cause_words(cause, holder=holder, longer_than=share)
            after = max(until, wait_ends) if outlasts and wait_ends else until
            yield _Due(pk, ticket, time, max(after, now), cause, reason)


def _ticket(number: int, values: Sequence[object], classes: dict[int, ServiceClass]) -> Ticket:
    """As much of a ticket as a promise needs, without reading the rest."""
    ticket = Ticket(pk=number, **dict(zip(_TICKET, values, strict=True)))
    ticket.service_class = classes[ticket.service_class_id]
    return ticket


def _cause(late: bool, waits: bool, ticket: Ticket, busy: frozenset[int]) -> Cause:
    if late:
        return Cause.LATE
    if waits:
        return Cause.WAITS
    return Cause.BUSY if ticket.state == State.ASKED and ticket.lane_id in busy else Cause.LONGER


def _busy_lanes(now: datetime) -> frozenset[int]:
    """Lanes into which more came in the last seven days than in a usual week of the last 90 days."""
    week = now - timedelta(days=7)
    counted = (
        Ticket.objects.filter(created_at__gte=now - timedelta(days=MEMORY_DAYS), created_at__lte=now)
        .order_by()
        .values_list("lane_id")
        .annotate(all=Count("pk"), new=Count("pk", filter=Q(created_at__gte=week)))
    )
    weeks = MEMORY_DAYS / 7
    return frozenset(lane for lane, all_, new in counted if new >= FEW and new > BUSIER * all_ / weeks)


@transaction.atomic
def _renew(due: Sequence[_Due], by_quote: dict[int, _Due], known: dict[int, list[Known]], now: datetime) -> int:
    """Put new promises in the place of these, but for those on whose request somebody is at work: the next round's."""
    tickets = _free(Ticket.objects.filter(pk__in=[one.ticket.pk for one in due], state__in=WATCHED))
    present = Quote.objects.filter(ticket__in=tickets, replaced_at=None, pk__in=by_quote)
    claimed = list(present.values_list("pk", flat=True))
    Quote.objects.filter(pk__in=claimed).update(replaced_at=now)
    made = []
    for pk in claimed:
        one = by_quote[pk]
        line = known.get(one.ticket.service_class_id, [])
        quote = quote_for(one.ticket, line, one.time, now, one.cause, after=one.until)
        quote.reason = one.reason
        made.append(quote)
    _store(made)
    return len(made)


def _free(tickets: QuerySet[Ticket]) -> list[int]:
    """Keys of those that nobody else has locked, locked now. Whoever promises locks the ticket first, as actions do."""
    skips = connection.features.has_select_for_update_skip_locked
    return list(tickets.order_by("pk").select_for_update(skip_locked=skips, no_key=True).values_list("pk", flat=True))


def _store(made: list[Quote]) -> None:
    stored = Quote.objects.bulk_create(made, batch_size=500)
    record_all(
        by=None,
        tag="ticket:promised",
        about=[(one.ticket, {"quote": one.pk, "reason": one.reason}) for one in stored],
    )
    keys = [one.pk for one in stored]
    for start in range(0, len(keys), MAILED_AT_ONCE):
        tell_of_promises.enqueue(keys[start : start + MAILED_AT_ONCE], None)


def promise_missing(*, now: datetime | None = None) -> int:
    """Give a promise to open requests that have none: imported ones, and those asked before there were promises.

    Nobody is written to: they were promised nothing before, and their page shows it. Returns how many.
    """
    now = now or clock.now()
    known, classes = known_of_all(), ServiceClass.objects.in_bulk()
    number = 0
    while made := _promise_some(known, classes, now):
        number += made
    return number


@transaction.atomic
def _promise_some(known: dict[int, list[Known]], classes: dict[int, ServiceClass], now: datetime) -> int:
    bare = Ticket.objects.filter(~Exists(Quote.objects.filter(ticket=OuterRef("pk"))), state__in=OPEN_STATES)
    # The first thousand of them, whoever has them: where all are in others' hands, the next round looks again.
    free = _free(Ticket.objects.filter(pk__in=list(bare.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])))
    rows = bare.filter(pk__in=free).order_by("pk").values_list("pk", *_TICKET, *SITE)
    made = []
    for number, *rest in rows:
        ticket = _ticket(number, rest[: len(_TICKET)], classes)
        time = time_for(*rest[len(_TICKET) :])
        quote = quote_for(ticket, known.get(ticket.service_class_id, []), time, now, Cause.FOUND)
        quote.is_first = True
        made.append(quote)
    # Another worker may be at the same ones: the present promise of a request is one.
    Quote.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    return len(made)
