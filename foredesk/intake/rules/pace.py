"""How often mailboxes are looked at, and how large a mail may be."""

from datetime import datetime, timedelta

MOST_BYTES = 40 * 1024 * 1024  # of one mail
EVERY = timedelta(seconds=30)  # between two looks into a mailbox that works
# For how long a mailbox belongs to the worker that fetches it: longer than its connection may last.
LEASE = timedelta(minutes=6)
# After the first refusal of our sign-in; then LONGEST_PAUSE, because many servers lock an account after a few.
AFTER_REFUSAL = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)


def pause_after(failing_since: datetime, now: datetime, refusals: int = 0) -> timedelta:
    """How long to leave a mailbox that fails: as long as it has failed so far, so that each pause is about double.

    `refusals`: how often in a row it refused our sign-in.
    """
    if refusals:
        return AFTER_REFUSAL if refusals == 1 else LONGEST_PAUSE
    return min(max(now - failing_since, EVERY), LONGEST_PAUSE)
