"""A ticket's way told to its customer, and the two clocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from foredesk.activity.models import Event
from foredesk.activity.queries import events_about
from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.ui.wording import when

from ..enums import Answer, CareStep, CloseReason, Holder, State
from ..models import CareMoment, Span, Ticket
from ..rules import can_answer_as_customer, reads_conversation
from ..rules.wording import sentence
from .conversation import is_read, latest_restatement, latest_solution, open_restatement


@dataclass(frozen=True)
class Stage:
    label: str
    detail: str
    at: datetime | None
    state: Literal["done", "now", "ahead"]


@dataclass(frozen=True)
class Clocks:
    """How long a ticket has taken; pausing stops no clock but the second pair."""

    total: timedelta
    it: timedelta
    working_total: timedelta
    working_it: timedelta


def present_span(ticket: Ticket) -> Span | None:
    known: list[Span] | None = getattr(ticket, "present_spans", None)  # lists read it ahead
    if known is not None:
        return known[0] if known else None
    if is_read(ticket, "spans"):
        return next((span for span in ticket.spans.all() if span.ended_at is None), None)
    return ticket.spans.filter(ended_at=None).first()


def awaits_restatement(ticket: Ticket, reader: Person) -> bool:
    """Whether a restatement awaits `reader`'s answer; lists know it (`is_restated`) and spare the query."""
    known: bool | None = getattr(ticket, "is_restated", None)
    return known if known is not None else open_restatement(ticket, reader) is not None


def clocks(ticket: Ticket) -> Clocks:
    """All time since the request, and the part of it in which IT had the next move."""
    end = ticket.closed_at or clock.now()
    working_time = working_time_of(ticket.customer)
    held = [
        (span.began_at, min(span.ended_at or end, end))
        for span in ticket.spans.all()
        if span.holder == Holder.IT and span.state != State.CLOSED
    ]
    return Clocks(
        total=end - ticket.created_at,
        it=sum((until - since for since, until in held), timedelta()),
        working_total=working_time.between(ticket.created_at, end),
        working_it=sum((working_time.between(since, until) for since, until in held), timedelta()),
    )


def past_time_box(ticket: Ticket, events: Sequence[Event] | None = None) -> bool:
    """The ticket has been worked on in its lane for longer than the lane's time box: hand it over?

    Counted in working time, and only since it came to the lane. `events`: the ticket's, where the caller has them.
    """
    minutes = ticket.lane.time_box_minutes
    if minutes is None or ticket.state != State.WORKING:
        return False
    working_time = working_time_of(ticket.customer)
    handed_over = [event for event in events or events_about(ticket) if event.tag == "ticket:handed_over"]
    arrived = handed_over[-1] if handed_over else None
    worked = (
        working_time.between(span.began_at, span.ended_at or clock.now())
        for span in ticket.spans.all()
        if span.state == State.WORKING and (arrived is None or span.began_at >= arrived.at)
    )
    return sum(worked, timedelta()) > timedelta(minutes=minutes)


def care_steps(ticket: Ticket) -> list[tuple[CareStep, CareMoment | None]]:
    """The nine steps of customer care with the moment each first happened."""
    happened = {moment.step: moment for moment in ticket.care.all()}
    return [(step, happened.get(step)) for step in CareStep]


def on_date(moment: datetime) -> str:
    """A moment with its date, for what is read later than it is written: “Monday 23 November, 8:50”."""
    return date_format(localtime(moment), "l j F, G:i")


def what_next(ticket: Ticket, reader: Person, tell: Callable[[datetime], str] = when) -> str:
    """What happens next on a request, and when: one or two short sentences. `tell` puts moments into words."""
    parts = [_present(ticket, reader, tell)]
    if ticket.is_open and ticket.state != State.OFFERED:
        if ticket.is_outage:
            parts.append(_("We treat it as an outage and write at least every 30 minutes."))
        parts.append(next_word(ticket, tell))
    return " ".join(filter(None, parts))


def is_late(ticket: Ticket) -> bool:
    """The customer should have heard from IT by now."""
    due = ticket.next_update_due
    return ticket.is_open and due is not None and due <= clock.now()


def next_word(ticket: Ticket, tell: Callable[[datetime], str] = when) -> str:
    """When the customer hears from IT again, or that it should have been by now; nothing where no word is due."""
    due = ticket.next_update_due
    if due is None:
        return ""
    if not is_late(ticket):
        return _("Next update by %(when)s.") % {"when": tell(due)}
    return _("We should have written by %(when)s and are sorry. We have been reminded.") % {"when": tell(due)}


def _present(ticket: Ticket, reader: Person, tell: Callable[[datetime], str] = when) -> str:
    agent = ticket.assignee.first_name if ticket.assignee else ""
    if ticket.state == State.CLOSED:
        return str(
            {
                CloseReason.CONFIRMED: _("Solved."),
                CloseReason.SILENT: _("Closed, as we heard nothing more. A reply opens it again."),
                CloseReason.WITHDRAWN: _("No longer needed."),
                CloseReason.MERGED: _("It goes on in another request."),
                CloseReason.IMPORTED: _("Closed before it came here. A reply opens it again."),
            }[CloseReason(ticket.close_reason)]
        )
    answers = can_answer_as_customer(reader, ticket)
    if ticket.state == State.OFFERED:
        if answers:
            return _("We offered a fix. Does it completely solve it?")
        return _("A fix is offered; %(customer)s decides whether it solves it.") % {
            "customer": ticket.customer.first_name
        }
    if answers and awaits_restatement(ticket, reader):
        return _("Did we understand you? Please have a look.")
    if ticket.state == State.WAITING:
        return _waits(ticket, reader, tell)
    if ticket.state == State.WORKING:
        return _("Being worked on by %(agent)s.") % {"agent": agent} if agent else _("Being worked on.")
    return _("With %(lane)s.") % {"lane": ticket.lane.name}


def _waits(ticket: Ticket, reader: Person, tell: Callable[[datetime], str]) -> str:
    span = present_span(ticket)
    if span is None:
        return _("Waiting.")
    if span.holder == Holder.DATE and span.until:
        whom = _("Waiting until %(until)s") % {"until": tell(span.until)}
    else:
        whom = _waited_for(ticket, Holder(span.holder), reader)
    return sentence(f"{whom}: {span.reason}" if reads_conversation(reader, ticket) else whom)


def _waited_for(ticket: Ticket, holder: Holder, reader: Person) -> str:
    if holder == Holder.CUSTOMER and not can_answer_as_customer(reader, ticket):
        return _("Waiting for %(customer)s") % {"customer": ticket.customer.first_name}
    return str(
        {
            Holder.CUSTOMER: _("Waiting for you"),
            Holder.SUPPLIER: _("Waiting for a supplier"),
            Holder.DATE: _("Waiting for a date"),
            Holder.IT: _("Waiting"),
        }[holder]
    )


def timeline(ticket: Ticket, reader: Person) -> list[Stage]:
    """Asked, understood, being worked on (or waiting), fix offered, confirmed: where the request is now."""
    restated = latest_restatement(ticket)
    offered = latest_solution(ticket)
    back_to_work = offered is not None and offered.answer in {Answer.PARTLY, Answer.NO}
    understood_at = (restated.answered_at or restated.at) if restated and restated.is_right is not False else None
    spans = list(ticket.spans.all())
    work = next((span for span in spans if span.state == State.WORKING), None)
    closed = ticket.state == State.CLOSED
    unsolved = {CloseReason.WITHDRAWN, CloseReason.MERGED}
    on_offer = ticket.state == State.OFFERED or (closed and ticket.close_reason not in unsolved)

    stages = [Stage(_("Asked"), "", ticket.created_at, "done")]
    stages.append(_understood(ticket, understood_at, restated is not None and restated.is_right is None, work))
    stages.append(_worked_on(ticket, reader, work, spans, done=closed or on_offer, again=back_to_work))
    stages.append(
        Stage(_("Fix offered"), "", offered.at, "done")
        if offered and on_offer
        else Stage(_("Fix offered"), "", None, "ahead")
    )
    if closed:
        label = _("You confirmed") if can_answer_as_customer(reader, ticket) else _("Confirmed")
        if ticket.close_reason != CloseReason.CONFIRMED:
            label = _("Closed")
        stages.append(Stage(label, _present(ticket, reader), ticket.closed_at, "done"))
    else:
        label = _("You confirm")
        if not can_answer_as_customer(reader, ticket):
            label = _("%(customer)s confirms") % {"customer": ticket.customer.first_name}
        stages.append(Stage(label, "", None, "now" if ticket.state == State.OFFERED else "ahead"))
    return stages


def _understood(ticket: Ticket, at: datetime | None, awaits_answer: bool, work: Span | None) -> Stage:
    if awaits_answer and ticket.is_open:
        return Stage(_("Understood"), _("Did we?"), None, "now")
    if at:
        return Stage(_("Understood"), "", at, "done")
    moved_on = ticket.state in {State.OFFERED, State.CLOSED} or bool(ticket.restatement_skipped_because)
    if moved_on:
        return Stage(_("Understood"), "", work.began_at if work else ticket.created_at, "done")
    return Stage(_("Understood"), "", None, "now" if ticket.state == State.ASKED else "ahead")


def _worked_on(
    ticket: Ticket, reader: Person, work: Span | None, spans: list[Span], *, done: bool, again: bool
) -> Stage:
    if ticket.state == State.WAITING:
        present = next((span for span in spans if span.ended_at is None), None)
        holder = Holder(present.holder) if present else Holder.CUSTOMER
        reason = present.reason if present and reads_conversation(reader, ticket) else ""
        label = _waited_for(ticket, holder, reader)
        return Stage(label, reason, present.began_at if present else None, "now")
    if ticket.state == State.WORKING:
        by = _("by %(agent)s") % {"agent": ticket.assignee.first_name} if ticket.assignee else ""
        label = _("Being worked on again") if again else _("Being worked on")
        return Stage(label, by, work.began_at if work else None, "now")
    if done:
        return Stage(_("Worked on"), "", work.began_at if work else None, "done")
    return Stage(_("Being worked on"), "", None, "ahead")
