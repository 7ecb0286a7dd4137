from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import FollowerReason, Measure, News
from ..models import Follower, Ticket
from ..rules import can_share, can_work_on, is_party, may_be_told
from .states import keep, lock, note

# How much a follower hears unless they choose: who is held up hears all, who is responsible hears the turns.
USUAL_MEASURE = {
    FollowerReason.HELD_UP: Measure.EVERYTHING,
    FollowerReason.INTERESTED: Measure.MILESTONES,
    FollowerReason.MANAGER: Measure.MILESTONES,
    FollowerReason.OWNER: Measure.MILESTONES,
    FollowerReason.MERGED: Measure.EVERYTHING,
    FollowerReason.COPIED: Measure.EVERYTHING,
}


def add_follower(
    ticket: Ticket, person: Person | None, reason: FollowerReason, *, by: Person | None, measure: Measure | None = None
) -> Follower | None:
    """Let somebody follow, once; the ticket's own parties hear everything anyway.

    None as well for whom a private request is hidden from and its customer did not name.
    """
    by_customer = by is not None and can_share(by, ticket)
    if person is None or is_party(person, ticket) or not person.is_active:
        return None
    if not may_be_told(person, ticket, by_customer=by_customer):
        return None
    follower, is_new = Follower.objects.get_or_create(
        ticket=ticket,
        person=person,
        defaults={"reason": reason, "measure": measure or USUAL_MEASURE[reason], "by_customer": by_customer},
    )
    if by_customer and not follower.by_customer:
        follower.by_customer = True
        follower.save(update_fields=["by_customer"])
    if is_new:
        note(ticket, by, "follower:added", follower=person.full_name, why=str(reason.label))
        tell.enqueue(News.FOLLOWS, ticket.pk, follower.pk, by.pk if by else None)
    return follower


@transaction.atomic
def follow(
    *, by: Person, ticket: Ticket, person: Person, reason: FollowerReason, measure: Measure | None = None
) -> Follower | None:
    """Add a follower: the customer's right, and IT's.

    Raises Refused for anybody else, and where IT names somebody from whom a private request is hidden.
    """
    if not (can_share(by, ticket) or can_work_on(by, ticket)):
        raise Refused(_("Only the customer or IT can add people here."))
    if not may_be_told(person, ticket, by_customer=can_share(by, ticket)):
        raise Refused(_("This request is private: only %(name)s says who else hears of it.") % {
            "name": ticket.customer.first_name
        })  # fmt: skip
    return add_follower(ticket, person, reason, by=by, measure=measure)


@transaction.atomic
def change_measure(*, by: Person, follower: Follower, measure: Measure) -> None:
    """Followers choose themselves how much they hear."""
    if follower.person_id != by.pk:
        raise Refused(_("Everybody chooses this for themselves."))
    follower.measure = measure
    follower.save(update_fields=["measure"])
    note(follower.ticket, by, "follower:measure", follower=by.full_name, measure=str(Measure(measure).label))


@transaction.atomic
def unfollow(*, by: Person, follower: Follower) -> None:
    """Stop following, or be taken off by the customer or IT."""
    ticket = follower.ticket
    if not (follower.person_id == by.pk or can_share(by, ticket) or can_work_on(by, ticket)):
        raise Refused(_("Only the customer, IT or the person can do this."))
    note(ticket, by, "follower:removed", follower=follower.person.full_name)
    follower.delete()


@transaction.atomic
def share_conversation(*, by: Person, ticket: Ticket, shares: bool) -> None:
    """The customer decides whether followers read the conversation, or the state and promises only."""
    lock(ticket)
    if not can_share(by, ticket):
        raise Refused(_("Only the customer decides this."))
    keep(ticket, shares_conversation=shares)
    note(ticket, by, "shared", shares=shares)
