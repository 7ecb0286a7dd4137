"""Mentioning and asking people who may be in focus: it waits, unless it is an emergency, which is written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Message, Ticket

from .. import queries
from ..models import FocusBlock, HeldAssignment, Pierce
from ..rules import causes_of
from ..rules.wording import pierce_words


@dataclass(frozen=True)
class Emergency:
    """Why something cannot wait: a cause of the published definition, and a reason in one's own words."""

    cause: str
    reason: str


@transaction.atomic
def add_note(
    *,
    by: Person,
    ticket: Ticket,
    body: str,
    mentions: Sequence[Person] = (),
    attachments: Sequence[Attachment] = (),
    key: str = "",
    emergency: Emergency | None = None,
) -> Message:
    """Keep a note as tickets.actions.add_note does; with an `emergency` it reaches those mentioned in focus too.

    Raises Refused without a reason, or for a cause that is not of the definition.
    """
    blocks = _pierced(by, mentions, emergency)
    message = tickets.add_note(
        by=by,
        ticket=ticket,
        body=body,
        mentions=mentions,
        attachments=attachments,
        key=key,
        pierces=pierce_words(by, emergency.cause, emergency.reason.strip()) if emergency and blocks else "",
    )
    for block in blocks:
        # The same page sent twice is the same note, and the same pierce.
        if emergency and not Pierce.objects.filter(block=block, message=message).exists():
            _write_down(by, message.ticket, block, emergency, message)
    return message


@transaction.atomic
def assign(*, by: Person, ticket: Ticket, assignee: Person, emergency: Emergency | None = None) -> None:
    """Ask somebody to take a ticket on as tickets.actions.assign does; with an `emergency` in their focus, too.

    Raises Refused as `add_note`.
    """
    blocks = _pierced(by, [assignee], emergency)
    pierces = pierce_words(by, emergency.cause, emergency.reason.strip()) if emergency and blocks else ""
    tickets.assign(by=by, ticket=ticket, assignee=assignee, pierces=pierces)
    for block in blocks:
        if emergency:
            _write_down(by, ticket, block, emergency, None)


def hold_assignment(*, ticket: Ticket, assignee: Person, by: Person, pierces: str) -> None:
    """Let a ticket that somebody in focus is asked to take on wait for them; they hold it, and see it afterwards."""
    block = queries.block_of(assignee)
    if block is not None and not pierces and assignee.pk != by.pk:
        HeldAssignment.objects.get_or_create(block=block, ticket=ticket)


def _pierced(by: Person, people: Sequence[Person], emergency: Emergency | None) -> list[FocusBlock]:
    """The blocks that an emergency breaks into: none without one."""
    if emergency is None:
        return []
    if not emergency.reason.strip():
        raise Refused(_("Say in a sentence why it cannot wait: it stands on top of what they get."), "reason")
    if emergency.cause not in causes_of(queries.definition()):
        raise Refused(_("Choose which kind of emergency it is."), "cause")
    others = [person for person in people if person.pk != by.pk]
    return list(queries.blocks_now().filter(person__in=others))


def _write_down(by: Person, ticket: Ticket, block: FocusBlock, emergency: Emergency, message: Message | None) -> None:
    reason = emergency.reason.strip()
    Pierce.objects.create(
        block=block, by=by, ticket=ticket, message=message, cause=emergency.cause, reason=reason, at=clock.now()
    )
    HeldAssignment.objects.filter(block=block, ticket=ticket).delete()
    whom = block.person.full_name
    record(by=by, tag="ticket:pierced", about=ticket, whom=whom, cause=emergency.cause, reason=reason)
