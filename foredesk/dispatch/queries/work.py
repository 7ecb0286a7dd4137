"""How much work a ticket was, against what is usual, and what has been tried on it."""

from dataclasses import dataclass
from datetime import timedelta

from foredesk.catalogue.enums import LaneKey
from foredesk.kit.built_once import BuiltOnce
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket

from ..models import Effort
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
    seconds, corrected_by = next(iter(_EFFORT(ticket.pk)), (0.0, None))
    spent = timedelta(seconds=seconds)
    usual = usual_work(ticket.service_class)
    is_quick = ticket.lane.key == LaneKey.RAPID and ticket.state == State.WORKING
    return Work(
        minutes=int(spent.total_seconds() // 60),
        is_corrected=corrected_by is not None,
        usual=usual,
        suggests_hand_off=is_quick and spent > FAR_BEYOND * timedelta(minutes=usual.minutes),
    )


_EFFORT = BuiltOnce(lambda ticket: Effort.objects.filter(ticket=ticket).values_list("seconds", "corrected_by"))
