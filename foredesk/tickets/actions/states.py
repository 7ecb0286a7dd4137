"""What every action on a ticket is made of: lock, move between states, count who holds it, promise the next word."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.activity.models import Event
from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from ..effects import tell
from ..enums import TRANSITIONS, Ahead, CareStep, Holder, News, State
from ..models import CareMoment, Draft, Span, Ticket
from ..queries import where_it_goes_on, with_people
from ..rules import Changed, can_answer_as_customer, can_work_on, is_hidden_from, serves
from ..rules.silence import OUTAGE_SILENCE, SLOWER_WHILE_WAITING, nudge_moment
from ..signals import ticket_acted, ticket_changed
from .promises import word_came


def lock(ticket: Ticket, expected_version: int | None = None) -> None:
    """Hold the ticket's row until the transaction ends and bring `ticket` up to date.

    Raises Changed where the caller saw an older version than the one now stored.
    """
    ticket.refresh_from_db(from_queryset=with_people(Ticket.objects.select_for_update(of=("self",))))
    if expected_version is not None and expected_version != ticket.version:
        last = Event.objects.filter(about_type="tickets.ticket", about_id=ticket.pk).select_related("by").last()
        raise Changed(
            _("Somebody changed this request while you were at it. Nothing of theirs was overwritten."),
            by=last.by if last else None,
            at=last.at if last else clock.now(),
            what=last.tag if last else "",
        )


def lock_both(ticket: Ticket, other: Ticket, expected_version: int | None = None) -> None:
    """Lock two tickets, always in the order of their numbers: two who join them crosswise wait, and neither hangs.

    Raises Changed where the caller saw an older version of `ticket`.
    """
    for one in sorted([ticket, other], key=lambda t: t.pk):
        lock(one, expected_version if one is ticket else None)


def lock_where_it_goes_on(ticket: Ticket) -> Ticket:
    """Bring `ticket` up to date and lock the one in which it goes on: itself, unless it was merged."""
    if ticket.merged_into_id is None:
        lock(ticket)
    else:
        ticket.refresh_from_db(from_queryset=with_people(Ticket.objects.all()))
    there = ticket
    while there.merged_into_id is not None:  # again where it was merged while we waited for it
        there = where_it_goes_on(there)
        lock(there)
    return there


def refuse_unless_agent(by: Person, ticket: Ticket) -> None:
    if not can_work_on(by, ticket):
        raise Refused(_("Only IT can do this, and nobody on their own request."))


def refuse_to_involve(person: Person, ticket: Ticket) -> None:
    """Raise Refused for somebody who cannot be given a ticket or mentioned on it."""
    if is_hidden_from(person, ticket):
        raise Refused(_("This request is private, and %(name)s is in none of its teams.") % {"name": person.full_name})
    if not is_agent(person) or person.pk == ticket.customer_id:
        raise Refused(_("Please choose somebody of IT, other than the customer."))


def refuse_unless_customer(by: Person, ticket: Ticket) -> None:
    if not can_answer_as_customer(by, ticket):
        raise Refused(_("Only the customer can answer this."))


def refuse_if_closed(ticket: Ticket) -> None:
    if ticket.merged_into_id is not None:
        raise Refused(_("This goes on in another request now."))
    if ticket.state == State.CLOSED:
        raise Refused(_("This request is closed. Open it again first."))


def keep(ticket: Ticket, **fields: Any) -> None:
    """Store the named fields of a locked ticket and count the write.

    With the next update moves the moment at which its holder is reminded; what moves on, its path looks at anew.
    """
    if "next_update_due" in fields:
        fields["nudge_at"] = _nudge(ticket, fields["next_update_due"])
    if fields.keys() & {"state", "service_class"}:
        fields["escalates_at"] = clock.now()
    for name, value in fields.items():
        setattr(ticket, name, value)
    ticket.version += 1
    ticket.save(update_fields=[*fields, "version"])
    ticket_changed.send(Ticket, ticket=ticket, fields=frozenset(fields))


def _nudge(ticket: Ticket, due: datetime | None) -> datetime | None:
    if due is None:
        return None
    return nudge_moment(working_time_of(ticket.customer), clock.now(), due)


def begin_span(
    ticket: Ticket, state: State, holder: Holder = Holder.IT, reason: str = "", until: datetime | None = None
) -> None:
    """End the present stretch of the ticket's life and begin another."""
    now = clock.now()
    ticket.spans.filter(ended_at=None).update(ended_at=now)
    Span.objects.create(ticket=ticket, state=state, holder=holder, reason=reason, until=until, began_at=now)


def move(
    ticket: Ticket,
    to: State,
    *,
    holder: Holder = Holder.IT,
    reason: str = "",
    until: datetime | None = None,
    **fields: Any,
) -> None:
    """Bring a locked ticket into another state, with the other fields that change with it.

    Raises Refused where the transition table does not allow it.
    """
    present = State(ticket.state)
    if to not in TRANSITIONS[present]:
        raise Refused(
            _("A request that is “%(present)s” cannot become “%(to)s”.") % {"present": present.label, "to": to.label}
        )
    keep(ticket, state=to, **fields)
    begin_span(ticket, to, holder, reason, until)


def work_began(ticket: Ticket, by: Person) -> None:
    """IT acts on a ticket: whoever acts first holds it, and it no longer stands before the others."""
    fields: dict[str, Any] = {}
    if ticket.ahead:
        fields |= {"ahead": "", "ahead_since": None}
    if ticket.assignee_id is None:
        fields["assignee"] = by
    if ticket.state == State.ASKED:
        move(ticket, State.WORKING, **fields)
    elif fields:
        keep(ticket, **fields)


def next_update_after(ticket: Ticket, at: datetime | None = None) -> datetime:
    """When the customer hears from IT again at the latest: the class's silence interval in working time.

    Of an outage within `OUTAGE_SILENCE`, whatever the hour; what waits keeps the clock, slower.
    """
    at = at or clock.now()
    silence = timedelta(minutes=ticket.service_class.silence_minutes)
    if ticket.state == State.WAITING:
        silence *= SLOWER_WHILE_WAITING
    due = working_time_of(ticket.customer).add(at, silence)
    return min(due, at + OUTAGE_SILENCE) if ticket.is_outage else due


def targets(customer: Person, service_class: ServiceClass, since: datetime) -> dict[str, datetime]:
    """What the class promises a customer from a moment on, as the ticket's fields name it."""
    working_time = working_time_of(customer)
    return {
        "first_reply_target": working_time.add(since, timedelta(minutes=service_class.first_reply_minutes)),
        "solution_target": working_time.add(since, timedelta(minutes=service_class.solution_minutes)),
    }


def first_word(customer: Person, promised: dict[str, datetime]) -> dict[str, datetime]:
    """The first update that is promised, by the target of the first reply, as a new ticket's fields name it."""
    due, now = promised["first_reply_target"], clock.now()
    nudge = nudge_moment(working_time_of(customer), now, due)
    return {"next_update_due": due, "nudge_at": nudge, "silent_since": now}


def spoke(ticket: Ticket, next_update: datetime | None = None) -> None:
    """IT said something to the customer: note the first reply and promise the next word.

    Raises Refused for a promise in the past.
    """
    if next_update is not None:
        refuse_next_update(ticket, next_update)
    greeting = first_reply(ticket)
    if greeting:
        happened(ticket, CareStep.GREETING)
    word_came(ticket)
    keep(ticket, next_update_due=next_update or next_update_after(ticket), silent_since=clock.now(), **greeting)


def hear_sooner(ticket: Ticket) -> None:
    """A wait has ended: the customer hears again as often as is usual, or when it was promised if that is sooner."""
    due = next_update_after(ticket)
    if ticket.next_update_due is None or due < ticket.next_update_due:
        keep(ticket, next_update_due=due)


def refuse_next_update(ticket: Ticket, at: datetime) -> None:
    """Raise Refused for a promise in the past, or one later than an outage allows."""
    if at <= clock.now():
        raise Refused(_("The next update must lie in the future."))
    if ticket.is_outage and at > clock.now() + OUTAGE_SILENCE:
        raise Refused(_("In an outage, the customer hears at least every 30 minutes. Choose an earlier moment."))


def first_reply(ticket: Ticket) -> dict[str, Any]:
    """The field to keep when IT says its first word to the customer now; nothing when it said one before."""
    return {} if ticket.first_reply_at else {"first_reply_at": clock.now()}


def come_back(ticket: Ticket, by: Person, why: str) -> None:
    """Put a locked ticket back to work in place, ahead of its lane's new ones, with the next word promised."""
    now = clock.now()
    # Whoever held it may have left meanwhile, or their team may not see requests of this class any more.
    holder = ticket.assignee if ticket.assignee and serves(ticket.assignee, ticket) else None
    move(
        ticket,
        State.WORKING if holder else State.ASKED,
        assignee=holder,
        closed_at=None,
        close_reason="",
        forgotten_at=None,  # what is said from now on is let go in its turn
        ahead=Ahead.REOPENED,
        ahead_since=now,
        times_reopened=ticket.times_reopened + 1,
        next_update_due=next_update_after(ticket),
        silent_since=now,
        escalates_from=now,
        steps_taken=0,
    )
    note(ticket, by, "reopened", reason=why[:200])
    tell.enqueue(News.REOPENED, ticket.pk, ticket.version, by.pk)


def happened(ticket: Ticket, *steps: CareStep) -> None:
    """Timestamp steps of customer care the first time they happen."""
    CareMoment.objects.bulk_create(
        [CareMoment(ticket=ticket, step=step, at=clock.now()) for step in steps], ignore_conflicts=True
    )


def note(ticket: Ticket, by: Person | None, tag: str, **data: Any) -> Event:
    """Add to the ticket's activity record."""
    if by is not None and tag != "submitted" and can_work_on(by, ticket):
        ticket_acted.send(Ticket, ticket=ticket, by=by)
    return record(by=by, tag=f"ticket:{tag}", about=ticket, **data)


def forget_draft(ticket: Ticket, by: Person, *purposes: str) -> None:
    Draft.objects.filter(ticket=ticket, author=by, purpose__in=purposes).delete()
