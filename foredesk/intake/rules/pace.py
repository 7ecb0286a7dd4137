"""How often mailboxes are looked at, and how large a mail may be."""

from datetime import datetime, timedelta

MOST_BYTES = 40 * 1024 * 1024  # of one mail
EVERY = timedelta(seconds=30)  # between two looks into a mailbox that works
# For how long a mailbox belongs to the worker that fetches it: longer than its connection may last.
LEASE = timedelta(minutes=6)
LONGEST_PAUSE = timedelta(minutes=15)


def pause_after(failing_since: datetime, now: datetime) -> timedelta:
    """How long to leave a mailbox that fails: as long as it has failed so far, so that each pause is about double."""
    return min(max(now - failing_since, EVERY), LONGEST_PAUSE)
