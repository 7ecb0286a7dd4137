"""The promises of requests, as pages and mails tell them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce, padded
from foredesk.kit.remembered import Remembered
from foredesk.people.models import Person
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import reads_conversation
from foredesk.ui.wording import when

from ..enums import Source
from ..models import Measured, Milestone, Quote
from ..rules.quoting import Interval, minutes_between, moments
from ..rules.wording import promise_words, source_words, told_before
from .history import curve_of
from .timelines import Timeline, timeline_of


@dataclass(frozen=True)
class Before:
    """A promise that a newer one replaced, and why the newer one came (nothing where the reader may not know)."""

    words: str
    given_at: datetime
    why_replaced: str


@dataclass(frozen=True)
class Promise:
    """What one reader is told about when a request will be done."""

    quote: Quote
    earliest: datetime | None  # as things stand now, given how long it has been open
    words: str
    source: str
    reason: str
    before: list[Before]

    @property
    def is_late(self) -> bool:
        return self.quote.until < clock.now()

    @property
    def is_target(self) -> bool:
        return self.quote.source == Source.TARGET


_QUOTES = BuiltOnce(
    lambda keys: Quote.objects.filter(ticket__in=keys, replaced_at=None).select_related("history_of", "by").order_by()
)
_ALL_QUOTES = BuiltOnce(
    lambda key: (
        Quote.objects.filter(ticket=key)
        .select_related("history_of", "by")
        .annotate(has_steps=Exists(Milestone.objects.filter(ticket=OuterRef("ticket"))))
    )
)
_PRESENT = BuiltOnce(lambda ticket: Quote.objects.filter(ticket=ticket, replaced_at=None).order_by())
CURVES = Remembered(lambda: {one.service_class_id: one for one in Measured.objects.all()})


def present_quote(ticket: Ticket) -> Quote | None:
    """The present promise as it is stored; asked at each change of a ticket, so it is built once."""
    found = _PRESENT(ticket.pk)
    return found[0] if found else None


def promise_of(ticket: Ticket, reader: Person, tell: Callable[[datetime], str] = when) -> Promise | None:
    """The present promise of an open request with those before it; None where none is shown. One query."""
    return _promise_among(_ALL_QUOTES(ticket.pk), ticket, reader, tell) if _is_shown(ticket) else None


def outlook_of(ticket: Ticket, reader: Person) -> tuple[Promise | None, Timeline | None]:
    """What a page tells of when a request will be done: `promise_of` and `timeline_of`. One query, two with steps."""
    if not _is_shown(ticket):
        return None, timeline_of(ticket)
    quotes = _ALL_QUOTES(ticket.pk)
    has_steps = not quotes or quotes[0].has_steps  # annotated
    return _promise_among(quotes, ticket, reader, when), timeline_of(ticket) if has_steps else None


def _promise_among(
    quotes: Sequence[Quote], ticket: Ticket, reader: Person, tell: Callable[[datetime], str]
) -> Promise | None:
    present = next((one for one in quotes if one.replaced_at is None), None)
    if present is None:
        return None
    reads = reads_conversation(reader, ticket)
    newer = quotes[1:]
    before = [
        Before(told_before(one.until, one.is_first, tell), one.given_at, _reason(after, reads))
        for one, after in zip(quotes, newer, strict=False)
    ]
    return _promise(ticket, present, CURVES(), reads, tell, before)


def promises_of(tickets: Iterable[Ticket], reader: Person) -> dict[int, Promise]:
    """The present promises of the open ones among some requests, by number, without what was before. One query."""
    shown = {ticket.pk: ticket for ticket in tickets if _is_shown(ticket)}
    if not shown:
        return {}
    quotes = _QUOTES(padded(shown, 1 << (len(shown) - 1).bit_length()))
    curves = CURVES()
    return {
        one.ticket_id: _promise(
            shown[one.ticket_id], one, curves, reads_conversation(reader, shown[one.ticket_id]), when, []
        )
        for one in quotes
    }


def _is_shown(ticket: Ticket) -> bool:
    return ticket.state not in {State.CLOSED, State.OFFERED}


def _reason(quote: Quote, reads: bool) -> str:
    """Followers with whom the conversation is not shared do not read what somebody wrote."""
    return quote.reason if reads or quote.by_id is None else ""


def _promise(
    ticket: Ticket,
    quote: Quote,
    curves: dict[int, Measured],
    reads: bool,
    tell: Callable[[datetime], str],
    before: list[Before],
) -> Promise:
    now = clock.now()
    measured = curves.get(quote.history_of_id) if quote.history_of_id else None
    earliest = _given_its_age(ticket, quote, measured, now) if measured else quote.earliest
    by = quote.by.first_name if quote.by else ""
    wider = quote.history_of.name if quote.history_of else ""
    return Promise(
        quote,
        earliest,
        promise_words(quote.source, earliest, quote.until, now, tell, by),
        source_words(quote.source, quote.cases, wider),
        _reason(quote, reads),
        before,
    )


def _given_its_age(ticket: Ticket, quote: Quote, measured: Measured, now: datetime) -> datetime | None:
    """Where the interval begins for a request that has been open for so long; its end is a promise and stays."""
    if quote.earliest is None or (quote.earliest > now and quote.given_at == now):
        return quote.earliest
    time = working_time_of(ticket.customer)
    age = max(minutes_between(ticket.created_at, now, time), 0.0)
    likely = curve_of(measured).done_by(0.5, age)
    found, _until = moments(ticket.created_at, Interval(likely, max(likely, quote.minutes)), time)
    return max(found, quote.earliest) if found else None


def told_of(ticket: Ticket, tell: Callable[[datetime], str], reader: Person) -> str:
    """The present promise in a sentence with its source, for mails; nothing where there is none."""
    promise = promise_of(ticket, reader, tell)
    return f"{promise.words[:-1]} ({promise.source})." if promise else ""
