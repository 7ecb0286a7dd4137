from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from foredesk.catalogue.enums import Size
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import Ahead, Audience, CareStep, Holder, Kind, News, Severity, State
from ..models import Message, Ticket
from ..queries import is_understood
from ..signals import ticket_assigned
from .privacy import class_changed
from .promises import moved
from .states import (
    forget_draft,
    happened,
    hear_sooner,
    keep,
    lock,
    move,
    next_update_after,
    note,
    refuse_if_closed,
    refuse_next_update,
    refuse_to_involve,
    refuse_unless_agent,
    spoke,
    targets,
    work_began,
)


@transaction.atomic
def take(*, by: Person, ticket: Ticket) -> None:
    """Take a ticket on. Two agents who press at once: one has it, the other is told who.

    Raises Refused when somebody else holds it.
    """
    lock(ticket)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if ticket.assignee_id not in {None, by.pk}:
        raise Refused(_("%(name)s is on this already.") % {"name": ticket.assignee})
    if ticket.assignee_id == by.pk and ticket.state != State.ASKED and not ticket.ahead:
        return
    work_began(ticket, by)
    note(ticket, by, "taken")


@transaction.atomic
def assign(*, by: Person, ticket: Ticket, assignee: Person, pierces: str = "") -> None:
    """Ask somebody of IT to take a ticket on. `pierces`: why it is an emergency, which reaches them in focus too."""
    lock(ticket)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    refuse_to_involve(assignee, ticket)
    keep(ticket, assignee=assignee)
    note(ticket, by, "assigned", assignee=assignee.full_name)
    ticket_assigned.send(Ticket, ticket=ticket, assignee=assignee, by=by, pierces=pierces)
    tell.enqueue(News.ASSIGNED, ticket.pk, ticket.version, by.pk, pierces)


@transaction.atomic
def put_back(*, by: Person, ticket: Ticket, only_own: bool = False) -> None:
    """Give a ticket back to its lane for the next free hands.

    Raises Refused when nobody works on it, or (`only_own`) somebody else does.
    """
    lock(ticket)
    refuse_unless_agent(by, ticket)
    if only_own and ticket.assignee_id != by.pk:
        raise Refused(_("Only whoever holds it can leave it to somebody else."))
    if ticket.state == State.WORKING:
        move(ticket, State.ASKED, assignee=None)
    elif ticket.state == State.WAITING:
        keep(ticket, assignee=None)
    else:
        raise Refused(_("Only work in hand can be put back."))
    note(ticket, by, "put_back")


@transaction.atomic
def classify(
    *,
    by: Person,
    ticket: Ticket,
    service_class: ServiceClass,
    size: Size,
    reason: str = "",
    expected_version: int | None = None,
) -> None:
    """Correct class and size; the targets follow, counted from the request. The customer reads why the size changes.

    Into a private class goes a ticket that `by` may not see any more: who must not know of it is taken off.

    Raises Changed when the ticket changed since `expected_version`; Refused when a changed size has no reason.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    size_changed, old_class = size != ticket.size, ticket.service_class
    if size_changed and not reason.strip():
        raise Refused(_("Please say why the size changes: the customer will read it."))
    promised = targets(ticket.customer, service_class, ticket.created_at)
    keep(ticket, service_class=service_class, size=size, **promised)
    note(
        ticket,
        by,
        "reclassified",
        service_class=service_class.name,
        size=str(Size(size).label),
        size_changed=size_changed,
        reason=reason.strip(),
    )
    if service_class.pk != old_class.pk:
        class_changed(ticket, by, was_private=old_class.is_private)
    happened(ticket, CareStep.CLASSIFICATION)
    if size_changed:
        tell.enqueue(News.SIZE_CHANGED, ticket.pk, ticket.version, by.pk)


@transaction.atomic
def set_impact(
    *,
    by: Person,
    ticket: Ticket,
    severity: Severity,
    people_held_up: int,
    reason: str = "",
    expected_version: int | None = None,
) -> None:
    """Correct who is held up and how badly. The customer's own view stays in the interview.

    Raises Changed when the ticket changed since `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if people_held_up < 1:
        raise Refused(_("At least one person is held up."))
    keep(ticket, severity=severity, people_held_up=people_held_up)
    note(ticket, by, "impact", severity=str(Severity(severity).label), people=people_held_up, reason=reason.strip())


@transaction.atomic
def hand_off(
    *, by: Person, ticket: Ticket, to_lane: Lane, tried: str, why: str, expected_version: int | None = None
) -> None:
    """Hand a ticket to the other lane, with the need restated and what was tried; the customer is told why.

    Raises Refused without a restatement, without what was tried, or to the lane that has it already; Changed when the
    ticket changed since `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if to_lane.pk == ticket.lane_id:
        raise Refused(_("%(lane)s has it already.") % {"lane": to_lane.name.capitalize()})
    if not is_understood(ticket):
        raise Refused(_("Please restate the need first, so that nobody has to ask again."))
    if not tried.strip():
        raise Refused(_("Please write down what was tried, so that nobody tries it twice."))
    if not why.strip():
        raise Refused(_("Please say why: the customer will read it."))
    now = clock.now()
    message = Message.objects.create(
        ticket=ticket, author=by, by_it=True, kind=Kind.HAND_OFF, audience=Audience.IT, body=tried.strip(), at=now
    )
    fields: dict[str, Any] = {"lane": to_lane, "assignee": None, "ahead": Ahead.HANDED_OVER, "ahead_since": now}
    if ticket.state == State.ASKED:
        keep(ticket, **fields)
    else:
        move(ticket, State.ASKED, **fields)
    spoke(ticket)
    forget_draft(ticket, by, "hand_off")
    note(ticket, by, "handed_over", to=to_lane.name, why=why.strip(), message=message.pk)
    tell.enqueue(News.HANDED_OVER, ticket.pk, message.pk, by.pk)


@transaction.atomic
def wait_for(
    *,
    by: Person,
    ticket: Ticket,
    holder: Holder,
    reason: str,
    until: datetime,
    expected_version: int | None = None,
) -> None:
    """Wait for the customer, a supplier or a date: with a reason the customer reads, and an end.

    Raises Refused without a reason or with an end that is not in the future; Changed when the ticket changed since
    `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if holder == Holder.IT:
        raise Refused(_("A request that waits for IT is simply open."))
    if not reason.strip():
        raise Refused(_("Please say what is waited for: the customer will read it."))
    if until <= clock.now():
        raise Refused(_("Please choose an end in the future."))
    reason = Truncator(reason.strip().rstrip(".")).chars(200)
    fields: dict[str, Any] = {"ahead": "", "ahead_since": None, "assignee": ticket.assignee or by}
    move(ticket, State.WAITING, holder=holder, reason=reason, until=until, **fields)
    # The customer hears at the latest when the wait ends, and meanwhile as often as promised.
    spoke(ticket, min(until, next_update_after(ticket)))
    note(ticket, by, "waiting", holder=str(Holder(holder).label), reason=reason, until=until.isoformat())
    tell.enqueue(News.WAITING, ticket.pk, ticket.spans.get(ended_at=None).pk, by.pk)


@transaction.atomic
def resume(*, by: Person | None, ticket: Ticket) -> None:
    """Go on after waiting. `by` is None when the wait ended by itself."""
    lock(ticket)
    if by is not None:
        refuse_unless_agent(by, ticket)
    if ticket.state != State.WAITING:
        raise Refused(_("This request is not waiting."))
    move(ticket, State.WORKING if ticket.assignee_id else State.ASKED)
    note(ticket, by, "resumed")
    if by is None:
        spoke(ticket)  # by the mail that says so
        tell.enqueue(News.WAIT_ENDED, ticket.pk, ticket.version, None)
    else:
        hear_sooner(ticket)


@transaction.atomic
def set_next_update(*, by: Person, ticket: Ticket, at: datetime, expected_version: int | None = None) -> None:
    """Promise the next word for another moment.

    Raises Refused for a moment that has passed; Changed when the ticket changed since `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    refuse_next_update(ticket, at)
    moved(ticket, at)
    keep(ticket, next_update_due=at)
    note(ticket, by, "next_update", at=at.isoformat())


@transaction.atomic
def mark_outage(*, by: Person, ticket: Ticket, reason: str, expected_version: int | None = None) -> None:
    """Treat a ticket as an outage: from now on its customer hears at least every half an hour.

    Raises Refused without a reason or when it is one already; Changed when the ticket changed since
    `expected_version`.
    """
    _refuse_outage(by, ticket, reason, expected_version)
    if ticket.is_outage:
        raise Refused(_("This is treated as an outage already."))
    ticket.is_outage = True
    promised = next_update_after(ticket)
    if ticket.state == State.OFFERED:
        keep(ticket, is_outage=True)
    else:
        keep(ticket, is_outage=True, next_update_due=min(ticket.next_update_due or promised, promised))
    note(ticket, by, "outage:marked", reason=reason.strip()[:200])


@transaction.atomic
def unmark_outage(*, by: Person, ticket: Ticket, reason: str, expected_version: int | None = None) -> None:
    """It is no outage, or over. The next update stays promised for when it was.

    Raises Refused without a reason or when it is none; Changed when the ticket changed since `expected_version`.
    """
    _refuse_outage(by, ticket, reason, expected_version)
    if not ticket.is_outage:
        raise Refused(_("This is not treated as an outage."))
    keep(ticket, is_outage=False)
    note(ticket, by, "outage:over", reason=reason.strip()[:200])


def _refuse_outage(by: Person, ticket: Ticket, reason: str, expected_version: int | None) -> None:
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if not reason.strip():
        raise Refused(_("Please say why: the customer will read it."))
