"""When a mailbox has been silent for unusually long."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from foredesk.kit.working_time import WorkingTime

HISTORY = timedelta(weeks=8)  # before the last mail
LEAST_MAILS = 20  # of which the history consists: with fewer, nothing is usual
LEAST_SPAN = timedelta(weeks=2)  # from the first to the last of them
LONGER = 1.5
LEAST_SILENCE = timedelta(days=1)


def is_silent(came: Iterable[datetime], now: datetime, time: WorkingTime) -> bool:
    """Whether a mailbox is silent for longer than usual; `came`: when its mails came in HISTORY, oldest first.

    It is when, counted in working time, nothing has come for 1.5 times as long as in the longest gap of its own
    history, and at least a day by the clock. Nights, weekends and holidays so never make an alarm. A mailbox with
    fewer than LEAST_MAILS, or whose history is shorter than LEAST_SPAN, has no usual yet.
    """
    moments = list(came)
    if len(moments) < LEAST_MAILS or moments[-1] - moments[0] < LEAST_SPAN:
        return False
    if now - moments[-1] < LEAST_SILENCE:
        return False
    silence = time.between(moments[-1], now)
    longest = max(time.between(before, after) for before, after in pairwise(moments))
    return silence > timedelta(0) and silence > longest * LONGER
