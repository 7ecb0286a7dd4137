"""How much work a ticket was, against what is usual, and what has been tried on it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum

from foredesk.catalogue.enums import LaneKey
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket

from ..models import Effort, Sitting
from .usual import Usual, usual_work

FAR_BEYOND = 3  # times what is usual, after which a quick request is none


@dataclass(frozen=True)
class Work:
    """What was spent on a ticket, in whole minutes, by everybody together."""

    minutes: int
    is_corrected: bool
    usual: Usual
    suggests_hand_off: bool


def effort_of(ticket: Ticket) -> Work:
    effort = Effort.objects.filter(ticket=ticket).first()
    sitting = Sitting.objects.filter(ticket=ticket).aggregate(seconds=Sum("seconds"))["seconds"] or 0.0
    spent = timedelta(seconds=(effort.seconds if effort else 0.0) + sitting)
    usual = usual_work(ticket.service_class)
    is_quick = ticket.lane.key == LaneKey.RAPID and ticket.state == State.WORKING
    return Work(
        minutes=int(spent.total_seconds() // 60),
        is_corrected=effort is not None and effort.corrected_by_id is not None,
        usual=usual,
        suggests_hand_off=is_quick and spent > FAR_BEYOND * timedelta(minutes=usual.minutes),
    )
