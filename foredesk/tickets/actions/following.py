from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from ..effects import tell
from ..enums import FollowerReason, Measure, News
from ..models import Follower, Ticket
from ..rules import can_share, can_work_on, is_party
from .states import keep, lock, note

# How much a follower hears unless they choose: who is held up hears all, who is responsible hears the turns.
USUAL_MEASURE = {
    FollowerReason.HELD_UP: Measure.EVERYTHING,
    FollowerReason.INTERESTED: Measure.MILESTONES,
    FollowerReason.MANAGER: Measure.MILESTONES,
    FollowerReason.OWNER: Measure.MILESTONES,
}


def add_follower(
    ticket: Ticket, person: Person | None, reason: FollowerReason, *, by: Person | None, measure: Measure | None = None
) -> Follower | None:
    """Let somebody follow, once; the ticket's own parties hear everything anyway."""
    if person is None or is_party(person, ticket) or not person.is_active:
        return None
    follower, is_new = Follower.objects.get_or_create(
        ticket=ticket,
        person=person,
        defaults={"reason": reason, "measure": measure or USUAL_MEASURE[reason]},
    )
    if is_new:
        note(ticket, by, "follower:added", follower=person.full_name, why=str(reason.label))
        tell.enqueue(News.FOLLOWS, ticket.pk, follower.pk, by.pk if by else None)
    return follower


@transaction.atomic
def follow(
    *, by: Person, ticket: Ticket, person: Person, reason: FollowerReason, measure: Measure | None = None
) -> Follower | None:
    """Add a follower: the customer's right, and IT's.

    Raises Refused for anybody else.
    """
    if not (can_share(by, ticket) or can_work_on(by, ticket)):
        raise Refused(_("Only the customer or IT can add people here."))
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
    if not (follower.person_id == by.pk or can_share(by, ticket) or (is_agent(by) and can_work_on(by, ticket))):
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
