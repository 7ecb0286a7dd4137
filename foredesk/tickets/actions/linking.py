"""Requests that have to do with each other, and requests that are part of a larger one."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..enums import LinkKind, State
from ..models import Link, Ticket
from .joining import refuse_unless_another
from .states import keep, lock, lock_both, note, refuse_if_closed, refuse_unless_agent


@transaction.atomic
def link(*, by: Person, ticket: Ticket, other: Ticket) -> None:
    """Note that two tickets have to do with each other; it shows on both. Linking twice is linking once.

    Raises Refused for a ticket that is not there for `by`.
    """
    refuse_unless_another(by, ticket, other)
    lock_both(ticket, other)
    refuse_unless_agent(by, ticket)
    if Link.objects.filter(Q(ticket=ticket, other=other) | Q(ticket=other, other=ticket), kind=LinkKind.RELATED):
        return
    Link.objects.create(ticket=ticket, other=other, kind=LinkKind.RELATED, by=by)
    note(ticket, by, "linked", number=other.pk)
    note(other, by, "linked", number=ticket.pk)


@transaction.atomic
def unlink(*, by: Person, ticket: Ticket, link: Link) -> None:
    """Take a link back, from either side."""
    other = link.other if link.ticket_id == ticket.pk else link.ticket
    refuse_unless_another(by, ticket, other)
    lock_both(ticket, other)
    refuse_unless_agent(by, ticket)
    if Link.objects.filter(pk=link.pk, kind=LinkKind.RELATED).delete()[0]:
        note(ticket, by, "unlinked", number=other.pk)
        note(other, by, "unlinked", number=ticket.pk)


@transaction.atomic
def make_part_of(*, by: Person, ticket: Ticket, parent: Ticket, expected_version: int | None = None) -> None:
    """`ticket` is one part of `parent`, which does not close over it unawares.

    One level only: a part has no parts of its own, so nothing can go round in circles. Raises Refused with what to do
    instead; Changed when `ticket` changed since `expected_version`.
    """
    refuse_unless_another(by, ticket, parent)
    lock_both(ticket, parent, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_unless_agent(by, parent)
    refuse_if_closed(ticket)
    if ticket.parent_id == parent.pk:
        return
    numbers = {"number": parent.pk, "this": ticket.pk}
    if parent.state == State.CLOSED:
        raise Refused(_("Request %(number)s is closed. Link the two instead.") % numbers)
    if ticket.parent_id is not None:
        raise Refused(_("Request %(this)s is part of another one already. Take it out there first.") % numbers)
    if parent.parent_id == ticket.pk:
        raise Refused(_("Request %(number)s is part of this one already.") % numbers)
    if parent.parent_id is not None:
        raise Refused(_("Request %(number)s is itself a part. Choose the whole that it belongs to.") % numbers)
    if ticket.children.exists():
        raise Refused(_("Request %(this)s has parts of its own. Take them out first.") % numbers)
    keep(ticket, parent=parent)
    keep(parent)
    note(ticket, by, "part:of", number=parent.pk)
    note(parent, by, "part:added", number=ticket.pk)


@transaction.atomic
def take_out(*, by: Person, ticket: Ticket) -> None:
    """`ticket` stands by itself again."""
    parent = ticket.parent
    if parent is None:
        raise Refused(_("This request is part of no other one."))
    refuse_unless_another(by, ticket, parent)
    lock(ticket)
    refuse_unless_agent(by, ticket)
    if ticket.parent_id != parent.pk:
        raise Refused(_("Somebody was faster: this request is no longer part of %(number)s.") % {"number": parent.pk})
    keep(ticket, parent=None)
    note(ticket, by, "part:out", number=parent.pk)
    note(parent, by, "part:removed", number=ticket.pk)
