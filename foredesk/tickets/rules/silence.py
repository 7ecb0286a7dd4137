"""How long IT may be silent, and when somebody is reminded of it."""

from datetime import UTC, datetime, timedelta

from foredesk.kit.working_time import WorkingTime

# An outage promises a word as often as this, day and night.
OUTAGE_SILENCE = timedelta(minutes=30)
# What waits for the customer, a supplier or a date may be silent for this many times its class's interval.
SLOWER_WHILE_WAITING = 3
# Moments are promised to the minute, and what ends by itself is noticed within one.
GRACE = timedelta(minutes=2)
# The holder is reminded when this share of the interval is left, and no less than this time...
NUDGED_SHARE = 5
NUDGED_AT_LEAST = timedelta(minutes=15)


def nudge_moment(working_time: WorkingTime, promised_at: datetime, due: datetime) -> datetime:
    """When the holder is reminded of an update promised at `promised_at` for `due`: a fifth of the interval before it.

    At least 15 minutes before, but never in the first half. In working time; by the clock where all of it lies outside.
    """
    promised_at, due = promised_at.astimezone(UTC), due.astimezone(UTC)  # hours on a wall are no durations
    interval = working_time.between(promised_at, due)
    if interval <= timedelta():
        return promised_at + _until_nudge(due - promised_at)
    return working_time.add(promised_at, _until_nudge(interval))


def _until_nudge(interval: timedelta) -> timedelta:
    return interval - min(max(interval / NUDGED_SHARE, NUDGED_AT_LEAST), interval / 2)
