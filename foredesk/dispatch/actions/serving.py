"""Serving what is next: one agent, one request, nobody asks who has it."""

from contextlib import suppress

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.catalogue.models import Lane
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_agent
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Ticket

from ..enums import SkipReason
from ..models import Skip
from ..queries.lanes import next_for

# As many are looked at, first to last, before somebody is told that there is nothing: more hands than that never
# reach for the same place at once.
LOOKED_AT = 200


def serve_next(*, by: Person, lane: Lane) -> Ticket | None:
    """Give `by` the first ticket of a lane that fits their skills, and let them hold it; None where there is none.

    Any number of people may ask at once: no two are given the same.
    Raises Refused for people who are not of IT.
    """
    if not is_agent(by):
        raise Refused(_("Only IT serves requests."))
    for number in next_for(by, lane.key).values_list("pk", flat=True)[:LOOKED_AT]:
        with transaction.atomic():
            found = _locked(number)
            if found is None or found.assignee_id is not None or found.lane_id != lane.pk or not found.is_open:
                continue  # somebody was faster
            with suppress(Refused):  # or made it private meanwhile
                tickets.take(by=by, ticket=found)
                return found
    return None


def _locked(number: int) -> Ticket | None:
    """The ticket, held until the transaction ends; None where somebody else holds it at this moment.

    SQLite has one writer at a time and needs no lock for that.
    """
    skips = connection.features.has_select_for_update_skip_locked
    held = Ticket.objects.select_for_update(of=("self",), skip_locked=True) if skips else Ticket.objects.all()
    return held.select_related("service_class").filter(pk=number).first()


@transaction.atomic
def skip(*, by: Person, ticket: Ticket, reason: SkipReason) -> None:
    """Leave a ticket that one was served to a colleague; for the rest of the day it is not served to `by` again.

    Raises Refused when `by` does not hold it, or it is not in hand any more.
    """
    tickets.put_back(by=by, ticket=ticket, only_own=True)
    Skip.objects.create(ticket=ticket, person=by, reason=reason)
    record(by=by, tag="ticket:skipped", about=ticket, reason=str(SkipReason(reason).label))
