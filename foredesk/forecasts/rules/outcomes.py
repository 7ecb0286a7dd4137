"""When a request was done, and what that means for a promise."""

from datetime import datetime

from foredesk.tickets.enums import CloseReason, State

from ..enums import Outcome

# Ended without being done: they had taken so long and were not done, which is all that is known (censored).
ENDED_OTHERWISE = frozenset({CloseReason.WITHDRAWN, CloseReason.MERGED})


def done_at(state: str, close_reason: str, closed_at: datetime | None, offered_at: datetime | None) -> datetime | None:
    """When the fix came that solved it, else when it was closed; None while it is open or where it never was done.

    A fix on offer counts from its offering: most are confirmed, and one that is not makes the request open again.
    """
    if state == State.OFFERED:
        return offered_at
    if state != State.CLOSED or close_reason in ENDED_OTHERWISE:
        return None
    return min(offered_at, closed_at) if offered_at and closed_at else closed_at


def outcome(
    until: datetime, now: datetime, state: str, done: datetime | None, closed_at: datetime | None
) -> Outcome | None:
    """What became of a promise that ends at `until`; None while it is not known, as while a fix is on offer."""
    if state == State.OFFERED:
        return None
    if state != State.CLOSED:
        return Outcome.MISSED if until < now else None
    if done is not None:
        return Outcome.KEPT if done <= until else Outcome.MISSED
    return Outcome.MISSED if closed_at and until < closed_at else Outcome.VOID
