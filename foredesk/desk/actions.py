"""What takes several rooms' actions at once, all or nothing."""

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.attachments.models import Attachment
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.catalogue.queries import guess_class, lane
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.enums import Channel, Severity
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import is_understood
from foredesk.tickets.rules import is_hidden_from


def other_lane(ticket: Ticket) -> Lane:
    """The lane a ticket is not in."""
    return lane(LaneKey.DEEP if ticket.lane.key == LaneKey.RAPID else LaneKey.RAPID)


@transaction.atomic
def log_call(
    *,
    by: Person,
    customer: Person,
    words: str,
    channel: Channel,
    service_class: ServiceClass | None,
    severity: Severity,
    people_held_up: int,
    solution: str = "",
    key: str = "",
) -> Ticket:
    """Enter a call; with `solution` it was solved while talking, and the customer is asked to confirm that.

    `key`: of the page it was entered on; that page sent again gives the same request.
    Raises Refused with a sentence for the agent, also for a solution of what is private to other teams.
    """
    ticket = tickets.log_call(
        by=by,
        customer=customer,
        words=words,
        channel=channel,
        service_class=service_class or guess_class(words),
        severity=severity,
        people_held_up=people_held_up,
        key=key,
    )
    if ticket.solutions.exists():  # the page was sent before
        return ticket
    if solution and is_hidden_from(by, ticket):
        raise Refused(_("“%(kind)s” is private: its team offers the fix. Log what was said, not yet solved.") % {
            "kind": ticket.service_class.name
        })  # fmt: skip
    if solution:
        tickets.take(by=by, ticket=ticket)
        tickets.skip_restatement(by=by, ticket=ticket, reason=_("Spoken through and solved while talking."))
        tickets.offer_solution(by=by, ticket=ticket, text=solution)
    return ticket


@transaction.atomic
def hand_off(
    *, by: Person, ticket: Ticket, to_lane: Lane, restated: str, tried: str, why: str, expected_version: int | None
) -> Ticket:
    """Hand a ticket to the other lane, with the restatement it may still need.

    Raises Refused with a sentence for the agent; Changed when the ticket changed since `expected_version`.
    """
    if restated:
        tickets.restate(by=by, ticket=ticket, text=restated, expected_version=expected_version)
        expected_version = None  # what has changed since is our own
    tickets.hand_off(by=by, ticket=ticket, to_lane=to_lane, tried=tried, why=why, expected_version=expected_version)
    return ticket


@transaction.atomic
def offer_solution(
    *,
    by: Person,
    ticket: Ticket,
    text: str,
    checked_how: str,
    without: str,
    attachments: list[Attachment],
    last_seen: int | None = None,
    despite_open_parts: bool = False,
) -> None:
    """Offer a fix; `without` is the reason why the need was not restated before.

    Raises tickets.Refused with a sentence for the agent; Changed when somebody wrote after the event `last_seen`.
    """
    if without and not is_understood(ticket):
        tickets.skip_restatement(by=by, ticket=ticket, reason=without)
    tickets.offer_solution(
        by=by,
        ticket=ticket,
        text=text,
        checked_how=checked_how,
        attachments=attachments,
        last_seen=last_seen,
        despite_open_parts=despite_open_parts,
    )
